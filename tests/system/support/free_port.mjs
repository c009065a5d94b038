/// A port for a program that can't say which one the system has picked for it.

import { once } from "node:events";
import { createServer } from "node:net";

export async function free_port(host = "127.0.0.1") {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
