/// SIGTERM: everybody is told, everything pending is finished, exit 0 in time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ParleyNode } from "./support/node.mjs";
import { people, say, Session } from "./support/session.mjs";
import { scale, within } from "./support/wait.mjs";

test("SIGTERM tells every session to go, each by its own delay, closes with 4000, exits 0", async () => {
  const node = await ParleyNode.start();
  try {
    const all = await people(node, 20);
    const began = Date.now();
    node.process.kill("SIGTERM");
    const delays = await Promise.all(all.map(async ({ session }) =>
      (await session.next("event.goaway")).reconnect_after_ms));
    for (const delay of delays) assert.ok(delay >= 0 && delay <= 60_000, `${delay}`);
    assert.ok(new Set(delays).size > 5, "spread over time");
    const codes = await Promise.all(all.map(async ({ session }) =>
      (await within(session.closed, "close", 12_000 * scale)).code));
    assert.deepEqual([...new Set(codes)], [4000]);
    const { code, signal } = await within(node.exited, "exit", 12_000 * scale);
    assert.equal(signal, null);
    assert.equal(code, 0, node.log.slice(-5).join(""));
    assert.ok(Date.now() - began < 11_000 * scale);
  } finally {
    await node.stop();
  }
});

test("what was acknowledged while draining is there afterwards", async () => {
  const node = await ParleyNode.start();
  try {
    const [anna, boris] = await people(node, 2);
    const { conversation } = await say(anna.session, boris.id, "first");
    const acknowledged = [];
    const flood = (async () => {
      for (let i = 0; ; ++i) {
        const client_id = `d${i}`;
        try {
          const { seq } = await anna.session.call("message.send", { conversation, client_id, text: "x" });
          acknowledged.push({ seq, client_id });
        } catch (error) {
          if (error.code !== 503) return;
        }
        if (anna.session.ws.readyState > 1) return;
      }
    })();
    await boris.session.next("event.message", (m) => m.client_id === "d20");
    const { code } = await node.kill("SIGTERM");
    assert.equal(code, 0);
    await flood;
    assert.ok(acknowledged.length > 20);
    await node.start();
    const back = await Session.open(node, boris);
    const stored = new Map();
    for (let after = 0; ;) {
      const { messages, has_more } = await back.call("message.history", { conversation, after, limit: 200 });
      for (const m of messages) stored.set(m.client_id, m.seq);
      if (!has_more) break;
      after = messages.at(-1).seq;
    }
    for (const { client_id, seq } of acknowledged) assert.equal(stored.get(client_id), seq);
  } finally {
    await node.stop();
  }
});

test("a draining node takes nobody new, and is not ready", async () => {
  const node = await ParleyNode.start();
  try {
    const [anna] = await people(node, 1);
    node.process.kill("SIGTERM");
    await anna.session.next("event.goaway");
    const refused = await Session.connect(node).then(
      async (session) => (await within(session.closed, "close")).code, (error) => error);
    assert.ok(refused === 4000 || refused instanceof Error, `${refused}`);
    const ready = await fetch(`${node.ops_url}/readyz`).then((a) => a.status, () => 0);
    assert.ok(ready === 503 || ready === 0, `${ready}`);
    const { code } = await within(node.exited, "exit", 12_000 * scale);
    assert.equal(code, 0);
  } finally {
    await node.stop();
  }
});

test("a reader that takes nothing does not keep the node from ending", async () => {
  const node = await ParleyNode.start({ set: { "shutdown.timeout": "3s" } });
  try {
    const [anna, boris] = await people(node, 2);
    boris.session.ws._socket.pause();
    const text = "x".repeat(8000);
    await Promise.all(Array.from({ length: 100 }, () => say(anna.session, boris.id, text)));
    const began = Date.now();
    const { code } = await node.kill("SIGTERM");
    assert.equal(code, 0);
    assert.ok(Date.now() - began < 5_000 * scale, `${Date.now() - began} ms`);
  } finally {
    await node.stop();
  }
});
