/// Which address a client has that comes through proxies, and what those cost
/// that are refused. Raw sockets stand in for the proxies.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { ParleyNode } from "./support/node.mjs";
import { people, say, Session, sign_up } from "./support/session.mjs";
import { scale, until, within } from "./support/wait.mjs";

const started = (name, set, run) => test(name, async () => {
  const node = await ParleyNode.start({ set });
  try {
    await run(node);
  } finally {
    await node.stop();
  }
});

/// Settles when the socket is closed, in whatever way.
const gone = (socket) => new Promise((done) => socket.once("close", done));

const login = '{"handle":"nobody","password":"wrong wrong"}';

const request_of = (headers, body = login, target = "POST /v1/auth/login") =>
  `${target} HTTP/1.1\r\nHost: h\r\n${headers.map((h) => `${h}\r\n`).join("")}`
  + `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

/// All that comes back for these bytes until the node closes; "" where it does
/// so without a word.
async function exchange(node, ...pieces) {
  const socket = connect(new URL(node.http_url).port, "127.0.0.1");
  let text = "";
  socket.on("data", (data) => { text += data.toString("latin1"); });
  socket.on("error", () => {});
  for (const piece of pieces) socket.write(piece);
  await within(gone(socket), "the node closes");
  return text;
}

const status_of = (text) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);

/// The statuses of sign-ins with these headers each.
async function sign_ins(node, all) {
  const out = [];
  for (const headers of all) out.push(status_of(await exchange(node, request_of(headers))));
  return out;
}

const numbered = (count, make) => Array.from({ length: count }, (_, i) => make(i));

const three = { "limits.auth_per_address": "0.01/3" };
const behind_us = { ...three, "client.trusted_proxies": "127.0.0.1,10.0.0.0/8" };

started("the last hop that is no proxy counts, whatever a client writes before it", behind_us, async (node) => {
  const limited = [401, 401, 401, 429, 429];
  assert.deepEqual(await sign_ins(node, numbered(5, (i) =>
    [`X-Forwarded-For: 6.6.6.${i}`, "X-Forwarded-For: 203.0.113.1"])), limited, "another line");
  assert.deepEqual(await sign_ins(node, numbered(5, (i) =>
    [`X-Forwarded-For: 6.6.6.${i}, 203.0.113.2:${5000 + i}, 10.1.1.${i}`])), limited, "ports, two proxies");
  assert.deepEqual(await sign_ins(node, numbered(5, (i) =>
    [`Forwarded: for=6.6.6.${i}, for="[2001:db8::${i}]:${5000 + i}"`])), limited, "RFC 7239, one /64");
  assert.deepEqual(await sign_ins(node, numbered(5, (i) =>
    [`X-Forwarded-For: unknown-${i}`])), limited, "a word is the proxy's");
  assert.deepEqual(await sign_ins(node, numbered(2, (i) =>
    [`X-Forwarded-For: 6.6.6.${i}`, `Forwarded: for=6.6.7.${i}`])), [429, 429], "one of them is made up");
  assert.deepEqual(await sign_ins(node, [["X-Forwarded-For: 203.0.113.3"]]), [401], "others are free");
});

started("headers of a peer that is no proxy say nothing, and that is logged",
  { ...three, "client.trusted_proxies": "10.0.0.0/8" }, async (node) => {
    assert.deepEqual(await sign_ins(node, numbered(4, (i) => [`X-Forwarded-For: 6.6.6.${i}`])),
      [401, 401, 401, 429]);
    assert.match(node.log.join(""), /forwarded_header_ignored/);
  });

started("connections of one client through a proxy are capped",
  { ...behind_us, "limits.connections_per_address_max": 2 }, async (node) => {
    const from = (address) => Session.connect(node, { headers: { "X-Forwarded-For": address } });
    const open = [await from("203.0.113.1"), await from("203.0.113.1"), await from("203.0.113.2")];
    const fourth = await from("203.0.113.1");
    assert.equal((await within(fourth.closed, "it is refused")).code, 4029);
    for (const one of open) await one.close();
    const again = await from("203.0.113.1");
    await again.close();
  });

started("a page of the host that the proxy was asked for is the node's own",
  { ...behind_us, "client.allowed_origins": "" }, async (node) => {
    const of = async (...headers) => status_of(await exchange(node, request_of(headers)));
    assert.equal(await of("Origin: https://chat.example", "X-Forwarded-Host: chat.example"), 401);
    assert.equal(await of("Origin: https://evil.example", "X-Forwarded-Host: chat.example"), 403);
    assert.match(node.log.join(""), /origin_refused.*evil\.example/);
  });

// -- PROXY protocol, version 2 -------------------------------------------------

const signature = Buffer.from("0d0a0d0a000d0a515549540a", "hex");

function proxy_header(address, { command = 0x21, family = 0x11 } = {}) {
  const body = Buffer.from([...address.split(".").map(Number), 127, 0, 0, 1, 0x30, 0x39, 0x1f, 0x90]);
  const head = Buffer.from([command, family, 0, body.length]);
  return Buffer.concat([signature, head, body]);
}

const spoken = { ...three, "client.trusted_proxies": "127.0.0.1", "client.proxy_protocol": "true" };

started("PROXY protocol says who the client is, in one piece or in many", spoken, async (node) => {
  const statuses = [];
  for (let i = 0; i < 4; ++i)
    statuses.push(status_of(await exchange(node, proxy_header("203.0.113.1"), request_of([`X-Forwarded-For: 6.6.6.${i}`]))));
  assert.deepEqual(statuses, [401, 401, 401, 429]);
  const bytes = Buffer.concat([proxy_header("203.0.113.2"), Buffer.from(request_of([]))]);
  assert.equal(status_of(await exchange(node, ...[...bytes].map((b) => Buffer.from([b])))), 401);
});

started("a proxy asks for itself, too", spoken, async (node) => {
  const local = Buffer.concat([signature, Buffer.from([0x20, 0, 0, 0])]);
  assert.equal(status_of(await exchange(node, local, request_of([]))), 401);
});

started("a proxy that says nothing, or nonsense, is closed and counted", spoken, async (node) => {
  const bad = [
    request_of([]),
    "PROXY TCP4 203.0.113.1 127.0.0.1 1 2\r\n" + request_of([]),
    proxy_header("203.0.113.1", { command: 0x31 }),
    proxy_header("203.0.113.1", { family: 0x42 }),
    Buffer.concat([signature, Buffer.from([0x21, 0x11, 0xff, 0xff])]),
  ];
  for (const bytes of bad) assert.equal(await exchange(node, bytes), "");
  assert.equal(await node.metric("connections_refused_total", "proxy_header"), bad.length);
});

// -- who is refused takes no place ------------------------------------------------

/// Sockets of 127.0.0.1 that say nothing.
async function silent(node, count) {
  const all = [];
  for (let i = 0; i < count; ++i) {
    const socket = connect(new URL(node.http_url).port, "127.0.0.1");
    socket.on("error", () => {});
    all.push(socket);
  }
  await within(Promise.all(all.map((s) => new Promise((done) => { s.once("connect", done); s.once("close", done); }))), "they connect");
  return all;
}

const from_elsewhere = { localAddress: "127.0.0.2" };

started("an address that has all it may have keeps nobody else out",
  { "limits.connections_per_address_max": 5, "limits.connections_per_address": "off",
    "client.connections_max": 50, "client.handshake_timeout": "60s" }, async (node) => {
    const all = await silent(node, 300);
    await until(async () => await node.metric("connections_refused_total", "connections_per_address_max") >= 295,
      "they are refused");
    assert.equal(await node.metric("network_active_connections"), 5);
    const [anna] = await people_from(node, from_elsewhere, 2);
    await anna.close();
    for (const socket of all) socket.destroy();
  });

started("a storm of connections of one address leaves the places to others",
  { "limits.connections_per_address": "1/10", "client.connections_max": 50,
    "client.handshake_timeout": "60s" }, async (node) => {
    const all = await silent(node, 300);
    await until(async () => await node.metric("connections_refused_total", "connections_per_address") >= 280,
      "they are refused");
    assert.ok(await node.metric("network_active_connections") <= 12);
    const [anna] = await people_from(node, from_elsewhere, 2);
    await anna.close();
    for (const socket of all) socket.destroy();
  });

/// Sessions of users, from that address.
async function people_from(node, from, count) {
  const out = [];
  for (let i = 0; i < count; ++i) {
    const body = { handle: `far-${i}-${process.pid}`, password: "correct horse battery" };
    const text = JSON.stringify(body);
    const { status, answer } = await post_from(node, from, "/v1/auth/signup", text);
    assert.equal(status, 201, answer);
    const session = await Session.connect(node, from);
    await session.call("session.open", { token: JSON.parse(answer).token });
    out.push(session);
  }
  return out;
}

async function post_from(node, { localAddress }, path, body) {
  const socket = connect({ port: new URL(node.http_url).port, host: "127.0.0.1", localAddress });
  let text = "";
  socket.on("data", (data) => { text += data; });
  socket.on("error", () => {});
  socket.write(request_of([], body, `POST ${path}`));
  await within(gone(socket), "an answer");
  return { status: status_of(text), answer: text.slice(text.indexOf("\r\n\r\n") + 4) };
}

test("descriptors are kept back for the store", async () => {
  const node = await ParleyNode.start({
    set: { "limits.connections_per_address": "off", "limits.connections_per_address_max": 5000,
      "client.handshake_timeout": "60s" },
    prefix: ["prlimit", "--nofile=1500:1500"] });
  try {
    assert.match(node.log.join(""), /connections_max_lowered/);
    const [anna, boris] = await people(node, 2);
    const all = await silent(node, 1500);
    await until(async () => await node.metric("connections_refused_total", "connections_max") > 0, "some are refused");
    for (let i = 0; i < 200; ++i) await say(anna.session, boris.id, `${i}`.repeat(1000));
    assert.ok(!/accept_failed|Too many open files/.test(node.log.join("")));
    for (const socket of all) socket.destroy();
  } finally {
    await node.stop();
  }
});

// -- answers that nobody reads ------------------------------------------------------

started("an answer that is read ever so slowly ends",
  { "limits.messages_per_user": "off", "client.response_timeout": "2s" }, async (node) => {
    const [anna, boris] = await people(node, 2);
    let conversation;
    for (let i = 0; i < 40; ++i) ({ conversation } = await say(anna.session, boris.id, "x".repeat(8000)));
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "message.history", params: { conversation, limit: 200 } });
    const socket = connect(new URL(node.http_url).port, "127.0.0.1");
    socket.on("error", () => {});
    const request = request_of([`Authorization: Bearer ${anna.token}`], body, "POST /v1/rpc").replace("close", "keep-alive");
    for (let i = 0; i < 60; ++i) socket.write(request);
    socket.pause();
    // A chunk of 64 KiB a second: the node writes on, and each answer has four.
    let chunks = 0;
    const end = gone(socket);
    const reader = setInterval(() => { chunks += 1; socket.resume(); socket.once("data", () => socket.pause()); }, 1_000);
    await until(() => chunks >= 6, "time passes");
    clearInterval(reader);
    socket.resume();
    await within(end, "the node has closed it");
  });

started("idle connections outlive the balancer's pool", { "client.idle_timeout": "2s" }, async (node) => {
  const socket = connect(new URL(node.http_url).port, "127.0.0.1");
  socket.write("GET /v1/auth/check HTTP/1.1\r\nHost: h\r\n\r\n");
  await within(once(socket, "data"), "an answer");
  const began = Date.now();
  socket.resume();
  await within(gone(socket), "it is closed");
  assert.ok(Date.now() - began >= 1_500);
  const user = await sign_up(node);
  assert.ok(user.token);
});
