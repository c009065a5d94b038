/// A node that cannot be let in says why at once, names the setting that is
/// wrong, and ends.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createServer } from "node:net";
import { Cluster } from "./support/cluster.mjs";
import { ParleyNode } from "./support/node.mjs";
import { scale, until, within } from "./support/wait.mjs";

let cluster;
before(async () => { cluster = await Cluster.start(1); });
after(() => cluster?.stop());

/// How it ends: {code, said, ms}.
async function fails_to_join(set) {
  const node = new ParleyNode({ set: { ...cluster.set, "node.name": "late",
    "cluster.join": cluster.nodes[0].info.cluster, ...set } });
  try {
    const began = Date.now();
    await assert.rejects(node.start());
    const { code } = await within(node.exited, "exit");
    return { code, said: node.log.join(""), ms: Date.now() - began };
  } finally {
    await node.stop();
  }
}

async function assert_refused(set, why, most_ms = 3_000) {
  const { code, said, ms } = await fails_to_join(set);
  assert.equal(code, 1);
  assert.match(said, why);
  assert.ok(ms < most_ms * scale, `${ms} ms`);
}

test("another secret", async () => {
  await assert_refused({ "cluster.secret": "quite another secret" }, /parleyd: could not join.*another cluster\.secret/);
  assert.equal(await cluster.nodes[0].metric("parley_cluster_nodes"), 1);
});

test("another cluster", () =>
  assert_refused({ "cluster.name": "elsewhere" }, /parleyd: could not join.*cluster\.name/));

test("an address where nobody listens", () =>
  assert_refused({ "cluster.join": "127.0.0.1:1" }, /parleyd: could not join.*cluster\.join.*127\.0\.0\.1:1 cannot be reached/, 9_000));

test("the address of something else", async () => {
  await assert_refused({ "cluster.join": cluster.nodes[0].addresses.client },
    /parleyd: could not join.*is not where a node listens for others \(cluster\.listen\)/);
  await assert_refused({ "cluster.join": "nonsense" }, /parleyd: could not join.*nonsense is not HOST:PORT/);
});

test("a name that is taken, and other shards", async () => {
  await assert_refused({ "node.name": "n1" }, /has a node named n1/);
  await assert_refused({ "node.name": "odd", "shards.count": "8" }, /shards\.count is 8, but the cluster was made with 16/);
  assert.equal(await cluster.nodes[0].metric("parley_cluster_nodes"), 1);
});

test("an address that answers late is waited for", async () => {
  const { port, close } = await new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () =>
      done({ port: server.address().port, close: () => new Promise((ended) => server.close(ended)) }));
  });
  await close();
  const first = new ParleyNode({ set: { ...cluster.set, "cluster.name": "pair", "cluster.bootstrap": "true",
    "node.name": "first", "cluster.listen": `127.0.0.1:${port}` } });
  const second = new ParleyNode({ set: { ...cluster.set, "cluster.name": "pair",
    "node.name": "second", "cluster.join": `127.0.0.1:${port}` } });
  try {
    const joined = second.start();
    joined.catch(() => {});
    await until(() => second.process?.pid, "the second runs");
    await first.start();
    await joined;
    await until(async () => await first.metric("parley_cluster_nodes") === 2, "both are members");
  } finally {
    await Promise.all([first.stop(), second.stop()]);
  }
});
