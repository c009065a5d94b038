/// One node of three after the other is killed, or stopped for a while, under
/// load: nothing acknowledged is lost, nothing is there twice, no position is
/// missing. PARLEY_NODE_KILLS says how often (6).

import { randomInt } from "node:crypto";
import { test } from "node:test";
import { Cluster } from "./support/cluster.mjs";
import { make_group, repeated } from "./support/session.mjs";
import { after_answers, check, StubbornClient } from "./support/stubborn_client.mjs";

const kills = Number(process.env.PARLEY_NODE_KILLS ?? 6);
const senders = 6;
const in_flight = 4;

const faults = {
  async killed(victim) {
    await victim.kill("SIGKILL");
    await after_answers(randomInt(50, 300));
    await victim.start();
  },
  /// It wakes up with others in its place, and must not speak as if it were not.
  async stopped(victim) {
    victim.process.kill("SIGSTOP");
    await after_answers(randomInt(50, 300));
    victim.process.kill("SIGCONT");
  },
};

for (const [name, fault] of Object.entries(faults))
  test(`${kills} nodes ${name} under load lose nothing and double nothing`, () => bear(name, fault));

async function bear(name, fault) {
  const cluster = await Cluster.start(3);
  try {
    const users = await cluster.people(senders);
    const { id: conversation } = await repeated(() => make_group(users[0], users.slice(1)));
    const any = () => cluster.alive[randomInt(cluster.alive.length)];
    const clients = users.map((user) => new StubbornClient(any, user, conversation));
    const work = clients.flatMap((client) =>
      Array.from({ length: in_flight }, (_, lane) => client.send_all(lane)));
    for (let i = 0; i < kills; ++i) {
      await after_answers(randomInt(100, 600));
      await fault(any());
    }
    await after_answers(300);
    for (const client of clients) client.is_over = true;
    await Promise.all(work);
    console.log(`${kills} nodes ${name}, ${await check(clients, conversation)}`);
  } finally {
    await cluster.stop();
  }
}
