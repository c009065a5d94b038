/// PROTOCOL section 4 over WebSocket: JSON-RPC's own errors and ours.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fresh_handle, make_group, people, say, Session, sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";
import { until, within } from "./support/wait.mjs";

let anna, boris, session;

const held = with_node({}, async (node) => {
  [anna, boris] = await people(node, 2);
  session = anna.session;
});

const parsed = (code, name) => ({ error }) => {
  assert.equal(error.code, code, JSON.stringify(error));
  assert.equal(error.message, name);
  assert.equal(typeof error.data.detail, "string");
};

test("what is no JSON is a parse error, with a null id", async () => {
  const fresh = await Session.open(held.node, anna);
  const answer = await fresh.raw("{");
  await fresh.close();
  assert.equal(answer.id, null);
  assert.equal(answer.jsonrpc, "2.0");
  parsed(-32700, "Parse error")(answer);
});

test("what is JSON but no request is an invalid request", async () => {
  const fresh = await Session.open(held.node, anna);
  for (const text of ["[]", "7"])
    parsed(-32600, "Invalid Request")(await fresh.raw(text));
  await fresh.close();
});

test("requests that are not well formed say so, by id where there is one", async () => {
  const bad = [
    { jsonrpc: "1.0", id: "a", method: "session.ping" },
    { id: "a", method: "session.ping" },
    { jsonrpc: "2.0", id: "a", method: 7 },
    { jsonrpc: "2.0", id: "a" },
  ];
  for (const request of bad) {
    const answer = await session.raw(JSON.stringify(request));
    parsed(-32600, "Invalid Request")(answer);
  }
  const strange_id = { jsonrpc: "2.0", id: {}, method: "session.ping" };
  const answer = await session.raw(JSON.stringify(strange_id));
  parsed(-32600, "Invalid Request")(answer);
  assert.equal(answer.id, null);
});

test("ids come back as they were", async () => {
  for (const id of ["text", 2 ** 40, -1, null]) {
    const request = { jsonrpc: "2.0", id, method: "session.ping", params: {} };
    const answer = await session.raw(JSON.stringify(request));
    assert.deepEqual(answer.id, id);
    assert.ok(answer.result.server_ts);
  }
});

test("params may be left out, and may not be a list", async () => {
  const without = await session.raw('{"jsonrpc":"2.0","id":"p","method":"session.ping"}');
  assert.ok(without.result);
  const list = await session.raw('{"jsonrpc":"2.0","id":"p","method":"message.send","params":[1]}');
  assert.ok([-32602, -32600].includes(list.error.code));
});

test("an unknown method is not found", async () => {
  const error = await session.fails("message.explode");
  assert.equal(error.code, -32601);
  assert.equal(error.name_on_wire, "Method not found");
});

test("notifications are carried out and never answered", async () => {
  const note = { to: boris.id, client_id: "n1", text: "quietly" };
  session.send_text(JSON.stringify({ jsonrpc: "2.0", method: "message.send", params: note }));
  session.send_text('{"jsonrpc":"2.0","method":"no.such"}');
  const { text } = await boris.session.next("event.message", (m) => m.client_id === "n1");
  assert.equal(text, "quietly");
  const answer = await session.raw('{"jsonrpc":"2.0","id":"after","method":"session.ping"}');
  assert.equal(answer.id, "after");
});

test("a batch is answered as a batch, without its notifications", async () => {
  const batch = [
    { jsonrpc: "2.0", id: "one", method: "session.ping" },
    { jsonrpc: "2.0", method: "session.ping" },
    { jsonrpc: "2.0", id: "two", method: "no.such" },
    7,
    { jsonrpc: "2.0", id: "three", method: "user.get", params: { user: anna.id } },
  ];
  const answers = await session.raw(JSON.stringify(batch));
  assert.ok(Array.isArray(answers));
  const by_id = new Map(answers.map((a) => [a.id, a]));
  assert.equal(answers.length, 4);
  assert.ok(by_id.get("one").result);
  assert.equal(by_id.get("two").error.code, -32601);
  assert.equal(by_id.get(null).error.code, -32600);
  assert.equal(by_id.get("three").result.user.id, anna.id);
});

test("a batch of notifications is not answered at all", async () => {
  const note = { jsonrpc: "2.0", method: "session.ping" };
  session.send_text(JSON.stringify([note, note]));
  const answer = await session.raw('{"jsonrpc":"2.0","id":"next","method":"session.ping"}');
  assert.equal(answer.id, "next");
});

test("a batch over its limit is too large", async () => {
  const batch = Array.from({ length: 65 }, (_, id) => ({ jsonrpc: "2.0", id: `b${id}`, method: "session.ping" }));
  const answer = await session.raw(JSON.stringify(batch));
  parsed(413, "too_large")(answer);
});

test("JSON may nest 32 deep and not deeper", async () => {
  const nested = (depth) => "[".repeat(depth) + "]".repeat(depth);
  const request = (inner) => `{"jsonrpc":"2.0","id":"d","method":"session.ping","params":{"x":${inner}}}`;
  const fresh = await Session.open(held.node, anna);
  assert.ok((await fresh.raw(request(nested(30)))).result);
  parsed(-32700, "Parse error")(await fresh.raw(request(nested(31))));
  parsed(-32700, "Parse error")(await fresh.raw(nested(20_000)));
  await fresh.close();
});

test("every wrong parameter is named", async () => {
  const conversation = (await say(session, boris.id, "x")).conversation;
  const faults = [
    ["message.send", { client_id: "1", text: "x" }, "conversation"],
    ["message.send", { conversation, to: boris.id, client_id: "1", text: "x" }, "conversation"],
    ["message.send", { conversation: "x", client_id: "1", text: "x" }, "conversation"],
    ["message.send", { conversation, text: "x" }, "client_id"],
    ["message.send", { conversation, client_id: "", text: "x" }, "client_id"],
    ["message.send", { conversation, client_id: "x".repeat(65), text: "x" }, "client_id"],
    ["message.send", { conversation, client_id: "1" }, "text"],
    ["message.send", { conversation, client_id: "1", text: "" }, "text"],
    ["message.send", { conversation, client_id: "1", text: 7 }, "text"],
    ["message.send", { to: anna.id, client_id: "1", text: "x" }, "to"],
    ["message.send", { conversation, client_id: "1", text: "x", reply_to: -1 }, "reply_to"],
    ["message.send", { conversation, client_id: "1", text: "x", mentions: "all" }, "mentions"],
    ["message.send", { conversation, client_id: "1", text: "x", type: "A B" }, "type"],
    ["message.send", { conversation, client_id: "1", attachments: {} }, "attachments"],
    ["message.edit", { conversation, text: "x" }, "seq"],
    ["message.edit", { conversation, seq: 0, text: "x" }, "seq"],
    ["message.react", { conversation, seq: 1, emoji: "" }, "emoji"],
    ["message.history", { conversation, before: 5, after: 1 }, "after"],
    ["message.history", { conversation, limit: 0 }, "limit"],
    ["message.read", { conversation, seq: "1" }, "seq"],
    ["typing.set", { conversation, on: 1 }, "on"],
    ["sync", { conversations: [] }, "conversations"],
    ["conversation.create", { kind: "channel", members: [] }, "kind"],
    ["conversation.create", { kind: "group", members: boris.id }, "members"],
    ["conversation.create", { kind: "group", title: "x".repeat(257), members: [] }, "title"],
    ["conversation.set_role", { conversation, user: boris.id, role: "king" }, "role"],
    ["presence.set", { status: "asleep" }, "status"],
    ["presence.get", { users: Array(501).fill(0).map((_, i) => `user-${i}`) }, "users"],
    ["user.get", { user: "No Body" }, "user"],
    ["user.block", { user: anna.id }, "user"],
    ["user.search", { prefix: "x" }, "prefix"],
    ["user.update", {}, "display_name"],
    ["contact.add", {}, "user"],
  ];
  for (const [method, params, field] of faults) {
    const error = await session.fails(method, params);
    const said = `${method} ${JSON.stringify(params).slice(0, 80)}`;
    assert.equal(error.code, -32602, said);
    assert.equal(error.data.field, field, said);
  }
});

test("what is over its limit is too large", async () => {
  const { conversation } = await say(session, boris.id, "x");
  const fits = { conversation, client_id: "fits", text: "ü".repeat(4096) };
  assert.ok((await session.call("message.send", fits)).seq);
  const too_large = [
    { text: "ü".repeat(4096) + "x" },
    { attachments: Array(11).fill({}) },
    { attachments: [{ name: "x".repeat(1024) }] },
  ];
  for (const more of too_large) {
    const params = { conversation, client_id: "large", ...more };
    assert.equal((await session.fails("message.send", params)).code, 413);
  }
});

test("what is not there is not found", async () => {
  const { conversation, seq } = await say(session, boris.id, "x");
  const nobody = fresh_handle();
  const { id } = await make_group(anna, []);
  const nowhere = id.slice(0, -1) + (id.endsWith("0") ? "1" : "0");
  assert.equal((await session.fails("user.get", { user: nobody })).code, 404);
  assert.equal((await session.fails("message.send", { to: nobody, client_id: "1", text: "x" })).code, 404);
  assert.equal((await session.fails("user.block", { user: nobody })).code, 404);
  const gone = await session.fails("conversation.get", { conversation: nowhere });
  assert.ok([403, 404].includes(gone.code));
  assert.equal((await session.fails("message.edit", { conversation, seq: seq + 99, text: "x" })).code, 404);
});

test("what one may not do is forbidden, and what one has never been in not there", async () => {
  const stranger = (await people(held.node, 1))[0].session;
  const { conversation, seq } = await say(session, boris.id, "private");
  const unknown = [
    ["message.send", { conversation, client_id: "1", text: "x" }],
    ["message.history", { conversation }],
    ["conversation.get", { conversation }],
    ["message.react", { conversation, seq, emoji: "👍" }],
    ["typing.set", { conversation, on: true }],
    ["message.read", { conversation, seq }],
  ];
  for (const [method, params] of unknown) {
    const why = await stranger.fails(method, params);
    const elsewhere = { ...params, conversation: `d.${"0".repeat(26)}` };
    assert.deepEqual([why.code, why.data], [404, (await stranger.fails(method, elsewhere)).data], method);
  }
  assert.equal((await boris.session.fails("message.edit", { conversation, seq, text: "x" })).code, 403);
  assert.equal((await boris.session.fails("message.delete", { conversation, seq })).code, 403);
  await stranger.close();
});

test("an edit of what is deleted is a conflict", async () => {
  const { conversation, seq } = await say(session, boris.id, "short-lived");
  await session.call("message.delete", { conversation, seq });
  assert.equal((await session.fails("message.edit", { conversation, seq, text: "x" })).code, 409);
});

test("calls that failed have changed nothing", async () => {
  const [one, two] = await people(held.node, 2);
  const { conversation } = await say(one.session, two.id, "one");
  await one.session.fails("message.send", { conversation, client_id: "x", text: "x".repeat(8193) });
  await two.session.fails("message.edit", { conversation, seq: 1, text: "x" });
  await one.session.fails("message.edit", { conversation, seq: 9, text: "x" });
  const { seq } = await say(one.session, two.id, "two");
  assert.equal(seq, 2);
});

test("garbage of every kind ends at most its own socket", async () => {
  const junk = ["", " ", "null", "true", '"', "{}", '{"jsonrpc":"2.0"}', "[[[[", "\u0000",
    '{"jsonrpc":"2.0","id":1e999,"method":"session.ping"}', '{"a":1,"a":2}', "[1,2,3]",
    '{"jsonrpc":"2.0","id":1,"method":"\\ud800"}', "9".repeat(60_000)];
  for (const text of junk) {
    const loud = await Session.open(held.node, anna);
    loud.send_text(text);
    await Promise.race([
      loud.raw_answer().catch(() => {}),
      loud.closed,
    ]);
    loud.ws.terminate();
  }
  assert.ok((await session.call("session.ping")).server_ts);
});

test("more calls at a time than allowed are refused, the others answered", async () => {
  const { node } = held;
  const user = await sign_up(node);
  const busy = await Session.open(node, user);
  const calls = Array.from({ length: 400 }, (_, i) =>
    busy.call("message.send", { to: boris.id, client_id: `p${i}`, text: "x" })
      .then(() => "ok", (error) => error.code));
  const results = await Promise.all(calls);
  for (const result of results) assert.ok(result === "ok" || result === 429, `${result}`);
  assert.ok(results.filter((r) => r === "ok").length >= 128);
  await busy.close();
});

test("a handler's fault is answered; nothing ever waits for ever", async () => {
  const answers = await within(Promise.all(
    Array.from({ length: 50 }, () => session.call("sync"))), "all answers");
  assert.equal(answers.length, 50);
  await until(async () => (await held.node.ops("/healthz")).status === 200, "health");
});
