/// A chat as it is commonly made with Socket.IO 4: a user joins the room of its
/// conversation, what it says goes to all others of it.
///
///     node server.mjs --port 7001                       nothing is kept
///     node server.mjs --port 7001 --redis 7002 --postgres 7003
///
/// With --redis (a port of 127.0.0.1) several processes are one chat, by way of
/// the Redis adapter. With --postgres (a port, too) each message is
/// inserted, and has its number, before it is passed on and acknowledged.

import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { createAdapter } from "@socket.io/redis-adapter";
import pg from "pg";
import { createClient } from "redis";
import { Server } from "socket.io";

const { values: given } = parseArgs({
  options: {
    port: { type: "string" },
    redis: { type: "string" },
    postgres: { type: "string" },
  },
});

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });

if (given.redis) {
  const publisher = createClient({ url: `redis://127.0.0.1:${given.redis}` });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  io.adapter(createAdapter(publisher, subscriber));
}

const insert = {
  name: "insert",
  text: "insert into message (conversation, sender, text) values ($1, $2, $3) returning id",
};
let keep = () => 0;
if (given.postgres) {
  const pool = new pg.Pool({ host: "127.0.0.1", port: Number(given.postgres), user: "postgres", database: "postgres", max: 20 });
  await pool.query(`create table if not exists message (
    id bigint generated always as identity primary key,
    conversation text not null, sender text not null, text text not null,
    at timestamptz not null default now())`).catch((error) => {
    // Another process made it at the same moment.
    if (error.code !== "23505") throw error;
  });
  keep = async (...values) => Number((await pool.query({ ...insert, values })).rows[0].id);
}

io.on("connection", (socket) => {
  const { user, conversation } = socket.handshake.auth;
  socket.join(conversation);
  socket.on("say", async (text, answer) => {
    const id = await keep(conversation, user, text);
    socket.to(conversation).emit("said", id, text);
    answer(id);
  });
});

http.listen(Number(given.port), "127.0.0.1");
