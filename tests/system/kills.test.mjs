/// kill -9 under load, again and again: nothing acknowledged is lost, nothing is
/// there twice, no position is missing. PARLEY_KILLS says how often (20).

import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { ParleyNode } from "./support/node.mjs";
import { make_group, people } from "./support/session.mjs";
import { after_answers, History, judge, read_log, StubbornClient } from "./support/stubborn_client.mjs";

const kills = Number(process.env.PARLEY_KILLS ?? 20);
const senders = 8;
const in_flight = 4;

test(`${kills} kills under load lose nothing and double nothing`, async () => {
  const node = await ParleyNode.start();
  const clients = [];
  try {
    const users = await people(node, senders);
    const { id: conversation } = await make_group(users[0], users.slice(1));
    const history = new History();
    clients.push(...users.map((user) => new StubbornClient(() => node, user, [conversation], history)));
    await Promise.all(clients.map((client) => client.open()));
    let is_over = false;
    const send_all = async (client, lane) => {
      for (let i = 0; !is_over; ++i) await client.send(conversation, `${lane}.${i}`);
    };
    const work = clients.flatMap((client) =>
      Array.from({ length: in_flight }, (_, lane) => send_all(client, lane)));
    for (let i = 0; i < kills; ++i) {
      await after_answers(randomInt(20, 400));
      await node.restart();
    }
    await after_answers(200);
    is_over = true;
    await Promise.all(work);
    await Promise.all(clients.map((client) => client.level()));
    const log = await read_log(clients[0].session, conversation, "log", () => history.now());
    assert.deepEqual(await judge(history, [log]), []);
    const repeated = history.sends.filter((send) => send.duplicate);
    console.log(`${kills} kills, ${history.sends.length} acknowledged, ${repeated.length} of them repeated, `
      + `${log.events.length} positions: 0 lost, 0 doubled, 0 gaps`);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await node.stop();
  }
});
