/// A WebSocket by hand, to say what no client library would.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { deferred, within } from "./wait.mjs";

/// Bytes of a frame. Clients must mask.
export function frame(opcode, payload, { fin = true, rsv = 0, mask = true, length } = {}) {
  const bytes = Buffer.from(payload);
  const size = length ?? bytes.length;
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
  const flag = mask ? 0x80 : 0;
  if (size < 126) head.push(flag | size);
  else if (size < 65_536) head.push(flag | 126, size >> 8, size & 0xff);
  else {
    const long = Buffer.alloc(8);
    long.writeBigUInt64BE(BigInt(size));
    head.push(flag | 127, ...long);
  }
  if (!mask) return Buffer.concat([Buffer.from(head), bytes]);
  const key = randomBytes(4);
  const masked = bytes.map((byte, i) => byte ^ key[i % 4]);
  return Buffer.concat([Buffer.from(head), key, masked]);
}

export const text = (payload, options) => frame(1, payload, options);

export class RawSocket {
  pings = 0;
  pongs = [];
  texts = [];
  #bytes = Buffer.alloc(0);
  #is_open = false;
  #waiting = [];
  #close = deferred();
  #answered = deferred();

  constructor(port) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("data", (data) => this.#receive(data));
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.#answered.resolve(this.#bytes.toString("latin1"));
      this.#close.resolve({ code: 1006, reason: "" });
    });
  }

  /// Shakes hands for a WebSocket.
  static async upgrade(node, query = "", more = {}) {
    const raw = new RawSocket(node.port);
    const head = await raw.request(node, `/v1/ws${query}`, {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      ...more,
    });
    if (!head.startsWith("HTTP/1.1 101")) throw new Error(`no upgrade: ${head}`);
    return raw;
  }

  /// Sends a GET and answers the head of the response.
  async request(node, path, headers = {}) {
    const lines = Object.entries({ Host: node.addresses.client, ...headers })
      .map(([name, value]) => `${name}: ${value}\r\n`);
    this.write(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
    return within(this.#answered.promise, "a response");
  }

  get is_open() {
    return this.#is_open;
  }

  write(bytes) {
    this.socket.write(bytes);
  }

  /// The next text message, parsed.
  async next() {
    while (this.texts.length === 0) {
      const wait = deferred();
      this.#waiting.push(wait);
      await within(wait.promise, "a text frame");
    }
    return JSON.parse(this.texts.shift());
  }

  /// {code, reason} of the close frame; 1006 where there was none.
  until_close() {
    return within(this.#close.promise, "a close frame");
  }

  async ended() {
    if (!this.socket.destroyed) await within(once(this.socket, "close"), "the end");
  }

  destroy() {
    this.socket.destroy();
  }

  #receive(data) {
    this.#bytes = Buffer.concat([this.#bytes, data]);
    if (!this.#is_open) this.#read_head();
    while (this.#is_open && this.#read_frame());
  }

  #read_head() {
    const end = this.#bytes.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = this.#bytes.subarray(0, end).toString("latin1");
    this.#is_open = head.startsWith("HTTP/1.1 101");
    if (this.#is_open) this.#bytes = this.#bytes.subarray(end + 4);
    this.#answered.resolve(head);
  }

  #read_frame() {
    const bytes = this.#bytes;
    if (bytes.length < 2) return false;
    let size = bytes[1] & 0x7f;
    let at = 2;
    if (bytes.length < 10 && size > 125) return false;
    if (size === 126) { size = bytes.readUInt16BE(2); at = 4; }
    else if (size === 127) { size = Number(bytes.readBigUInt64BE(2)); at = 10; }
    if (bytes.length < at + size) return false;
    this.#handle(bytes[0] & 0x0f, bytes.subarray(at, at + size));
    this.#bytes = bytes.subarray(at + size);
    return true;
  }

  #handle(opcode, payload) {
    if (opcode === 9) this.pings += 1;
    if (opcode === 10) this.pongs.push(payload.toString("latin1"));
    if (opcode === 1) this.texts.push(payload.toString("utf8"));
    if (opcode === 8) {
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.#close.resolve({ code, reason: payload.subarray(2).toString() });
    }
    for (const wait of this.#waiting.splice(0)) wait.resolve();
  }
}
