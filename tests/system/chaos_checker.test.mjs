/// The checker of chaos runs finds what is planted, and nothing in what is good.

import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "./chaos/checker.mjs";
import { spread } from "./chaos/figures.mjs";

const conversation = "g.1";
const nodes = ["n1", "n2", "n3"];

/// Six messages of two users, one after the other: message N is sent at 10 N,
/// and acknowledged 5 later. Position 1 is the making of the group.
function good() {
  const ids = [2, 3, 4, 5, 6, 7];
  const user_of = (seq) => (seq % 2 === 0 ? "anna" : "boris");
  const sends = ids.map((seq) => ({
    conversation, user: user_of(seq), client_id: `c${seq}`, started: seq * 10, ended: seq * 10 + 5, seq,
  }));
  const events = [{ seq: 1, ts: 1 }, ...sends.map(({ user, client_id, seq }) =>
    ({ seq, client_id, sender: user, ts: seq }))];
  const logs = nodes.map((source) =>
    ({ conversation, source, started: 1000, events: structuredClone(events) }));
  const reads = [25, 35, 55, 75].map((at) => ({
    conversation, started: at + 1, ended: at + 3, seq: (at - 5) / 10, client_id: `c${(at - 5) / 10}`,
  }));
  const views = ["anna", "boris", "clara"].map((user) => ({
    conversation, user, name: `${user}'s`, from: 1, is_open: true,
    told: events.filter((e) => e.client_id && e.sender !== user)
      .map(({ seq, client_id }) => ({ seq, client_id })),
  }));
  return { sends, reads, logs, views };
}

/// The kinds of faults in a good history that `spoil` has changed.
function found_in(spoil) {
  const history = good();
  spoil(history);
  return [...new Set(check(history).map((fault) => fault.kind))].sort();
}

const all_logs = (change) => ({ logs }) => logs.forEach((log) => change(log.events));

/// As a real log has it: positions without a gap.
const renumber = (events) => events.forEach((event, i) => { event.seq = i + 1; });

test("a good history is good", () => {
  assert.deepEqual(check(good()), []);
});

test("a history may begin in the middle", () => {
  const history = good();
  history.base = new Map([[conversation, 4]]);
  history.sends = history.sends.filter((send) => send.seq > 4);
  for (const log of history.logs) log.events = log.events.filter((event) => event.seq > 4);
  for (const view of history.views) {
    view.from = 4;
    view.told = view.told.filter((each) => each.seq > 4);
  }
  history.reads = history.reads.filter((read) => read.seq > 4);
  assert.deepEqual(check(history), []);
});

test("what was not acknowledged may be there once, or not at all", () => {
  assert.deepEqual(found_in(({ sends }) => { delete sends[2].ended; }), []);
  assert.deepEqual(found_in(({ sends }) => {
    sends.push({ conversation, user: "anna", client_id: "given up", started: 30 });
  }), []);
});

test("sends at the same time may be in either order", () => {
  assert.deepEqual(found_in(({ sends }) => { sends[1].started = 20; sends[0].ended = 36; }), []);
});

test("a session that was told of a gap need not be told what is in it", () => {
  assert.deepEqual(found_in(({ views }) => {
    views[2].told.splice(1, 2, { gap: 4 });
    views[2].told.splice(-1, 1, { gap: 7 });
  }), []);
});

test("a session that is gone need not be told the end", () => {
  assert.deepEqual(found_in(({ views }) => { views[2].told.pop(); views[2].is_open = false; }), []);
});

const planted = {
  "a lost message": ["lost", all_logs((events) => { events.pop(); })],
  "a lost message whose place another took": ["lost", all_logs((events) => {
    events.splice(3, 1);
    renumber(events);
  })],
  "a message on the disk of one node only": ["stale", ({ logs }) => {
    logs[0].events.pop();
    logs[1].events.pop();
  }],
  "a node that is behind": ["stale", ({ logs }) => { logs[2].events.pop(); }],
  "a doubled message": ["doubled", all_logs((events) => {
    events.push({ seq: 8, client_id: "c3", sender: "boris", ts: 8 });
  })],
  "a doubled message that was not acknowledged": ["doubled", (history) => {
    delete history.sends[5].ended;
    all_logs((events) => events.push({ seq: 8, client_id: "c7", sender: "boris", ts: 8 }))(history);
  }],
  "a message at another place": ["moved", ({ sends }) => {
    [sends[3].seq, sends[4].seq] = [sends[4].seq, sends[3].seq];
  }],
  "messages against the order of time": ["reordered", ({ sends }) => {
    sends[1].started = 100;
    sends[1].ended = 105;
  }],
  "an unacknowledged message before what it followed": ["reordered", ({ sends }) => {
    delete sends[1].ended;
    sends[1].started = 100;
  }],
  "a time that goes back": ["reordered", all_logs((events) => { events[3].ts = 1; })],
  "a position that is missing": ["gap", all_logs((events) => {
    events.splice(0, 1);
  })],
  "nodes that disagree": ["divergent", ({ logs }) => {
    const { events } = logs[1];
    [events[2].client_id, events[4].client_id] = [events[4].client_id, events[2].client_id];
    [events[2].sender, events[4].sender] = [events[4].sender, events[2].sender];
  }],
  "a message that nobody sent": ["invented", ({ sends }) => { sends.splice(2, 1); }],
  "a read of an owner that is none any more": ["stale", ({ reads }) => {
    reads[2] = { ...reads[2], seq: 4, client_id: "c4" };
  }],
  "a read that goes back": ["stale", ({ reads, sends }) => {
    delete sends[5].ended;
    reads.push({ conversation, started: 90, ended: 91, seq: 6, client_id: "c6" });
  }],
  "a read of what was never committed": ["divergent", ({ reads }) => {
    reads.push({ conversation, started: 90, ended: 91, seq: 8, client_id: "c8" });
  }],
  "a push twice": ["doubled", ({ views }) => { views[2].told.splice(2, 0, views[2].told[1]); }],
  "pushes in another order": ["reordered", ({ views }) => {
    const { told } = views[2];
    [told[3], told[4]] = [told[4], told[3]];
  }],
  "a push that is missing": ["gap", ({ views }) => { views[2].told.splice(2, 1); }],
  "a first push that is missing": ["gap", ({ views }) => { views[2].told.shift(); }],
  "a last push that is missing": ["untold", ({ views }) => { views[2].told.pop(); }],
  "a push of what was never committed": ["divergent", ({ views }) => {
    views[2].told.push({ seq: 8, client_id: "c8" });
  }],
};

for (const [name, [kind, spoil]] of Object.entries(planted))
  test(`${name} is found`, () => {
    const found = found_in(spoil);
    assert.ok(found.includes(kind), `found ${found.join() || "nothing"}, not ${kind}`);
  });

test("figures are made of as many sends as an hour has", () => {
  const took = Array.from({ length: 300_000 }, (_, i) => i);
  assert.deepEqual(spread(took), { count: 300_000, p50: 149_999, p99: 296_999, max: 299_999 });
});
