/// HTTP/1.1 to the letter, byte by byte: what two readers could understand in
/// two ways is refused, and the connection ends with it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { RawSocket, text } from "./support/raw_socket.mjs";
import { sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";
import { until, within } from "./support/wait.mjs";

const origin = "https://chat.example.org";
const held = with_node({ set: { "client.allowed_origins": origin } });

/// Sends `bytes` and answers all that comes until the node closes.
async function exchange(port, bytes) {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let text = "";
  socket.setEncoding("latin1").on("data", (some) => { text += some; });
  socket.on("error", () => {});
  const ended = Promise.race([once(socket, "end"), once(socket, "close")]);
  for (const piece of [bytes].flat()) socket.write(piece);
  await within(ended, `the end of ${JSON.stringify(bytes).slice(0, 90)}`);
  socket.destroy();
  return text;
}

const statuses = (text) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code));
const ports = () => [Number(held.node.addresses.client.split(":").at(-1)),
  Number(held.node.addresses.ops.split(":").at(-1))];

/// `want` is the only answer, and closes, through both doors.
async function refused(bytes, ...want) {
  for (const port of ports()) {
    const codes = statuses(await exchange(port, bytes));
    assert.equal(codes.length, 1, `${codes} to ${JSON.stringify(bytes)}`);
    assert.ok(want.includes(codes[0]), `${codes} to ${JSON.stringify(bytes)}`);
  }
}

const behind = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
const post = (lines, body = behind) => `POST /v1/auth/login HTTP/1.1\r\nHost: x\r\n${lines}\r\n${body}`;

test("an encoding that does not end in chunked ends the connection", async () => {
  for (const coding of ["xchunked", "identity", "chunked, identity", '"chunked"', "gzip", "chunked, gzip",
    "chunkedx", "chunk", "chunked;q=1", "x", "deflate", "", "\tgzip", "chunked ,"])
    await refused(post(`Transfer-Encoding: ${coding}\r\n`), 400);
  await refused(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 400);
  await refused(post("transfer-encoding: identity\r\n").replace("POST", "GET"), 400);
});

test("no encoding but chunked is spoken", async () => {
  for (const coding of ["gzip, chunked", "identity, chunked", "chunked, chunked", "gzip\r\nTransfer-Encoding: chunked"])
    await refused(post(`Transfer-Encoding: ${coding}\r\n`, `0\r\n\r\n${behind}`), 400, 501);
  await refused(`POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${behind}`, 400);
});

test("a length beside an encoding is refused, in either order", async () => {
  for (const coding of ["chunked", "identity", "gzip, chunked"]) {
    await refused(post(`Content-Length: 5\r\nTransfer-Encoding: ${coding}\r\n`, `0\r\n\r\n${behind}`), 400);
    await refused(post(`Transfer-Encoding: ${coding}\r\nContent-Length: 5\r\n`, `0\r\n\r\n${behind}`), 400);
  }
  for (const length of ["+1", "-1", "0x1", "1 1", "1,2", "", "18446744073709551616", "1.0"])
    await refused(post(`Content-Length: ${length}\r\n`), 400, 413);
});

test("chunks end as they must", async () => {
  const chunked = (body) => post("Transfer-Encoding: chunked\r\n", body);
  for (const body of ["3\nabc\r\n0\r\n\r\n", "3\n", "3\r\nabc\n0\r\n\r\n", "0\n\n", "0\r\n\n", "0\r\nA: b\n\n",
    "x\r\n", "-1\r\n", "0x3\r\nabc\r\n", "3 \nabc", "3\r\nabcd\r\n0\r\n\r\n", "ffffffffffffffffff\r\n"])
    await refused(chunked(body), 400, 413);
  await refused([chunked("3;"), "a".repeat(40_000)], 400, 431);
  await refused([chunked("0\r\nA: "), "a".repeat(40_000)], 400, 431);
});

test("what comes behind a body in chunks is no header", async () => {
  const [port] = ports();
  const text = await exchange(port,
    `POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nOrigin: https://evil.example\r\n\r\n`);
  assert.deepEqual(statuses(text), [400], "not 403");
});

test("there is one host", async () => {
  await refused("GET /healthz HTTP/1.1\r\n\r\n", 400);
  await refused("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400);
  await refused("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400);
  for (const host of ["a b", "a, b", "u@a", "a/b", "http://a"])
    await refused(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 400);
});

test("headers of one value are there once", async () => {
  for (const name of ["Origin", "Authorization", "Sec-WebSocket-Key", "Sec-WebSocket-Version"])
    await refused(`GET / HTTP/1.1\r\nHost: a\r\n${name}: a\r\n${name}: a\r\n\r\n`, 400);
});

test("an expectation that nobody can meet is told so", async () => {
  await refused("GET / HTTP/1.1\r\nHost: a\r\nExpect: something\r\n\r\n", 417);
  await refused(post("Expect: 100-continue, more\r\nContent-Length: 2\r\n", ""), 417);
  const [port] = ports();
  const text = await exchange(port, post("Expect: 100-Continue\r\nContent-Length: 2\r\nConnection: close\r\n", "{}"));
  assert.match(text, /^HTTP\/1\.1 \d/);
  assert.doesNotMatch(text, /HTTP\/1\.1 417/);
});

test("a target may be a whole URL", async () => {
  const [port, ops] = ports();
  const of = async (at, target, lines = "") =>
    statuses(await exchange(at, `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${lines}\r\n`))[0];
  assert.equal(await of(port, "http://127.0.0.1/style.css"), 200);
  assert.equal(await of(port, "HTTP://127.0.0.1:80?x"), 200);
  assert.equal(await of(ops, "http://127.0.0.1/healthz"), 200);
  for (const target of ["ftp://a/", "http:///x", "http://u@a/", "style.css", "*"])
    assert.equal(await of(port, target), 400, target);
});

test("a WebSocket begins with lists on several lines, and a whole URL", async () => {
  const { token } = await sign_up(held.node);
  const raw = new RawSocket(held.node.port);
  raw.write(`GET http://${held.node.addresses.client}/v1/ws?token=${token} HTTP/1.1\r\n`
    + `Host: elsewhere\r\nOrigin: ${held.node.http_url}\r\n`
    + "Connection: keep-alive\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n"
    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  await until(() => raw.is_open, "the upgrade");
  raw.write(text(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "session.ping" })));
  while ((await raw.next()).id !== 1);
  raw.destroy();
});

test("an answer says whether the connection stays, and when it was given", async () => {
  const [port, ops] = ports();
  for (const [at, path] of [[port, "/style.css"], [ops, "/healthz"]]) {
    const raw = new RawSocket(at);
    raw.write(`GET ${path} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`);
    await within(once(raw.socket, "data"), "an answer");
    const rest = await exchange(at, `GET ${path} HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET ${path} HTTP/1.0\r\n\r\n`);
    const heads = rest.split(/(?=HTTP\/1\.1 )/);
    assert.equal(statuses(rest).length, 2);
    assert.match(heads[0], /\r\nConnection: keep-alive\r\n/i);
    assert.match(heads[1], /\r\nConnection: close\r\n/i);
    for (const head of heads) assert.match(head, /\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/);
    raw.destroy();
  }
  const twice = await exchange(port, "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: x\r\nConnection: close\r\n\r\n");
  assert.match(twice, /\r\nConnection: close\r\n/i);
  assert.match(await exchange(port, "nonsense\r\n\r\n"), /\r\nDate: /);
});

test("a page can read why it was refused", async () => {
  const [port] = ports();
  const lines = `Host: x\r\nOrigin: ${origin}\r\n`;
  const all = {
    400: `POST /v1/rpc HTTP/1.1\r\n${lines}Transfer-Encoding: gzip\r\n\r\n`,
    413: `POST /v1/rpc HTTP/1.1\r\n${lines}Content-Length: 999999\r\n\r\n`,
    431: `POST /v1/rpc HTTP/1.1\r\n${lines}A: ${"a".repeat(40_000)}\r\n\r\n`,
  };
  for (const [status, bytes] of Object.entries(all)) {
    const text = await exchange(port, bytes);
    assert.deepEqual(statuses(text), [Number(status)]);
    assert.match(text, new RegExp(`\r\nAccess-Control-Allow-Origin: ${origin}\r\n`));
    assert.match(text, /\r\nAccess-Control-Expose-Headers: Retry-After\r\n/);
    const other = await exchange(port, bytes.replace(origin, "https://evil.example"));
    assert.doesNotMatch(other, /Access-Control/);
  }
});
