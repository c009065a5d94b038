/// Who is a member of a cluster and who is not: removals that are refused,
/// nodes that are dead, move, or come back with nothing.

import assert from "node:assert/strict";
import { rmSync, mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { asked, Cluster, ctl, good } from "./support/cluster.mjs";
import { free_port } from "./support/free_port.mjs";
import { repeated, say, Session, sign_up } from "./support/session.mjs";
import { patience_ms, scale, until, within } from "./support/wait.mjs";

const shards = 16;
const refused = 1;
const wrong_usage = 2;
const expelled = 3;

let cluster;
let anna;

before(async () => {
  cluster = await Cluster.start(3, { set: { "shards.count": `${shards}` } });
  anna = await repeated(() => sign_up(cluster.nodes[1]));
});

after(() => cluster?.stop());

const row_of = async (name, node = cluster.nodes[1]) =>
  (await asked(node, "node", "list")).nodes.find((each) => each.name === name);

const status_of = async (node) => {
  const { code, output } = await ctl(node, "--json", "cluster", "status");
  return { code, ...JSON.parse(output) };
};

const at_rest = (node = cluster.nodes[1]) => until(async () =>
  (await status_of(node)).code === 0 && (await status_of(node)).moving === 0,
  "the cluster is whole", 6 * patience_ms);

test("a node that is up and not drained is not removed", async () => {
  await at_rest();
  for (const node of cluster.nodes) {
    const { code, output } = await ctl(node, "node", "remove", "n2");
    assert.equal(code, refused);
    assert.match(output, /n2 cannot be removed now: it is up, and not drained/);
  }
  const { code, output } = await ctl(cluster.nodes[0], "--json", "node", "remove", "n3");
  assert.equal(code, refused);
  assert.match(JSON.parse(output).error.message, /not drained/);
  assert.equal((await row_of("n2")).state, "up");
});

test("what a forced removal costs is shown, and has to be confirmed", async () => {
  // Nobody is there to type.
  const { code, output } = await ctl(cluster.nodes[0], "node", "remove", "n2", "--force");
  assert.equal(code, refused);
  assert.match(output, /n2 is up, leads \d+ shards and has 16 replicas/);
  assert.match(output, /not confirmed: nothing was removed/);
  assert.equal((await ctl(cluster.nodes[0], "node", "remove", "n2", "--yes")).code, wrong_usage);
  const cost = await cluster.nodes[0].admin("node.removal", { node: "n2" });
  assert.deepEqual(cost.without_majority, []);
  assert.equal(cost.safe, false);
  assert.equal((await row_of("n2")).state, "up");
});

test("a dead node is unreachable wherever one looks", async () => {
  const [n1, , n3] = cluster.nodes;
  await n3.kill();
  await until(async () => (await row_of("n3", n1)).state === "unreachable", "n3 is seen to be dead");
  const status = await until(async () => {
    const seen = await status_of(n1);
    return seen.unreachable.length === 1 && seen.without_owner === 0 && seen;
  }, "its shards have owners", 2 * patience_ms);
  assert.equal(status.code, refused);
  assert.deepEqual(status.unreachable, ["n3"]);
  assert.equal(status.under_replicated, shards);
  assert.match((await ctl(n1, "cluster", "status")).output, /unreachable +n3/);
  await until(async () =>
    await n1.metric("parley_cluster_nodes_by_state", 'state="unreachable"') === 1, "the metric says so");
});

test("replicas are compared quickly while a node is dead", async () => {
  const [n1] = cluster.nodes;
  const began = Date.now();
  const { code, output } = await ctl(n1, "cluster", "verify");
  assert.ok(Date.now() - began < 15_000 * scale, `${Date.now() - began} ms`);
  assert.equal(code, refused);
  assert.match(output, /^n3 cannot be reached: its replicas are not compared/m);
  assert.match(output, /shard \d+: n3 cannot be reached/);
  assert.match(output, new RegExp(`${shards} shards with \\d+ rows compared, ${shards} not as they should be`));
  const { unreachable } = JSON.parse((await ctl(n1, "--json", "cluster", "verify", "--shard", "1")).output);
  assert.deepEqual(unreachable, ["n3"]);
});

test("a node that comes back under another address is in again", async () => {
  const [n1, , n3] = cluster.nodes;
  n3.set["cluster.listen"] = `127.0.0.1:${await free_port()}`;
  await n3.start();
  await until(async () => (await row_of("n3", n1)).state === "up", "n3 is reached", 3 * patience_ms);
  await until(async () => (await row_of("n3", n1)).address === n3.info.cluster, "its address is known");
  await at_rest(n1);
});

test("a node that begins anew beside its cluster ends", async () => {
  const [n1, n2] = cluster.nodes;
  await n1.kill();
  rmSync(n1.dir, { recursive: true });
  mkdirSync(n1.dir);
  await n1.start();
  await until(async () => (await n1.ops("/readyz")).status === 503, "it is not ready", 2 * patience_ms);
  assert.match((await n1.ops("/readyz")).text, /a living cluster named test has this node for a member/);
  const again = await n1.http("POST", "/v1/auth/signup",
    { body: { handle: anna.id, password: "somebody else's" } });
  assert.equal(again.status, 503);
  assert.equal((await within(n1.exited, "it ends", 3 * patience_ms)).code, expelled);
  assert.match(n1.log.join(""), /parleyd: a living cluster named test has this node for a member.*unset cluster\.bootstrap/);
  const who = await repeated(() => sign_up(n2));
  assert.ok(who.id);
});

test("with somebody to ask it does not begin at all", async () => {
  const [n1, n2] = cluster.nodes;
  rmSync(n1.dir, { recursive: true });
  mkdirSync(n1.dir);
  n1.set["cluster.join"] = `${n1.set["cluster.listen"]},${n2.info.cluster}`;
  await assert.rejects(n1.start(), /has a node named n1; remove it first/);
  await good(n2, "node", "remove", "n1");
  rmSync(n1.dir, { recursive: true });
  mkdirSync(n1.dir);
  await n1.start();
  await until(async () => (await row_of("n1", n2))?.id === 4, "it is a new member");
  await until(async () => (await row_of("n1", n2)).replicas === shards, "it has replicas", 6 * patience_ms);
  await at_rest(n2);
});

test("a removed node says so and ends, and another cannot follow at once", async () => {
  const [n1, n2, n3] = cluster.nodes;
  await good(n1, "node", "drain", "n2");
  await good(n1, "node", "drain", "n3");
  // Who owns the map hears a moment later than who was asked that n2 is drained.
  await until(async () => (await ctl(n1, "node", "remove", "n2")).code === 0, "n2 is removed");
  const second = await ctl(n1, "node", "remove", "n3");
  assert.equal(second.code, refused);
  assert.match(second.output, /n3 cannot be removed now/);
  await until(async () => (await n2.ops("/readyz")).text.includes("was removed from its cluster"),
    "n2 says that it was removed", 2 * patience_ms);
  assert.equal((await within(n2.exited, "n2 ends", 3 * patience_ms)).code, expelled);
  assert.match(n2.log.join(""), /parleyd: this node was removed from its cluster/);
  await good(n1, "node", "undrain", "n3");
  await until(async () => (await status_of(n1)).without_owner === 0, "all shards have owners", 2 * patience_ms);
  const carl = await repeated(() => sign_up(n3));
  const session = await repeated(() => Session.open(n1, carl));
  await repeated(() => say(session, anna.id, "after the removal"));
  await session.close();
});

test("it does not come back with its data", async () => {
  const [, n2] = cluster.nodes;
  await n2.start().catch(() => {});
  const { code } = await within(n2.exited, "n2 ends again", 3 * patience_ms);
  assert.ok(code === expelled || code === 1, `${code}`);
  assert.match(n2.log.join(""), /parleyd: this node was removed from its cluster/);
});
