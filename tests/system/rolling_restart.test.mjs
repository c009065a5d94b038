/// All nodes of a cluster are restarted under load, one after the other, as
/// docs/operating.md says: drained, stopped, started, undrained. Nobody's
/// message fails, each client moves once, and no faster than others can take.

import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { Cluster, ctl, good } from "./support/cluster.mjs";
import { make_group, repeated } from "./support/session.mjs";
import { History, judge, read_log, StubbornClient } from "./support/stubborn_client.mjs";
import { delay, patience_ms, scale, until } from "./support/wait.mjs";

const people = 36;
const senders = 6;
const pause_ms = 40;
const accept_rate = 10;
const others = 2;

/// Any part of a second has its part of the budget, and one more at each edge.
function assert_within_budget(delays) {
  const window_ms = 500;
  for (const from of delays) {
    const count = delays.filter((at) => at >= from && at < from + window_ms).length;
    const most = accept_rate * others * window_ms / 1000 + 2;
    assert.ok(count <= most, `${count} within ${window_ms} ms of ${delays}`);
  }
}

const node_of = (client) => client.session.info.node;
const is_there = (client) => !client.connecting && client.session.ws.readyState === 1;

async function restart(cluster, node, clients, history) {
  const name = node.set["node.name"];
  const helper = cluster.nodes.find((each) => each !== node);
  const before = history.reconnects.length;
  const leaving = clients.filter((client) => node_of(client) === name);
  const delays = leaving.map(({ session }) => session.goaway);
  const said = await good(helper, "node", "drain", name);
  assert.match(said, new RegExp(`^${name} leads \\d+ shards, has ${leaving.length} sessions$`, "m"));
  assert.match(said, new RegExp(`^${name} is drained`, "m"));
  const began = Date.now();
  assert.equal((await node.kill("SIGTERM")).code, 0);
  const stopped_ms = Date.now() - began;
  assert.ok(stopped_ms < 2_000 * scale, `stopped in ${stopped_ms} ms`);
  await node.start();
  await good(helper, "node", "undrain", name);
  await until(() => clients.every(is_there), "all are back", 2 * patience_ms);
  const moves = history.reconnects.slice(before);
  assert.deepEqual(moves.map(({ user }) => user).sort(), leaving.map(({ user }) => user.id).sort(),
    JSON.stringify(moves));
  for (const { why } of moves) assert.match(why, new RegExp(`^${name}: (goaway|closed: 4000)`));
  assert_within_budget(await Promise.all(delays));
  await until(async () => {
    const states = await Promise.all(cluster.nodes.map(async (each) =>
      JSON.parse((await ctl(each, "--json", "cluster", "status")).output)));
    return states.every((each) =>
      each.map_owner !== 0 && each.without_owner === 0 && each.under_replicated === 0);
  }, "the map and all shards have owners and replicas", 2 * patience_ms);
  console.log(`${name}: ${moves.length} sessions moved, stopped in ${stopped_ms} ms`);
}

/// Keeps what the session is told, however soon that is.
class Client extends StubbornClient {
  set session(session) {
    const { on_event } = session;
    session.goaway = new Promise((told) => {
      session.on_event = (event) => {
        if (event.method === "event.goaway") told(event.params.reconnect_after_ms);
        return on_event(event);
      };
    });
    this.present = session;
  }

  get session() {
    return this.present;
  }
}

test("a rolling restart of all nodes under load fails no send and moves each client once a node", async () => {
  const cluster = await Cluster.start(3,
    { set: { "shutdown.accept_rate": `${accept_rate}`, "client.threads": "1" } });
  const history = new History();
  let clients = [];
  try {
    const users = await cluster.people(people);
    const { id: conversation } = await repeated(() => make_group(users[0], users.slice(1)));
    await Promise.all(users.map(({ session }) => session.close()));
    let attempts = 0;
    // It knows as little of the nodes as one behind a load balancer.
    const any = () => {
      attempts += 1;
      return cluster.alive[randomInt(cluster.alive.length)];
    };
    clients = users.map((user) => new Client(any, user, [conversation], history));
    await Promise.all(clients.map((client) => client.open()));
    const work = clients.slice(0, senders).map(async (client) => {
      for (let i = 0; !client.is_over; ++i) {
        await client.send(conversation, `${i}`);
        await delay(pause_ms);
      }
    });
    for (const node of cluster.nodes) await restart(cluster, node, clients, history);
    for (const client of clients) client.is_over = true;
    await Promise.all(work);
    await Promise.all(clients.map((client) => client.level()));
    const log = await read_log(clients[0].session, conversation, "log", () => history.now());
    assert.deepEqual(await judge(history, [log]), []);
    const repeats = history.sends.filter((send) => send.failures).length;
    console.log(`${history.sends.length} sends, ${repeats} of them repeated, 0 failed; `
      + `${history.reconnects.length - people} moves in ${attempts - people} attempts; `
      + `${log.events.length} positions: 0 lost, 0 doubled, 0 gaps`);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await cluster.stop();
  }
});
