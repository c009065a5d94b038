/// One who stopped reading: others are not delayed, its queue stays bounded,
/// and it gets gaps instead of what was dropped.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ParleyNode } from "./support/node.mjs";
import { make_group, people, say } from "./support/session.mjs";
import { delay, scale, until, within } from "./support/wait.mjs";

const queue_max = 1024 * 1024;

/// Sends `rate` messages a second for `seconds`, many at a time.
async function flood(session, conversation, { rate, seconds, size }) {
  const text = "x".repeat(size);
  const sends = [];
  const began = Date.now();
  for (let i = 0; i < rate * seconds; ++i) {
    sends.push(session.call("message.send", { conversation, client_id: `f${i}`, text }));
    if (i % 50 === 49) {
      await Promise.all(sends.slice(-50));
      const ahead = (i / rate) * 1000 - (Date.now() - began);
      if (ahead > 0) await delay(ahead);
    }
  }
  const answers = await Promise.all(sends);
  return answers.at(-1).seq;
}

test("a reader that stopped delays nobody, is bounded, and gets a gap when it goes on", async () => {
  const node = await ParleyNode.start();
  try {
    const [sender, slow, quick] = await people(node, 3);
    const { id: conversation } = await make_group(sender, [slow, quick]);
    const sent_at = new Map();
    let worst = 0;
    let got = 0;
    const quick_seqs = [];
    quick.session.on_event = ({ method, params }) => {
      if (method !== "event.message") return;
      got += 1;
      quick_seqs.push(params.seq);
      const at = sent_at.get(params.client_id);
      if (at) worst = Math.max(worst, performance.now() - at);
    };
    const call = sender.session.call.bind(sender.session);
    sender.session.call = (method, params) => {
      sent_at.set(params.client_id, performance.now());
      return call(method, params);
    };
    slow.session.ws._socket.pause();
    const seconds = 8;
    const rate = Math.round(1000 / scale);
    let highest = 0;
    let is_over = false;
    const watching = (async () => {
      while (!is_over) {
        highest = Math.max(highest, await node.metric("outbound_queue_bytes").catch(() => 0));
        await delay(100);
      }
    })();
    const last = await flood(sender.session, conversation, { rate, seconds, size: 1000 });
    is_over = true;
    await watching;
    await until(() => got >= rate * seconds, "the quick one has all");
    assert.equal(new Set(quick_seqs).size, rate * seconds);
    assert.ok(worst < 1_000 * scale, `the quick one waited ${worst} ms`);
    assert.ok(highest <= queue_max + 256 * 1024, `queue of ${highest} bytes`);
    slow.session.ws._socket.resume();
    const outcome = await Promise.race([
      slow.session.next("event.gap", (e) => e.conversation === conversation, 20_000 * scale),
      slow.session.closed,
    ]);
    if (outcome.code === undefined) {
      assert.ok(outcome.last_seq <= last);
      const seen = slow.session.seen("event.message").map((m) => m.seq);
      assert.deepEqual(seen, seen.map((_, i) => seen[0] + i), "no gap before the gap");
      const pulled = await pull(slow.session, conversation, seen.at(-1) ?? 1);
      const all = new Set([...seen, ...pulled]);
      for (let seq = quick_seqs[0]; seq <= last; ++seq) assert.ok(all.has(seq), `${seq}`);
    } else {
      assert.equal(outcome.code, 4008);
    }
  } finally {
    await node.stop();
  }
});

async function pull(session, conversation, after) {
  const seqs = [];
  for (let at = after; ;) {
    const { conversations } = await session.call("sync", { conversations: { [conversation]: at }, limit: 200 });
    const page = conversations.find((c) => c.id === conversation);
    if (!page) return seqs;
    seqs.push(...page.events.map((e) => e.params.seq));
    at = seqs.at(-1) ?? at;
    if (!page.has_more) return seqs;
  }
}

test("typing and presence go first: the slow get durable events before them", async () => {
  const node = await ParleyNode.start({ set: { "client.outbound_bytes_max": "64KiB" } });
  try {
    const [sender, slow, other] = await people(node, 3);
    const { id: conversation } = await make_group(sender, [slow, other]);
    slow.session.ws._socket.pause();
    const noise = Promise.all(Array.from({ length: 100 }, (_, i) =>
      sender.session.call("typing.set", { conversation, on: i % 2 === 0 })));
    await flood(other.session, conversation, { rate: 1000, seconds: 6, size: 1000 });
    await noise;
    const dropped = await until(async () => {
      const { text } = await node.ops("/metrics");
      return /events_dropped_total\{[^}]*\} [1-9]/.test(text);
    }, "drops are counted");
    assert.ok(dropped);
    slow.session.ws.terminate();
  } finally {
    await node.stop();
  }
});

test("who asks for more answers than it reads is closed with 4008", async () => {
  const node = await ParleyNode.start({ set: { "client.pending_calls_max": "1000" } });
  try {
    const [sender, greedy] = await people(node, 2);
    const { conversation } = await say(sender.session, greedy.id, "x");
    const text = "x".repeat(8000);
    for (let i = 0; i < 60; ++i) await say(sender.session, conversation, text);
    greedy.session.ws._socket.pause();
    for (let i = 0; i < 400; ++i)
      greedy.session.call("message.history", { conversation, limit: 200 }).catch(() => {});
    await until(async () => {
      const { text: metrics } = await node.ops("/metrics");
      return /sessions_closed_total\{code="4008"\} [1-9]/.test(metrics);
    }, "it is closed", 40_000 * scale);
    greedy.session.ws._socket.resume();
    const { code } = await within(greedy.session.closed, "close");
    assert.ok(code === 4008 || code === 1006, `${code}`);
  } finally {
    await node.stop();
  }
});
