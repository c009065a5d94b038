/// kill -9 in the middle of matching, again and again: no match half made, nobody
/// in two, and the records agree with what was told. PARLEY_KILLS says how often
/// for one node (20), PARLEY_OWNER_KILLS for the queue's owner on three (1).

import assert from "node:assert/strict";
import { test } from "node:test";
import { Cluster } from "./support/cluster.mjs";
import { ParleyNode } from "./support/node.mjs";
import { judge, Seeker } from "./support/seeker.mjs";
import { repeated, sign_up } from "./support/session.mjs";
import { delay, scale, until } from "./support/wait.mjs";

const set = {
  "queues.default.met_for": "0ms",
  "queues.default.restart_grace": "5s",
};

/// Matches that have begun so far, as anybody was told.
const count = (seekers) => new Set(seekers.flatMap((seeker) => [...seeker.found.keys()])).size;

/// Drives strangers while `kill` runs so many times; answers what was found.
async function drive(node_of, users, kills, kill) {
  const seekers = users.map((user) => new Seeker(node_of, user));
  const work = seekers.map((seeker) => seeker.run());
  let slowest = 0;
  try {
    await until(() => count(seekers) > 10, "they meet");
    for (let i = 0; i < kills; ++i) {
      await kill();
      const began = Date.now();
      const before = count(seekers);
      await until(() => count(seekers) > before + 1, "matching goes on");
      slowest = Math.max(slowest, Date.now() - began);
    }
  } finally {
    for (const seeker of seekers) seeker.is_over = true;
    await Promise.allSettled(work);
  }
  await Promise.all(work);
  await Promise.all(seekers.map((seeker) => seeker.settle()));
  let faults = ["nothing was asked"];
  let records = [];
  const is_right = async () => {
    const answer = await node_of().admin("match.sessions", { limit: 1000 }).catch(() => null);
    if (answer === null) return false;
    records = answer.matches;
    faults = answer.has_more ? ["more than a page of matches"] : judge(records, seekers);
    return faults.length === 0;
  };
  // The last may be told of while they are read.
  await until(is_right, "records agree").catch(() => {});
  assert.deepEqual(faults, []);
  console.log(`${kills} kills, ${records.length} matches, the next at most ${slowest} ms after a kill`);
  await Promise.all(seekers.map((seeker) => seeker.session.close()));
  return slowest;
}

const kills = Number(process.env.PARLEY_KILLS ?? 20);

test(`${kills} kills of the only node`, async () => {
  const node = await ParleyNode.start({ set });
  try {
    const users = [];
    for (let i = 0; i < 9; ++i) users.push(await sign_up(node));
    await drive(() => node, users, kills, async () => {
      await delay(Math.random() * 100);
      await node.restart();
    });
  } finally {
    await node.stop();
  }
});

const owner_kills = Number(process.env.PARLEY_OWNER_KILLS ?? 1);

test(`${owner_kills} kills of the queue's owner`, async () => {
  const cluster = await Cluster.start(3, { set });
  try {
    const users = [];
    for (let i = 0; i < 9; ++i)
      users.push(await repeated(() => sign_up(cluster.nodes[i % 3])));
    let turn = 0;
    const node_of = () => cluster.alive[++turn % cluster.alive.length];
    const owner = () => until(async () => {
      for (const node of cluster.alive)
        if (await node.metric("entities_live", 'kind="queue"') === 1) return node;
      return null;
    }, "the queue has an owner");
    let dead = null;
    const slowest = await drive(node_of, users, owner_kills, async () => {
      if (dead) {
        await dead.start();
        await cluster.settled();
      }
      dead = await owner();
      await dead.kill();
    });
    assert.ok(slowest < 2_000 * Math.max(3, scale) , `matching stood still for ${slowest} ms`);
  } finally {
    await cluster.stop();
  }
});
