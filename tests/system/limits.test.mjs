/// Rates and caps: 429 and 4029, with a word on when to come again.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { ParleyNode } from "./support/node.mjs";
import { RawSocket } from "./support/raw_socket.mjs";
import { fresh_handle, password, people, say, Session, sign_up } from "./support/session.mjs";
import { scale, until, within } from "./support/wait.mjs";

/// Runs `body` with a node of these settings.
const limited = (name, set, body) => test(name, async () => {
  const node = await ParleyNode.start({ set });
  try {
    await body(node);
  } finally {
    await node.stop();
  }
});

limited("messages of a user are limited over all of its sessions and HTTP",
  { "limits.messages_per_user": "0.5/20" }, async (node) => {
    const [anna, boris] = await people(node, 2);
    const second = await Session.open(node, anna);
    const results = await Promise.all(Array.from({ length: 60 }, (_, i) =>
      say(i % 2 ? anna.session : second, boris.id, `${i}`).catch((e) => e)));
    const refused = results.filter((r) => r.code === 429);
    assert.ok(results.length - refused.length >= 20, "the burst is let through");
    assert.ok(refused.length >= 20, `${refused.length} refused`);
    for (const { name_on_wire, data } of refused) {
      assert.equal(name_on_wire, "rate_limited");
      assert.ok(data.retry_after_ms > 0 && data.retry_after_ms < 10_000);
    }
    const body = { to: boris.id, client_id: "http", text: "x" };
    const answer = await node.http("POST", "/v1/messages", { body, token: anna.token });
    assert.equal(answer.status, 429);
    assert.ok(Number(answer.headers.get("retry-after")) >= 1);
    await say(boris.session, anna.id, "others are not limited");
    await until(() => say(anna.session, boris.id, "later").catch(() => null), "tokens come back");
    assert.ok((await anna.session.call("message.history", {
      conversation: (await say(boris.session, anna.id, "x")).conversation })).messages.length > 0,
    "reading is not limited");
  });

limited("sign-ins of an address are limited: a storm answers 429, not a time-out",
  { "limits.auth_per_address": "1/5" }, async (node) => {
    const user = await sign_up(node);
    const login = () => node.http("POST", "/v1/auth/login", { body: { handle: user.id, password } });
    const answers = await Promise.all(Array.from({ length: 40 }, login));
    const good = answers.filter((a) => a.status === 200).length;
    assert.ok(good >= 3 && good <= 8, `${good} let through`);
    for (const { status, headers, body } of answers.filter((a) => a.status !== 200)) {
      assert.equal(status, 429);
      assert.equal(body.error.message, "rate_limited");
      assert.ok(body.error.data.retry_after_ms > 0);
      assert.ok(Number(headers.get("retry-after")) >= 1);
    }
  });

limited("a storm of sign-ins does not stall messages",
  { "auth.argon2.memory": "64MiB", "auth.queue_max": "4" }, async (node) => {
    const [anna, boris] = await people(node, 2);
    const storm = Promise.all(Array.from({ length: 60 }, () =>
      node.http("POST", "/v1/auth/login", { body: { handle: anna.id, password } })));
    let slowest = 0;
    for (let i = 0; i < 50; ++i) {
      const began = performance.now();
      await say(anna.session, boris.id, `${i}`);
      slowest = Math.max(slowest, performance.now() - began);
    }
    const statuses = (await storm).map((a) => a.status);
    assert.ok(statuses.includes(429) || statuses.includes(503), "the queue is bounded");
    assert.ok(statuses.includes(200));
    assert.ok(slowest < 2_000 * scale, `${slowest} ms`);
  });

limited("new connections of an address are limited: 429 with Retry-After",
  { "limits.connections_per_address": "1/5" }, async (node) => {
    const heads = [];
    for (let i = 0; i < 12; ++i) {
      const raw = new RawSocket(node.port);
      heads.push(await raw.request(node, "/v1/ws", {
        Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      }).catch(() => ""));
      raw.destroy();
    }
    const refused = heads.filter((h) => /^HTTP\/1\.1 429/.test(h));
    assert.ok(refused.length >= 4, heads.map((h) => h.split("\r\n")[0]).join(", "));
    for (const head of refused) assert.match(head, /\r\nretry-after: \d+/i);
  });

limited("open connections of an address are capped: 429, or 4029",
  { "limits.connections_per_address_max": "4" }, async (node) => {
    const sockets = [];
    const outcomes = [];
    for (let i = 0; i < 7; ++i) {
      const session = new Session(node.ws_url);
      sockets.push(session);
      const outcome = await within(session.opened.then(() => "open", (e) => e.message), "an outcome");
      outcomes.push(outcome);
    }
    const closed = sockets.map((s) => s.closed.then(({ code }) => code));
    const codes = await Promise.all(closed.map((c) => Promise.race([c,
      new Promise((r) => setTimeout(r, 300, "open"))])));
    const over = outcomes.map((o, i) => (o === "open" ? codes[i] : o)).slice(4);
    for (const outcome of over)
      assert.ok(outcome === 4029 || /429/.test(outcome), `${outcome}`);
    for (const session of sockets) session.ws.terminate();
    await until(async () => (await node.metric("websocket_active_connections")) === 0, "all closed");
    const again = await Session.connect(node);
    await again.close();
  });

limited("what a session passes on is limited", { "limits.signals_per_session": "2/5" }, async (node) => {
  const [anna, boris] = await people(node, 2);
  const { conversation } = await say(anna.session, boris.id, "x");
  const results = await Promise.all(Array.from({ length: 30 }, (_, i) =>
    anna.session.call("typing.set", { conversation, on: i % 2 === 0 }).catch((e) => e.code)));
  assert.ok(results.includes(429), "some are refused");
  await say(anna.session, boris.id, "messages are not");
});

limited("refusals are counted", { "limits.auth_per_address": "1/2" }, async (node) => {
  for (let i = 0; i < 10; ++i)
    await node.http("POST", "/v1/auth/login", { body: { handle: fresh_handle(), password } });
  const { text } = await node.ops("/metrics");
  assert.match(text, /rate_limit\w*\{[^}]*auth[^}]*\} [1-9]/);
});

test("more connections than the shell's own limit of descriptors are no hindrance", async () => {
  const set = {
    "limits.connections_per_address": "off", "limits.connections_per_address_max": 1000,
    "client.handshake_timeout": "60s",
  };
  const node = await ParleyNode.start({ set, prefix: ["prlimit", "--nofile=150:2000"] });
  const { hostname, port } = new URL(node.http_url);
  const sockets = Array.from({ length: 200 }, () => connect(port, hostname));
  try {
    await within(Promise.all(sockets.map((s) => once(s, "connect"))), "200 connections");
    await within(people(node, 2), "two more");
  } finally {
    for (const socket of sockets) socket.destroy();
    await node.stop();
  }
});
