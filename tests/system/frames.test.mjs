/// RFC 6455 by hand: fragmentation, masking, control frames, bad UTF-8, sizes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { frame, RawSocket, text } from "./support/raw_socket.mjs";
import { sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";

let user;

const held = with_node({}, async (node) => {
  user = await sign_up(node);
});

const connect = () => RawSocket.upgrade(held.node, `?token=${user.token}`);
const ping = (id, more = "") =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":"session.ping"${more}}`;

async function answers(raw, id) {
  let frame;
  do frame = await raw.next(); while (frame.method);
  assert.equal(frame.id, id);
}

async function closes(bytes, ...codes) {
  const raw = await connect();
  raw.write(Buffer.concat([bytes].flat()));
  const { code } = await raw.until_close();
  assert.ok(codes.includes(code), `closed with ${code}, not ${codes}`);
  await raw.ended();
}

test("a message may come in fragments, with control frames between", async () => {
  const raw = await connect();
  const bytes = ping("fragments");
  raw.write(frame(1, bytes.slice(0, 5), { fin: false }));
  raw.write(frame(9, "between"));
  raw.write(frame(0, bytes.slice(5, 9), { fin: false }));
  raw.write(frame(0, "", { fin: false }));
  raw.write(frame(0, bytes.slice(9)));
  await answers(raw, "fragments");
  assert.deepEqual(raw.pongs, ["between"]);
  raw.destroy();
});

test("bytes may come one by one", async () => {
  const raw = await connect();
  for (const byte of text(ping("slow"))) raw.write(Buffer.from([byte]));
  await answers(raw, "slow");
  raw.destroy();
});

test("many messages may come at once", async () => {
  const raw = await connect();
  raw.write(Buffer.concat(Array.from({ length: 50 }, (_, i) => text(ping(i)))));
  for (let i = 0; i < 50; ++i) await answers(raw, i);
  raw.destroy();
});

test("fragments may split a character", async () => {
  const raw = await connect();
  const bytes = Buffer.from(ping("ünï😀"));
  for (let at = 1; at < bytes.length; ++at) {
    raw.write(frame(1, bytes.subarray(0, at), { fin: false }));
    raw.write(frame(0, bytes.subarray(at)));
    await answers(raw, "ünï😀");
  }
  raw.destroy();
});

test("pings are answered with what they carried; pongs are ignored", async () => {
  const raw = await connect();
  raw.write(frame(10, "unasked"));
  raw.write(frame(9, "x".repeat(125)));
  raw.write(frame(9, ""));
  raw.write(text(ping("after")));
  await answers(raw, "after");
  assert.deepEqual(raw.pongs, ["x".repeat(125), ""]);
  raw.destroy();
});

test("a length may be written longer than needed for its size class or not at all", async () => {
  const raw = await connect();
  const padded = ping("medium", `,"params":{"pad":"${"x".repeat(300)}"}`);
  raw.write(text(padded));
  await answers(raw, "medium");
  raw.destroy();
});

test("a close is answered with its code", async () => {
  const raw = await connect();
  raw.write(frame(8, Buffer.from([0x03, 0xe8])));
  assert.equal((await raw.until_close()).code, 1000);
  await raw.ended();
  const empty = await connect();
  empty.write(frame(8, ""));
  assert.ok([1000, 1005].includes((await empty.until_close()).code));
  await empty.ended();
});

test("a frame that is not masked breaks the protocol: 1002", () =>
  closes(text(ping("bare"), { mask: false }), 1002));

test("reserved bits and opcodes break the protocol: 1002", async () => {
  for (const rsv of [1, 2, 4]) await closes(text(ping("rsv"), { rsv }), 1002);
  for (const opcode of [3, 7, 11, 15]) await closes(frame(opcode, "x"), 1002);
});

test("control frames are neither long nor in fragments: 1002", async () => {
  await closes(frame(9, "x".repeat(126)), 1002);
  await closes(frame(9, "x", { fin: false }), 1002);
  await closes(frame(8, "x".repeat(126)), 1002);
});

test("fragments must be in order: 1002", async () => {
  await closes(frame(0, "x"), 1002);
  await closes([frame(1, "x", { fin: false }), frame(1, "x")], 1002);
});

test("closes that are not well formed: 1002, or 1007 for their text", async () => {
  await closes(frame(8, "x"), 1002);
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 2999])
    await closes(frame(8, Buffer.from([code >> 8, code & 0xff])), 1002);
  await closes(frame(8, Buffer.from([0x03, 0xe8, 0xff, 0xfe])), 1007);
});

test("binary frames are not expected: 1003", () => closes(frame(2, ping("binary")), 1003));

test("text that is not UTF-8: 1007", async () => {
  const bad = [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc3], [0x80]];
  for (const bytes of bad) {
    const payload = Buffer.concat([Buffer.from('{"x":"'), Buffer.from(bytes), Buffer.from('"}')]);
    await closes(text(payload), 1007);
  }
  await closes(text(Buffer.from([0x7b, 0xc3])), 1007);
  await closes([frame(1, Buffer.from([0x22, 0xff]), { fin: false })], 1007);
});

test("a message over 65,536 bytes: 1009, announced or in fragments", async () => {
  const fits = ping("fits", `,"params":{"pad":"${"x".repeat(65_000)}"}`);
  const raw = await connect();
  raw.write(text(fits.padEnd(65_536)));
  await answers(raw, "fits");
  raw.destroy();
  await closes(text("x".repeat(65_537)), 1009);
  await closes(frame(1, "", { length: 2 ** 40 }), 1009);
  const half = "x".repeat(40_000);
  await closes([frame(1, half, { fin: false }), frame(0, half)], 1009);
});

test("a length with its highest bit set is no length", async () => {
  const bytes = Buffer.from([0x81, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4]);
  await closes(bytes, 1002, 1009);
});

test("random bytes end their own socket at most", async () => {
  for (let round = 0; round < 50; ++round) {
    const raw = await connect();
    const bytes = Buffer.from(Array.from({ length: 200 }, (_, i) => (round * 7919 + i * 104_729) % 251));
    raw.write(bytes);
    raw.socket.end();
    await raw.ended();
  }
  const raw = await connect();
  raw.write(text(ping("alive")));
  await answers(raw, "alive");
  raw.destroy();
});

test("extensions that were not agreed on stay off", async () => {
  const raw = await RawSocket.upgrade(held.node, `?token=${user.token}`, {
    "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
  });
  raw.write(text(ping("plain")));
  await answers(raw, "plain");
  raw.destroy();
});
