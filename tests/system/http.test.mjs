/// PROTOCOL sections 1 and 4 over HTTP, the page, the probes and the metrics.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { RawSocket } from "./support/raw_socket.mjs";
import { people, say, Session, sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";
import { within } from "./support/wait.mjs";

let anna, boris;

const held = with_node({
  set: {
    "client.handshake_timeout": "1s",
    "client.allowed_origins": "https://chat.example.org",
  },
}, async (node) => {
  [anna, boris] = await people(node, 2);
});

const rpc = (body, token = anna.token) => held.node.http("POST", "/v1/rpc", { body, token });

test("POST /v1/rpc carries the same methods", async () => {
  const request = { jsonrpc: "2.0", id: 1, method: "user.get", params: { user: boris.id } };
  const { status, body } = await rpc(request);
  assert.equal(status, 200);
  assert.equal(body.result.user.id, boris.id);
  const send = { jsonrpc: "2.0", id: 2, method: "message.send", params: { to: boris.id, client_id: "http", text: "by HTTP" } };
  const sent = await rpc(send);
  assert.equal(sent.body.result.seq >= 1, true);
  const told = await boris.session.next("event.message", (m) => m.client_id === "http");
  assert.equal(told.text, "by HTTP");
  await anna.session.next("event.message", (m) => m.client_id === "http");
});

test("RPC errors have the matching status and the same object", async () => {
  const call = (method, params) => ({ jsonrpc: "2.0", id: 1, method, params });
  const { conversation } = await say(anna.session, boris.id, "x");
  const long = { conversation, client_id: "l", text: "x".repeat(8193) };
  const faults = [
    ["{", 400, -32700], ["[]", 400, -32600],
    [call("no.such"), 404, -32601],
    [call("user.get", {}), 400, -32602],
    [call("user.get", { user: "nobody-at-all" }), 404, 404],
    [call("message.send", long), 413, 413],
    [call("message.edit", { conversation, seq: 999, text: "x" }), 404, 404],
  ];
  for (const [request, status, code] of faults) {
    const answer = await rpc(request);
    assert.equal(answer.body.error.code, code);
    assert.equal(answer.status, status, `status of ${code}`);
  }
  assert.equal((await rpc(call("session.ping"), "nonsense")).status, 401);
  assert.equal((await held.node.http("POST", "/v1/rpc", { body: call("session.ping") })).status, 401);
});

test("messages and conversations have their own paths", async () => {
  const body = { to: boris.id, client_id: "path", text: "by path" };
  const sent = await held.node.http("POST", "/v1/messages", { body, token: anna.token });
  assert.ok([200, 201].includes(sent.status));
  const again = await held.node.http("POST", "/v1/messages", { body, token: anna.token });
  assert.equal(again.body.seq, sent.body.seq);
  assert.equal(again.body.duplicate, true);
  const list = await held.node.http("GET", "/v1/conversations?limit=1", { token: boris.token });
  assert.equal(list.status, 200);
  assert.equal(list.body.conversations[0].id, sent.body.conversation);
  const path = `/v1/conversations/${sent.body.conversation}/messages`;
  const page = await held.node.http("GET", `${path}?before=${sent.body.seq + 1}&limit=1`, { token: boris.token });
  assert.deepEqual(page.body.messages.map((m) => m.text), ["by path"]);
  const after = await held.node.http("GET", `${path}?after=${sent.body.seq - 1}`, { token: boris.token });
  assert.equal(after.body.messages[0].seq, sent.body.seq);
  for (const query of ["?limit=x", "?before=-1", "?before=1&after=1"])
    assert.equal((await held.node.http("GET", path + query, { token: boris.token })).status, 400, query);
  assert.equal((await held.node.http("GET", path)).status, 401);
  const stranger = await sign_up(held.node);
  assert.equal((await held.node.http("GET", path, { token: stranger.token })).status, 404);
});

test("paths and methods that are not there", async () => {
  assert.equal((await held.node.http("GET", "/v1/nothing")).status, 404);
  assert.equal((await held.node.http("GET", "/../etc/passwd")).status, 404);
  assert.equal((await held.node.http("DELETE", "/v1/rpc")).status, 405);
  assert.equal((await held.node.http("GET", "/v1/rpc", { token: anna.token })).status, 405);
});

test("a body over its limit answers 413", async () => {
  const answer = await rpc("x".repeat(70_000)).catch((e) => e);
  if (answer.status) assert.equal(answer.status, 413);
  assert.equal((await held.node.http("GET", "/")).status, 200);
});

test("every response carries the security headers", async () => {
  for (const path of ["/", "/style.css", "/v1/auth/check", "/nothing"]) {
    const { headers } = await held.node.http("GET", path);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    assert.equal(headers.get("referrer-policy"), "no-referrer", path);
    assert.ok(headers.get("content-security-policy"), path);
    assert.ok(!headers.get("server")?.match(/\d/), "no version");
  }
  const { headers } = await held.node.http("GET", "/");
  const policy = headers.get("content-security-policy");
  assert.match(policy, /default-src '(none|self)'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.ok(!policy.includes("unsafe"));
});

test("the page comes from the binary, with tags to ask again by", async () => {
  const page = await held.node.http("GET", "/");
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-type"), /text\/html/);
  assert.match(page.body, /<script type="module" src="js\/main.js">/);
  const etag = page.headers.get("etag");
  const again = await held.node.http("GET", "/", { headers: { "If-None-Match": etag } });
  assert.equal(again.status, 304);
  const script = await held.node.http("GET", "/js/main.js");
  assert.match(script.headers.get("content-type"), /javascript/);
  const head = await held.node.http("HEAD", "/");
  assert.equal(head.status, 200);
  assert.equal(head.body, "");
});

test("other origins' pages are refused, allowed and own ones are not", async () => {
  const upgrade = (Origin) => Session.connect(held.node, {
    query: `?token=${anna.token}`, headers: { Origin },
  });
  await assert.rejects(upgrade("https://evil.example"), /403/);
  for (const origin of ["https://chat.example.org", held.node.http_url])
    await (await upgrade(origin)).close();
  const post = (Origin) => held.node.http("POST", "/v1/auth/refresh", {
    body: { refresh_token: "x" }, headers: { Origin },
  });
  assert.equal((await post("https://evil.example")).status, 403);
  assert.notEqual((await post("https://chat.example.org")).status, 403);
});

test("a client that sends its head slowly is closed", async () => {
  const raw = new RawSocket(held.node.port);
  raw.write("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
  const drip = setInterval(() => raw.write("a"), 100);
  await raw.ended().finally(() => clearInterval(drip));
});

test("a client that sends its body slowly is closed", async () => {
  const raw = new RawSocket(held.node.port);
  raw.write("POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n");
  const drip = setInterval(() => raw.write(" "), 100);
  await raw.ended().finally(() => clearInterval(drip));
});

test("a head over its limit is refused", async () => {
  const raw = new RawSocket(held.node.port);
  raw.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${"a".repeat(100_000)}\r\n\r\n`);
  await raw.ended();
  assert.equal((await held.node.http("GET", "/")).status, 200);
});

test("HTTP that is none is closed and ends nothing else", async () => {
  const junk = ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "GET\r\n\r\n", "\0\0\0\0\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "POST /v1/rpc HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"];
  for (const bytes of junk) {
    const raw = new RawSocket(held.node.port);
    raw.write(Buffer.from(bytes, "latin1"));
    await raw.ended();
  }
  assert.equal((await held.node.ops("/healthz")).status, 200);
});

test("a chunked body may come byte by byte", async () => {
  const raw = new RawSocket(held.node.port);
  let answer = "";
  raw.socket.on("data", (data) => { answer += data; });
  raw.socket.setNoDelay(true);
  raw.write("POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const byte of "2\r\n{}\r\n0\r\n\r\n") {
    raw.write(byte);
    await new Promise(setImmediate);
  }
  await raw.ended();
  assert.match(answer, /^HTTP\/1\.1 400/);
  assert.equal((await held.node.ops("/healthz")).status, 200);
});

test("an upgrade that is none is refused", async () => {
  const bad = [
    { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "8", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" },
    { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "13" },
    {},
  ];
  for (const headers of bad) {
    const raw = new RawSocket(held.node.port);
    const head = await raw.request(held.node, "/v1/ws", headers);
    assert.match(head, /^HTTP\/1\.1 4\d\d/);
    raw.destroy();
  }
});

test("requests on one connection are answered one after the other", async () => {
  const raw = new RawSocket(held.node.port);
  let bytes = "";
  raw.socket.on("data", (data) => { bytes += data; });
  const request = "GET /icon.svg HTTP/1.1\r\nHost: x\r\n\r\n";
  raw.write(request.repeat(2) + "GET /icon.svg HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  await raw.ended();
  assert.equal(bytes.match(/HTTP\/1\.1 200/g)?.length, 3);
});

test("probes answer, and metrics are what promtool wants", async () => {
  assert.equal((await held.node.ops("/healthz")).status, 200);
  assert.equal((await held.node.ops("/readyz")).status, 200);
  const { status, text } = await held.node.ops("/metrics");
  assert.equal(status, 200);
  const lint = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  assert.equal(lint.status, 0, lint.stdout + lint.stderr);
  assert.ok((await held.node.metric("websocket_active_connections")) >= 2);
  assert.ok((await held.node.metric("messages_sent_total")) >= 1);
});

test("probes and metrics are not on the clients' listener", async () => {
  for (const path of ["/metrics", "/readyz"])
    assert.equal((await held.node.http("GET", path)).status, 404, path);
});

test("logs are JSON lines without texts, passwords or tokens", async () => {
  await say(anna.session, boris.id, "very-secret-text");
  await anna.session.fails("message.send", { to: boris.id, client_id: "", text: "very-secret-text" });
  await within(anna.session.call("session.ping"), "ping");
  const lines = held.node.log.join("").split("\n").filter(Boolean);
  for (const line of lines) JSON.parse(line);
  const all = lines.join("\n");
  for (const secret of ["very-secret-text", "correct horse", anna.token, anna.refresh_token])
    assert.ok(!all.includes(secret));
});

test("what a query says can't be understood in two ways", async () => {
  const { node } = held;
  const token = encodeURIComponent(anna.token);
  for (const query of ["limit=5&limit=6", "limit=1%", "x=%zz"])
    assert.equal((await node.http("GET", `/v1/conversations?${query}`, { token: anna.token })).status, 400, query);
  for (const query of [`token=${token}&token=x`, "device_id=a&device_id=b", "device_id=%0a", "device_id=%00",
    "device_id=%E2%80%8B", `token=${token}&x=%zz`])
    await assert.rejects(RawSocket.upgrade(node, `?${query}`), /400/, query);
  const good = await RawSocket.upgrade(node, `?token=${token}&device_id=phone%201`);
  good.destroy();
});

test("answers without content have no length, and preconditions hold", async () => {
  const { node } = held;
  const raw = async (path, headers = {}) => {
    const socket = new RawSocket(node.port);
    const head = await socket.request(node, path, { Connection: "close", ...headers });
    socket.destroy();
    return head.toLowerCase();
  };
  const etag = /etag: (\S+)/.exec(await raw("/"))[1];
  for (const known of [etag, "*", `"other", W/${etag}`]) {
    const head = await raw("/", { "If-None-Match": known });
    assert.match(head, /^http\/1.1 304/, known);
    assert.doesNotMatch(head, /content-length/);
  }
  assert.match(await raw("/", { "If-None-Match": `"x${etag.slice(1)}` }), /^http\/1.1 200/);
  assert.match(await raw("/", { "If-Match": '"zz"' }), /^http\/1.1 412/);
  assert.match(await raw("/", { "If-Match": etag }), /^http\/1.1 200/);
  const notified = await rpc({ jsonrpc: "2.0", method: "session.ping" });
  assert.equal(notified.status, 204);
  assert.equal(notified.headers.get("content-length"), null);
});
