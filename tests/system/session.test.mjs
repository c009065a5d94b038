/// PROTOCOL section 1: the ways to authenticate, heartbeats, and close codes.

import assert from "node:assert/strict";
import { test } from "node:test";
import WebSocket from "ws";
import { RawSocket } from "./support/raw_socket.mjs";
import { password, Session, sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";
import { within } from "./support/wait.mjs";

const held = with_node({
  set: { "client.heartbeat": "1s", "client.auth_timeout": "1s" },
});

const closes_with = async (session, code) =>
  assert.equal((await within(session.closed, `close ${code}`)).code, code);

test("session.open answers what a client needs to know", async () => {
  const user = await sign_up(held.node);
  const session = await Session.open(held.node, user, { device_id: "phone" });
  const { session_id, user: me, node, heartbeat_ms, server_ts, limits } = session.info;
  assert.ok(session_id);
  assert.equal(me.id, user.id);
  assert.equal(typeof node, "string");
  assert.equal(heartbeat_ms, 1000);
  assert.ok(Math.abs(server_ts - Date.now()) < 60_000);
  assert.equal(limits.max_frame_bytes ?? limits.frame_bytes, 65_536);
  await session.close();
});

test("a bearer header and a token in the URL authenticate as well", async () => {
  const user = await sign_up(held.node);
  const by_header = await Session.connect(held.node, {
    headers: { Authorization: `Bearer ${user.token}` },
  });
  const by_query = await Session.connect(held.node, { query: `?token=${user.token}` });
  for (const session of [by_header, by_query]) {
    assert.ok((await session.call("session.ping")).server_ts > 1.7e12);
    const { conversations } = await session.call("conversation.list");
    assert.deepEqual(conversations, []);
    await session.close();
  }
});

test("before that, every other method answers 401", async () => {
  const session = await Session.connect(held.node);
  for (const method of ["session.ping", "message.send", "sync", "conversation.list"])
    assert.equal((await session.fails(method)).code, 401, method);
  await session.close();
});

test("a token that is not good is refused, and the call can be repeated", async () => {
  const user = await sign_up(held.node);
  const session = await Session.connect(held.node);
  assert.equal((await session.fails("session.open", { token: "nonsense" })).code, 401);
  assert.equal((await session.fails("session.open", {})).code, -32602);
  await session.call("session.open", { token: user.token });
  await session.close();
});

test("a bad token on the upgrade closes with 4501", async () => {
  const in_query = await Session.connect(held.node, { query: "?token=nonsense" });
  await closes_with(in_query, 4501);
  const in_header = await Session.connect(held.node, {
    headers: { Authorization: "Bearer nonsense" },
  });
  await closes_with(in_header, 4501);
});

test("who does not authenticate in time is closed with 4501", async () => {
  const session = await Session.connect(held.node);
  await closes_with(session, 4501);
});

test("the same device again replaces the session: 4509", async () => {
  const user = await sign_up(held.node);
  const first = await Session.open(held.node, user, { device_id: "phone" });
  const other = await Session.open(held.node, user, { device_id: "laptop" });
  const second = await Session.open(held.node, user, { device_id: "phone" });
  await closes_with(first, 4509);
  await other.call("session.ping");
  await second.call("session.ping");
  await other.close();
  await second.close();
});

test("a device that signs in again replaces its session: 4509", async () => {
  const user = await sign_up(held.node);
  const login = () => held.node.http("POST", "/v1/auth/login", {
    body: { handle: user.id, password, device_id: "tablet" },
  });
  const first = await Session.open(held.node, { id: user.id, ...(await login()).body });
  const second = await Session.open(held.node, { id: user.id, ...(await login()).body });
  await closes_with(first, 4509);
  await second.call("session.ping");
  await second.close();
});

test("a peer that answers pings stays, one that is silent is closed with 4001", async () => {
  const user = await sign_up(held.node);
  const good = await Session.open(held.node, user);
  const silent = await RawSocket.upgrade(held.node, `?token=${user.token}`);
  const frame = await silent.until_close();
  assert.equal(frame.code, 4001);
  assert.ok(silent.pings >= 1, "it was pinged");
  await good.call("session.ping");
  await good.close();
});

test("opening again answers the same user again and refuses another", async () => {
  const [user, other] = [await sign_up(held.node), await sign_up(held.node)];
  const session = await Session.open(held.node, user);
  const again = await session.call("session.open", { token: user.token });
  assert.equal(again.session_id, session.info.session_id);
  assert.equal((await session.fails("session.open", { token: other.token })).code, 409);
  await session.close();
});

test("a socket that speaks no JSON-RPC at all is closed with 4500", async () => {
  const user = await sign_up(held.node);
  const session = await Session.open(held.node, user);
  for (let i = 0; i < 10; ++i) session.send_text("HELO example.org");
  await closes_with(session, 4500);
});

test("a browser can hand over its token as a subprotocol", async () => {
  const user = await sign_up(held.node);
  const connect = (...protocols) => {
    const head = { "Sec-WebSocket-Protocol": protocols.join(", ") };
    return RawSocket.upgrade(held.node, "", head);
  };
  const raw = await connect("parley.v1", `bearer.${user.token}`);
  raw.destroy();
  const ws = new WebSocket(held.node.ws_url, ["parley.v1", `bearer.${user.token}`]);
  const opened = new Promise((done, fail) => { ws.onopen = done; ws.onerror = () => fail(new Error("no upgrade")); });
  await within(opened, "it opens");
  assert.equal(ws.protocol, "parley.v1");
  const answer = new Promise((done) => { ws.onmessage = ({ data }) => done(JSON.parse(data)); });
  ws.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "contact.list", params: {} }));
  assert.deepEqual((await within(answer, "an answer")).result, { contacts: [] });
  ws.close();
  await assert.rejects(connect(`bearer.${user.token}`), /400/);
  await assert.rejects(connect("parley.v1", `bearer.${user.token}`, "bearer.x"), /400/);
  const other = await connect("chat");
  other.destroy();
});
