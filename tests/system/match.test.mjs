/// PROTOCOL section 6, match.*: strangers who meet, talk, go on and part.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { asked, good } from "./support/cluster.mjs";
import { people, repeated, say, Session } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";
import { scale, until, within } from "./support/wait.mjs";

// A queue for each test that must not meet the people of another.
const queues = ["default", "grace", "kill", "full", "late", "other", "plain"];
const set = { "queues.default.away_grace": "500ms", "queues.default.met_for": "0ms" };
for (const queue of queues.slice(1)) {
  set[`queues.${queue}.away_grace`] = "500ms";
  set[`queues.${queue}.met_for`] = "30m";
}
set["queues.grace.away_grace"] = `${2_000 * scale}ms`;
set["queues.plain.note_arrivals"] = "true";
set["queues.kill.restart_grace"] = "1500ms";
set["queues.full.waiting_max"] = "1";
set["queues.late.keep_for"] = "0ms";

const a_second = 1_000 * scale;
const held = with_node({ set });

const states = (session, state, conversation) => session.next("event.match", (e) =>
  e.state === state && (!conversation || e.conversation === conversation));
const enqueue = (user, queue, more = {}) =>
  user.session.call("match.enqueue", { queue, self: {}, ...more });

/// Both in one match: its id.
async function meet(a, b, queue, more) {
  await enqueue(a, queue, more);
  await enqueue(b, queue, more);
  const [left, right] = await Promise.all([a, b].map((x) => states(x.session, "found")));
  assert.equal(left.conversation, right.conversation);
  return { id: left.conversation, left, right };
}

const close = (...users) => Promise.all(users.map((x) => x.session.close()));

test("two meet, talk in a conversation of their own, and one leaves", async () => {
  const [anna, boris, clara] = await people(held.node, 3);
  const first = await enqueue(anna, "plain", { self: { age: 25 }, want: { age: [20, 30] }, interests: ["#Tea ", "go"] });
  assert.ok(first.ticket > 0);
  assert.equal(first.waiting, 1);
  await enqueue(clara, "plain", { self: { age: 40 }, interests: ["tea"] });
  await enqueue(boris, "plain", { self: { age: 26 }, interests: ["TEA", "chess"] });
  const found = await states(anna.session, "found");
  assert.match(found.conversation, /^m\.[0-9a-hjkmnp-tv-z]{26}$/);
  assert.deepEqual(found.partner, {
    id: boris.id, display_name: boris.user.display_name, shared_interests: ["tea"],
  });
  const other = await states(boris.session, "found");
  assert.equal(other.partner.id, anna.id);
  assert.deepEqual([found.polite, other.polite], [true, false]);

  const conversation = found.conversation;
  const { seq } = await say(anna.session, conversation, "hello stranger");
  const message = await boris.session.next("event.message", (m) => m.seq === seq);
  assert.equal(message.text, "hello stranger");
  await boris.session.call("message.react", { conversation, seq, emoji: ":+1:" });
  await anna.session.next("event.reaction", (e) => e.target === seq);
  const { messages } = await boris.session.call("message.history", { conversation });
  assert.deepEqual(messages.map((m) => m.text), ["hello stranger"]);
  for (const method of ["message.history", "conversation.get"])
    assert.equal((await clara.session.fails(method, { conversation })).code, 404);

  await boris.session.call("match.leave");
  for (const { session } of [anna, boris]) {
    const ended = await states(session, "ended", conversation);
    assert.equal(ended.reason, "left");
  }
  const late = { conversation, client_id: "late", text: "still there?" };
  assert.equal((await anna.session.fails("message.send", late)).code, 403);
  assert.equal((await anna.session.fails("match.leave")).code, 404);
  await anna.session.call("match.cancel");

  const { matches } = await asked(held.node, "match", "sessions", "--queue", "plain");
  assert.equal(matches.length, 1);
  const [record] = matches;
  assert.deepEqual([record.conversation, record.how, record.by, record.reported],
    [conversation, "left", boris.id, false]);
  assert.match(record.first_said, /age=25 .*want age=20\.\.30/);
  assert.match(await good(held.node, "match", "sessions", "--queue", "plain"), /left +/);
  assert.equal((await asked(held.node, "match", "sessions", "--queue", "plain", "--since", "2h", "--until", "1h")).matches.length, 0);
  await clara.session.call("match.cancel");

  const file = join(held.node.dir, "arrivals-plain.jsonl");
  const { policies } = await asked(held.node, "queue", "replay", file);
  assert.deepEqual([policies[0].came, policies[0].matched, policies[0].cancelled], [3, 2, 1]);
  for (const { id } of [anna, boris, clara]) assert.ok(!readFileSync(file, "utf8").includes(id));
  await close(anna, boris, clara);
});

test("a user is in one queue and one match at a time", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { ticket } = await enqueue(anna, "default");
  const again = await anna.session.fails("match.enqueue", { self: {} });
  assert.equal(again.code, 409);
  assert.match(again.data.detail, new RegExp(`ticket ${ticket}$`));
  const other = await anna.session.fails("match.enqueue", { queue: "other", self: {} });
  assert.equal(other.code, 409);
  assert.match(other.data.detail, new RegExp(`queue default, with ticket ${ticket}$`));
  await anna.session.call("match.cancel");
  await enqueue(anna, "other");
  await anna.session.call("match.cancel");
  const { id } = await meet(anna, boris, "default");
  for (const queue of ["default", "other"]) {
    const busy = await anna.session.fails("match.enqueue", { queue, self: {} });
    assert.equal(busy.code, 409);
    assert.ok(busy.data.detail.includes(id));
  }
  await anna.session.call("match.leave");
  await close(anna, boris);
});

test("what a queue does not take is refused with the field", async () => {
  const [anna] = await people(held.node, 1);
  const refused = async (params, field, code = -32602) => {
    const error = await anna.session.fails("match.enqueue", params);
    assert.deepEqual([error.code, error.data.field], [code, field]);
  };
  await refused({}, "self");
  await refused({ self: { mood: "good" } }, "self.mood");
  await refused({ self: { age: 7 } }, "self.age");
  await refused({ self: {}, want: { age: [30, 20] } }, "want.age");
  await refused({ self: {}, widen: [{ want: {} }] }, "widen[0].after_ms");
  await refused({ self: {}, queue: "none" }, "queue", 404);
  await close(anna);
});

test("next leaves the match and finds the next one", async () => {
  const [anna, boris, clara] = await people(held.node, 3);
  const { id } = await meet(anna, boris, "other");
  await anna.session.call("match.next");
  assert.equal((await states(boris.session, "ended", id)).reason, "next");
  await enqueue(boris, "other");
  await enqueue(clara, "other");
  // The two have just met: both could only meet somebody new.
  const found = await states(clara.session, "found");
  assert.equal(found.partner.id, anna.id);
  assert.notEqual(found.conversation, id);
  await boris.session.call("match.cancel");
  await clara.session.call("match.leave");
  await close(anna, boris, clara);
});

test("next into a full queue ends the match and says so", async () => {
  const [anna, boris, clara] = await people(held.node, 3);
  const { id } = await meet(anna, boris, "full");
  const young = { self: { age: 20 }, want: { age: [90, 99] } };
  await enqueue(clara, "full", young);
  assert.equal((await anna.session.fails("match.next")).code, 503);
  assert.equal((await states(boris.session, "ended", id)).reason, "next");
  assert.equal((await anna.session.fails("match.next")).code, 404);
  await clara.session.call("match.cancel");
  await close(anna, boris, clara);
});

test("a match outlives a short absence and no long one", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { id } = await meet(anna, boris, "grace");
  await anna.session.close();
  anna.session = await Session.open(held.node, anna);
  assert.equal((await states(anna.session, "found")).conversation, id, "is told again");
  await say(anna.session, id, "back again");
  await boris.session.next("event.message", (m) => m.text === "back again");
  await anna.session.close();
  assert.equal((await states(boris.session, "ended", id)).reason, "disconnected");
  await close(boris);
});

test("who waits in vain is told, who waits longest is explained", async () => {
  const [anna] = await people(held.node, 1);
  const { ticket } = await enqueue(anna, "grace", {
    self: { age: 30 }, want: { age: [18, 20] }, widen: [{ after_ms: 900, want: { age: null } }], give_up_ms: 1_000,
  });
  const why = await asked(held.node, "queue", "explain", `${ticket}`, "--queue", "grace");
  assert.equal(why.user, anna.id);
  assert.equal(why["age.unwanted_by_it"], "0");
  assert.ok(Number(why.widens_at) > Date.now() - 30_000);
  assert.equal((await states(anna.session, "expired")).conversation, undefined);
  await close(anna);
});

test("those who block each other never meet, and part at once", async () => {
  const [anna, boris] = await people(held.node, 2);
  await boris.session.call("user.block", { user: anna.id });
  await enqueue(anna, "default");
  assert.equal((await enqueue(boris, "default")).waiting, 2);
  await boris.session.call("match.cancel");
  await boris.session.call("user.unblock", { user: anna.id });
  await enqueue(boris, "default");
  const { conversation } = await states(anna.session, "found");
  await anna.session.call("user.block", { user: boris.id });
  await states(boris.session, "ended", conversation);
  await close(anna, boris);
});

test("a ban takes the ticket away and ends the match", async () => {
  const [anna, boris, clara] = await people(held.node, 3);
  const { id } = await meet(anna, boris, "other");
  await enqueue(clara, "other", { want: { age: [18, 20] } });
  const banned = (user) => held.node.admin("user.ban", { user: user.id });
  await Promise.all([banned(anna), banned(clara)]);
  await within(states(boris.session, "ended", id), "the match ends", a_second);
  await until(async () => (await held.node.admin("queue.show", { queue: "other" })).waiting === "0",
    "the ticket is gone", a_second);
  const body = { jsonrpc: "2.0", id: 1, method: "ice.servers" };
  const servers = await held.node.http("POST", "/v1/rpc", { token: anna.token, body });
  assert.equal(servers.status, 403);
  await close(boris);
});

test("a drained queue takes nobody new", async () => {
  const [anna] = await people(held.node, 1);
  await good(held.node, "queue", "drain", "late");
  assert.equal((await anna.session.fails("match.enqueue", { queue: "late", self: {} })).code, 503);
  assert.match(await good(held.node, "queue", "list"), /late +0 +0 +- +- +yes/);
  await good(held.node, "queue", "drain", "late", "--undo");
  await enqueue(anna, "late");
  await anna.session.call("match.cancel");
  await close(anna);
});

const tail = async (conversation) =>
  (await held.node.admin("conversation.tail", { conversation, after: 0 })).events;

test("what was said is erased after the time it is kept", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { id } = await meet(anna, boris, "late");
  await say(anna.session, id, "a secret");
  await anna.session.call("match.leave");
  await states(boris.session, "ended", id);
  await until(async () => (await tail(id)).length === 0, "the conversation is empty");
  assert.ok(!JSON.stringify(await held.node.admin("conversation.show", { conversation: id })).includes("secret"));
  await close(anna, boris);
});

test("a report ends the match, outlives what was said, and keeps the two apart", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { id } = await meet(anna, boris, "late");
  await say(boris.session, id, "a threat");
  const about = { user: boris.id, conversation: id, reason: "threat" };
  const { report } = await anna.session.call("report.create", about);
  for (const { session } of [anna, boris])
    assert.equal((await states(session, "ended", id)).reason, "reported");
  const { matches } = await asked(held.node, "match", "sessions", "--queue", "late");
  const { how, by, reported } = matches.find((each) => each.conversation === id);
  assert.deepEqual([how, by, reported], ["reported", anna.id, true]);
  await until(async () => (await tail(id)).length === 0, "the conversation is empty");
  const kept = await until(() => asked(held.node, "reports", "show", report).catch(() => null), "the report has come");
  assert.deepEqual(kept.evidence.map((m) => [m.sender, m.text]), [[boris.id, "a threat"]]);
  assert.equal((await boris.session.fails("report.create", { ...about, user: anna.id })).code, 404);
  await enqueue(boris, "default");
  assert.equal((await enqueue(anna, "default")).waiting, 2);
  for (const { session } of [anna, boris]) await session.call("match.cancel");
  await close(anna, boris);
});

test("after kill -9 those who come back have their ticket and their match", async () => {
  const [anna, boris, clara, dora] = await people(held.node, 4);
  const old = { self: { age: 60 }, want: { age: [50, 70] } };
  const { id } = await meet(anna, boris, "kill");
  await say(anna.session, id, "before");
  const { ticket } = await enqueue(clara, "kill", old);
  await enqueue(dora, "kill", { self: { age: 20 }, want: { age: [90, 99] } });
  await held.node.restart();
  for (const user of [anna, boris, clara])
    user.session = await repeated(() => Session.open(held.node, user));
  for (const user of [anna, boris])
    assert.equal((await states(user.session, "found")).conversation, id);
  await say(boris.session, id, "after");
  await anna.session.next("event.message", (m) => m.text === "after");
  const again = await clara.session.fails("match.enqueue", { queue: "kill", ...old });
  assert.match(again.data.detail, new RegExp(`ticket ${ticket}$`));
  const show = () => held.node.admin("queue.show", { queue: "kill" });
  await until(async () => (await show()).waiting === "1", "who does not come back loses the ticket");
  const explained = await held.node.admin("queue.explain", { queue: "kill", ticket });
  assert.ok(Number(explained.waited_ms) > 1_000, "the waiting time counts on");
  await clara.session.call("match.cancel");
  await anna.session.call("match.leave");
  await states(boris.session, "ended", id);
  // They have met lately, whatever has happened to the node.
  for (const user of [anna, boris]) await enqueue(user, "kill");
  assert.equal((await show()).waiting, "2");
  await close(anna, boris, clara);
});

test("next of a match that is over ends no other", async () => {
  const [anna, boris, clara] = await people(held.node, 3);
  const { id: conversation } = await meet(anna, boris, "default");
  await enqueue(clara, "default");
  const twice = await Promise.allSettled([1, 2].map(() => anna.session.call("match.next", { conversation })));
  assert.deepEqual(twice.map((x) => x.status).sort(), ["fulfilled", "rejected"]);
  assert.equal(twice.find((x) => x.status === "rejected").reason.code, 409);
  const found = await states(clara.session, "found");
  assert.equal((await anna.session.fails("match.leave", { conversation })).code, 409);
  await say(anna.session, found.conversation, "still here");
  assert.equal(clara.session.seen("event.match", (e) => e.state === "ended").length, 0);
  await anna.session.call("match.leave", { conversation: found.conversation });
  await close(anna, boris, clara);
});
