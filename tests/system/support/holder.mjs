/// A process of its own that holds idle sessions; started by bars.mjs.

import { connect } from "node:net";
import { password } from "./session.mjs";
import { frame } from "./raw_socket.mjs";

const at_once = 50;

/// An idle session costs this process a socket and little else.
function hold({ client }, local, token) {
  const [host, port] = client.split(":");
  return new Promise((done, fail) => {
    const socket = connect({ host, port: Number(port), localAddress: local });
    socket.on("error", fail);
    socket.on("close", () => fail(new Error("closed")));
    socket.once("data", (data) => {
      if (!data.toString("latin1").startsWith("HTTP/1.1 101")) return fail(new Error(`${data}`));
      socket.on("data", (bytes) => {
        if (bytes[0] === 0x89) socket.write(frame(10, bytes.subarray(2)));
        else done(socket);
      });
      socket.write(frame(1, '{"jsonrpc":"2.0","id":1,"method":"session.ping"}'));
    });
    socket.write(`GET /v1/ws?token=${token} HTTP/1.1\r\nHost: ${client}\r\nConnection: Upgrade\r\n`
      + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  });
}

async function user_token({ client }, handle) {
  const answer = await fetch(`http://${client}/v1/auth/signup`, {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ handle, password }),
  });
  if (answer.status !== 201) throw new Error(`signup: ${answer.status}`);
  return (await answer.json()).token;
}

process.once("message", async ({ info, count, local, index }) => {
  for (let at = 0; at < count; at += at_once) {
    const size = Math.min(at_once, count - at);
    await Promise.all(Array.from({ length: size }, async (_, i) =>
      hold(info, local, await user_token(info, `holder-${index}-${at + i}`))));
  }
  process.send("ready");
});
