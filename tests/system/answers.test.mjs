/// What answers may come to: nobody can write what closes a page to others, and
/// no call makes a node hold or write more than its bounds.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ParleyNode } from "./support/node.mjs";
import { make_group, people, Session, sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";

const KiB = 1024;
const MiB = KiB * KiB;
const answer_bytes_max = 640 * KiB;

const held = with_node({ set: { "limits.messages_per_user": "off",
  "limits.auth_per_address": "off", "limits.connections_per_address": "off",
  "limits.units_per_user": "100000/1000000",
  "limits.units_per_address": "1000000/1000000" } });

/// The worst text: each of its characters is six bytes of JSON.
const escapes = "\u0001".repeat(8192);

const send = (user, conversation, text, n) =>
  user.session.call("message.send", { conversation, text, client_id: `q${n}` });

async function rpc(node, user, body) {
  const answer = await fetch(`${node.http_url}/v1/rpc`, { method: "POST",
    body: JSON.stringify(body), headers: { Authorization: `Bearer ${user.token}` } });
  const text = await answer.text();
  return { status: answer.status, bytes: Buffer.byteLength(text), body: JSON.parse(text) };
}

const rss = (node) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${node.process.pid}/status`, "utf8"))[1]) * KiB;

/// The most that the node held while `body` ran, above what it held before.
async function growth_while(node, body) {
  const before = rss(node);
  let most = before;
  const timer = setInterval(() => { most = Math.max(most, rss(node)); }, 20);
  try {
    await body();
  } finally {
    clearInterval(timer);
  }
  return most - before;
}

/// Everything behind a page that `ask` gives, by its positions.
async function walk(ask) {
  const seqs = [];
  for (let after = 0, more = true; more;) {
    const page = await ask(after);
    assert.ok(page.messages.length > 0, "a page has at least one message");
    seqs.push(...page.messages.map((m) => m.seq));
    after = seqs.at(-1);
    more = page.has_more;
  }
  return seqs;
}

test("what one member writes closes no page to the others", async () => {
  const [anna, boris, carla] = await people(held.node, 3);
  const { id: conversation } = await make_group(anna, [boris, carla]);
  const { seq } = await send(anna, conversation, "before", "first");
  for (let i = 0; i < 40; i += 1) await send(anna, conversation, escapes, i);
  for (let i = 0; i < 20; i += 1) {
    const { seq: at } = await send(anna, conversation, "edited", `e${i}`);
    await anna.session.call("message.edit", { conversation, seq: at, text: escapes });
  }
  const emoji = (i) => String.fromCodePoint(0x1f600 + i);
  for (let i = 0; i < 10; i += 1) await anna.session.call("message.react", { conversation, seq, emoji: emoji(i) });
  const refused = await anna.session.fails("message.react", { conversation, seq, emoji: emoji(10) });
  assert.equal(refused.code, 413);
  const newest = await boris.session.call("message.history", { conversation });
  assert.ok(newest.messages.length > 0 && newest.has_more);
  const all = await walk((after) =>
    boris.session.call("message.history", { conversation, after, limit: 200 }));
  assert.equal(all.length, 61);
  const list = await boris.session.call("conversation.list");
  assert.equal(list.conversations.length, 1);
  for (let at = 0, more = true; more;) {
    const { conversations: [page] } = await carla.session.call("sync",
      { conversations: { [conversation]: at }, limit: 200 });
    assert.ok(page.events.length > 0);
    for (const { params } of page.events) assert.equal(params.seq, ++at, "none is left out");
    more = page.has_more;
  }
  const http = await held.node.http("GET", `/v1/conversations/${conversation}/messages`,
    { token: carla.token });
  assert.equal(http.status, 200);
});

test("a batch has one answer's room, on both transports", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { id: conversation } = await make_group(anna, [boris]);
  for (let i = 0; i < 12; i += 1) await send(anna, conversation, escapes, i);
  const calls = Array.from({ length: 64 }, (_, id) => id === 63
    ? { jsonrpc: "2.0", id, method: "message.send", params: { conversation, text: "x", client_id: "last" } }
    : { jsonrpc: "2.0", id, method: "message.history", params: { conversation, limit: 200 } });
  const { status, bytes, body } = await rpc(held.node, anna, calls);
  assert.equal(status, 200);
  assert.ok(bytes <= answer_bytes_max, `${bytes} bytes`);
  assert.deepEqual(body.map((a) => a.id), calls.map((c) => c.id));
  assert.ok(body[0].result.messages.length > 0);
  assert.ok(body.slice(8, 60).every((a) => a.error?.code === 413), "the rest is refused");
  const frames = await boris.session.raw(JSON.stringify(calls));
  const over_socket = typeof frames === "string" ? JSON.parse(frames) : frames;
  assert.equal(over_socket.length, 64);
  assert.ok(Buffer.byteLength(JSON.stringify(over_socket)) <= answer_bytes_max);
  assert.ok(over_socket.some((a) => a.result?.messages));
  assert.ok(over_socket.find((a) => a.id === 63).result.seq, "what was done is told");
});

test("contacts come in pages", async () => {
  const [anna, ...others] = await people(held.node, 8);
  for (const { id } of others) await anna.session.call("contact.add", { user: id });
  const whole = await anna.session.call("contact.list");
  assert.equal(whole.contacts.length, 7);
  assert.equal(whole.cursor, undefined);
  const seen = [];
  for (let cursor; ;) {
    const page = await anna.session.call("contact.list", { limit: 3, cursor });
    seen.push(...page.contacts.map((u) => u.id));
    cursor = page.cursor;
    if (!cursor) break;
  }
  assert.deepEqual(seen, others.map((u) => u.id).sort());
});

test("reading is metered, over HTTP and WebSockets alike", async () => {
  const node = await ParleyNode.start({ set: { "limits.units_per_user": "1/1000" } });
  try {
    const [anna, boris] = await people(node, 2);
    const { id: conversation } = await make_group(anna, [boris]);
    for (let i = 0; i < 40; i += 1) await send(anna, conversation, "x".repeat(8000), i);
    const ask = { jsonrpc: "2.0", id: 1, method: "message.history", params: { conversation } };
    let read = 0;
    for (let refused; !refused; read += 1) {
      assert.ok(read < 50, "reading is not for nothing");
      const { status, body } = await rpc(node, anna, ask);
      refused = status === 429 && body.error;
      if (refused) assert.ok(refused.data.retry_after_ms > 0);
      else assert.equal(status, 200);
    }
    assert.ok(read > 2, "an ordinary client reads as ever");
    const { code, data } = await anna.session.fails("conversation.list");
    assert.equal(code, 429);
    assert.ok(data.retry_after_ms > 0);
    await anna.session.call("session.ping");
    await send(anna, conversation, "writing has a limit of its own", "w");
    await boris.session.call("message.history", { conversation, limit: 1 });
  } finally {
    await node.stop();
  }
});

test("a user's HTTP calls under way are bounded", async () => {
  const node = await ParleyNode.start({
    set: { "limits.http_calls_per_user_max": 2, "limits.connections_per_address": "off" } });
  try {
    const user = await sign_up(node);
    const ask = { jsonrpc: "2.0", id: 1, method: "conversation.list" };
    const answers = await Promise.all(Array.from({ length: 40 }, () => rpc(node, user, ask)));
    assert.ok(answers.some((a) => a.status === 200));
    for (const { status, body } of answers.filter((a) => a.status !== 200)) {
      assert.equal(status, 429);
      assert.equal(body.error.message, "rate_limited");
    }
    assert.equal((await rpc(node, user, ask)).status, 200, "places are given back");
  } finally {
    await node.stop();
  }
});

test("no reader makes the node hold what it will not send", async () => {
  const groups = Number(process.env.PARLEY_GROUPS ?? 60);
  const [anna, boris] = await people(held.node, 2);
  const seen = {};
  for (let i = 0; i < groups; i += 1) {
    const { id } = await make_group(anna, [boris]);
    seen[id] = 0;
    await Promise.all(Array.from({ length: 8 }, (_, n) => send(anna, id, escapes, `${i}-${n}`)));
  }
  const [full] = Object.keys(seen);
  const batch = Array.from({ length: 64 }, (_, id) => (
    { jsonrpc: "2.0", id, method: "message.history", params: { conversation: full, limit: 200 } }));
  const sessions = await Promise.all(Array.from({ length: 10 }, () => Session.open(held.node, boris)));
  const storms = {
    "20 batches of histories": () => Promise.all(Array.from({ length: 20 }, () =>
      rpc(held.node, boris, batch))),
    "20 syncs of all": () => Promise.all(Array.from({ length: 20 }, (_, i) =>
      sessions[i % 10].call("sync", { conversations: seen, limit: 200 }))),
    "lists from all sessions": () => Promise.all(Array.from({ length: 100 }, (_, i) =>
      sessions[i % 10].call("conversation.list", { limit: 200 }).catch((e) => {
        assert.ok([429, 503].includes(e.code), `${e}`);
      }))),
  };
  for (const [name, storm] of Object.entries(storms)) {
    const grown = await growth_while(held.node, storm);
    assert.ok(grown <= 300 * MiB, `${name}: ${Math.round(grown / MiB)} MiB`);
  }
  for (const each of sessions) each.ws.close();
});
