/// What operators see of a cluster and do to it, with the real parleyctl.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asked, Cluster, ctl, good } from "./support/cluster.mjs";
import { RawSocket } from "./support/raw_socket.mjs";
import { repeated, say, Session } from "./support/session.mjs";
import { patience_ms, scale, until, within } from "./support/wait.mjs";

const shards = 16;
const refused = 1;
const wrong_usage = 2;

let cluster;
let anna, boris;

before(async () => {
  cluster = await Cluster.start(3, { set: { "shards.count": `${shards}` } });
  [anna, boris] = await cluster.people(2);
});

after(() => cluster?.stop());

/// The node's row as another sees it.
async function row_of(name, seen_by = cluster.nodes[0]) {
  const { nodes } = await asked(seen_by, "node", "list");
  return nodes.find((each) => each.name === name);
}

const upgrade = { Connection: "Upgrade", Upgrade: "websocket",
  "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" };

/// Until every node leads its part of the shards. While one leads less, more will
/// be handed over.
const leading = () => until(async () => {
  const { nodes } = await asked(cluster.nodes[0], "node", "list");
  const leads = nodes.map((each) => each.leads);
  return Math.min(...leads) >= Math.floor(shards / nodes.length)
    && leads.reduce((sum, each) => sum + each, 0) === shards;
}, "all lead about as much", 2 * patience_ms);

/// So that what comes next finds nothing under way.
const at_rest = () => until(async () => {
  const seen = await Promise.all(cluster.alive.map(async (node) =>
    JSON.parse((await ctl(node, "--json", "cluster", "status")).output)));
  return seen.every((each) => each.without_owner === 0 && each.moving === 0
    && each.under_replicated === 0);
}, "nothing is under way", 4 * patience_ms);

test("every node lists all nodes, with links, leaders and replicas", async () => {
  await leading();
  await at_rest();
  for (const node of cluster.nodes) {
    const { nodes } = await asked(node, "node", "list");
    assert.deepEqual(nodes.map((each) => each.name), ["n1", "n2", "n3"]);
    assert.ok(nodes.every((each) => each.up && each.state === "up"));
    assert.equal(nodes.filter((each) => each.self).length, 1);
    assert.ok(nodes.every((each) => each.replicas === shards));
    for (const [i, each] of nodes.entries())
      assert.equal(each.address, cluster.nodes[i].info.cluster);
  }
  assert.match(await good(cluster.nodes[1], "node", "list"), /ID +NAME +ZONE.*\n1 +n1 /);
});

test("the cluster's state is the same from everywhere", async () => {
  const ids = new Set();
  for (const node of cluster.nodes) {
    const status = await asked(node, "cluster", "status");
    assert.equal(status.name, "test");
    assert.equal(status.nodes, 3);
    assert.equal(status.nodes_up, 3);
    assert.equal(status.shards, shards);
    assert.equal(status.without_owner, 0);
    ids.add(status.id);
  }
  assert.equal(ids.size, 1);
  assert.match(await good(cluster.nodes[2], "cluster", "status"), /nodes up +3 of 3/);
  const { shards: rows } = await asked(cluster.nodes[2], "cluster", "map");
  assert.equal(rows.length, shards);
  assert.ok(rows.every((row) => row.members.length === 3 && row.members.includes(row.owner)));
  assert.match(await good(cluster.nodes[0], "cluster", "map"), /n1 n2 n3/);
});

test("nothing has to be moved when all is even", async () => {
  const { moving, next } = await asked(cluster.nodes[1], "cluster", "rebalance");
  assert.deepEqual(moving, []);
  assert.deepEqual(next, []);
  const plan = await good(cluster.nodes[1], "cluster", "rebalance", "--dry-run");
  assert.match(plan, /nothing has to be moved/);
});

test("a shard is shown, and on its owner how far its members are", async () => {
  const shown = await asked(cluster.nodes[0], "shard", "show", "3");
  assert.deepEqual(shown.members, [1, 2, 3]);
  const owner = cluster.nodes[shown.owner - 1];
  const there = await asked(owner, "shard", "show", "3");
  assert.equal(there.replica.role, "leader");
  assert.equal(there.replica.peers.length, 2);
  assert.match(await good(owner, "shard", "show", "3"), /MEMBER/);
});

test("what does not exist or cannot be done is named", async () => {
  const [node] = cluster.nodes;
  const wrong = [
    [["node", "drain", "n9"], /n9/],
    [["node", "zone", "77", "a"], /77/],
    [["shard", "show", "999"], /no such shard/],
    [["shard", "move", "999", "--from", "n1", "--to", "n2"], /no such shard/],
    [["shard", "move", "1", "--from", "n1", "--to", "n2"], /has a replica/],
    [["shard", "move", "1", "--from", "n1", "--to", "nobody"], /nobody/],
  ];
  for (const [args, why] of wrong) {
    const { code, output } = await ctl(node, ...args);
    assert.equal(code, refused, output);
    assert.match(output, why);
  }
  for (const args of [["node"], ["node", "drain"], ["shard", "show", "x"], ["shard", "move", "1"]])
    assert.equal((await ctl(node, ...args)).code, wrong_usage);
});

test("a zone is set from any node and seen on all", async () => {
  for (const [i, node] of cluster.nodes.entries()) {
    const name = `n${(i + 1) % 3 + 1}`;
    await good(node, "node", "zone", name, `rack-${name}`);
    await until(async () => {
      const rows = await Promise.all(cluster.nodes.map((each) => row_of(name, each)));
      return rows.every((row) => row.zone === `rack-${name}`);
    }, "all have seen the zone");
  }
});

test("a drained node leads nothing, has no sessions, and takes none", async () => {
  const [n1, n2] = cluster.nodes;
  const said = await good(n1, "node", "drain", "n2");
  assert.match(said, /^n2 leads \d+ shards, has 1 sessions$/m);
  assert.match(said, /n2 is drained, and can be stopped/);
  const { reconnect_after_ms } = await boris.session.next("event.goaway");
  assert.ok(reconnect_after_ms >= 0);
  assert.equal((await within(boris.session.closed, "close")).code, 4000);
  const row = await row_of("n2");
  assert.deepEqual([row.state, row.leads, row.sessions], ["drained", 0, 0]);
  const { status, text } = await n2.ops("/readyz");
  assert.equal(status, 503);
  assert.match(text, /draining/);
  const refusal = await new RawSocket(n2.port).request(n2, `/v1/ws?token=${boris.token}`, upgrade);
  assert.match(refusal, /^HTTP\/1.1 503 /);
  assert.match(refusal, /\r\nRetry-After: [1-9]/i);
  // Whoever asks it by HTTP is still answered.
  const check = await n2.http("GET", "/v1/auth/check", { token: boris.token });
  assert.equal(check.status, 200);
  boris.session = await Session.open(n1, boris);
  await repeated(() => say(anna.session, boris.id, "while n2 is drained"));
  await boris.session.next("event.message", (m) => m.text === "while n2 is drained");
});

test("a drained node stops at once, starts drained, and is undrained", async () => {
  const [, n2, n3] = cluster.nodes;
  const began = Date.now();
  assert.equal((await n2.kill("SIGTERM")).code, 0);
  assert.ok(Date.now() - began < 1_500 * scale, `${Date.now() - began} ms`);
  await n2.start();
  await assert.rejects(Session.open(n2, boris));
  await until(async () => (await row_of("n2")).up, "n2 is there");
  await until(async () => (await row_of("n2")).state === "drained", "n2 is drained");
  assert.match(await good(n3, "node", "undrain", "n2"), /n2 is up again/);
  await until(async () => (await row_of("n2")).leads > 0, "n2 leads again", 2 * patience_ms);
  await until(async () => (await n2.ops("/readyz")).status === 200, "n2 is ready");
  await boris.session.close();
  boris.session = await until(() => Session.open(n2, boris).catch(() => null), "n2 takes sessions");
  await until(async () => (await row_of("n2")).sessions === 1, "its sessions are counted");
});

test("draining is begun without waiting, and taken back", async () => {
  const [n1] = cluster.nodes;
  assert.match(await good(n1, "node", "drain", "--no-wait", "n2"), /n2 is draining/);
  await good(n1, "node", "undrain", "n2");
  await until(async () => (await row_of("n2")).leads > 0, "n2 leads", 2 * patience_ms);
  const again = await until(() => Session.open(cluster.nodes[1], boris).catch(() => null), "n2 takes sessions");
  await again.close();
  await good(n1, "node", "drain", "--no-wait", "n2");
  await good(n1, "node", "drain", "--no-wait", "n3");
  const last = await ctl(n1, "node", "drain", "n1");
  assert.equal(last.code, refused);
  assert.match(last.output, /n1 is the only node that does not drain/);
  for (const name of ["n2", "n3"]) await good(n1, "node", "undrain", name);
  await leading();
});

test("replicas are compared while writing goes on", async () => {
  await at_rest();
  await say(anna.session, boris.id, "before it is compared");
  const writing = say(boris.session, anna.id, "while it is compared");
  const { wrong, shards: reports } = await asked(cluster.nodes[1], "cluster", "verify");
  await writing;
  assert.equal(wrong, 0);
  assert.equal(reports.length, shards);
  for (const report of reports) {
    assert.ok(report.good);
    assert.deepEqual(report.replicas.map((each) => each.state), ["equal", "equal", "equal"]);
    assert.deepEqual(report.differences, []);
  }
  assert.ok(reports.reduce((sum, each) => sum + each.rows, 0) > 0);
  assert.match(await good(cluster.nodes[2], "cluster", "verify", "--repair", "--shard", "3"),
    /1 shards with \d+ rows compared, 0 not as they should be/);
  await good(cluster.nodes[0], "shard", "mend", "3", "--node", "n2");
  await until(async () => (await asked(cluster.nodes[0], "cluster", "verify", "--shard", "3")
    .catch(() => ({ wrong: 1 }))).wrong === 0, "the mended replica is like the others");
  const unknown = await ctl(cluster.nodes[0], "cluster", "verify", "--shard", "999");
  assert.equal(unknown.code, refused);
  assert.match(unknown.output, /no such shard/);
});

test("metrics count nodes and shards", async () => {
  await at_rest();
  const sum_of = async (name, labels) => {
    const all = await Promise.all(cluster.nodes.map((node) => node.metric(name, labels)));
    return all.reduce((sum, each) => sum + each, 0);
  };
  // They are brought up to date a few times a second.
  const sums = [
    ["parley_cluster_shards_led", "", shards],
    ["parley_cluster_shards_held", "", 3 * shards],
    ["parley_cluster_shards_without_owner", "", 0],
    ["parley_cluster_nodes_by_state", 'state="up"', 9],
    ["parley_cluster_nodes_by_state", 'state="draining"', 0],
    ["parley_cluster_nodes_by_state", 'state="unreachable"', 0],
  ];
  for (const [name, labels, sum] of sums)
    await until(async () => await sum_of(name, labels) === sum, `${name} ${labels} is ${sum}`);
  assert.ok(await sum_of("parley_cluster_owner_changes_total", "") > 0);
});

test("a new node gets its share, and takes a replica that is moved to it", async () => {
  await cluster.add({ "cluster.zone": "rack-n4" });
  const [node] = cluster.nodes;
  await until(async () => (await row_of("n4"))?.replicas >= shards * 3 / 4 - 1,
    "n4 has its share", 6 * patience_ms);
  await at_rest();
  const { shards: rows } = await asked(node, "cluster", "map");
  const row = rows.find((each) => !each.members.includes(4));
  await good(node, "shard", "move", `${row.shard}`, "--from", "n1", "--to", "n4");
  await until(async () => {
    const shown = await asked(cluster.nodes[3], "shard", "show", `${row.shard}`);
    return !shown.moving && shown.members.includes(4) && shown.owner !== 0;
  }, "the shard has moved", 4 * patience_ms);
  await say(anna.session, boris.id, "after the move");
});

test("a dead node is seen, and removed its replicas are made anew", async () => {
  await at_rest();
  const dead = cluster.nodes[3];
  await dead.kill();
  await until(async () => !(await row_of("n4")).up, "n4 is seen to be down");
  await until(async () => {
    const { output } = await ctl(cluster.nodes[0], "--json", "cluster", "status");
    const status = JSON.parse(output);
    return status.nodes_up === 3 && status.under_replicated > 0 && status.without_owner === 0;
  }, "its shards have other owners", 2 * patience_ms);
  await good(cluster.nodes[1], "node", "remove", "n4");
  await until(async () => await row_of("n4") === undefined, "n4 is gone");
  await at_rest();
  const { shards: rows } = await asked(cluster.nodes[2], "cluster", "map");
  assert.ok(rows.every((row) => row.members.join() === "1,2,3"));
  const again = await ctl(cluster.nodes[0], "node", "undrain", "4");
  assert.equal(again.code, refused);
  assert.match(again.output, /removed/);
});

test("with a majority gone the last node says that it has no owners", async () => {
  await at_rest();
  const [first, ...others] = cluster.nodes.slice(0, 3);
  await Promise.all(others.map((node) => node.kill()));
  await until(async () => {
    const { status, text } = await first.ops("/readyz");
    return status === 503 && /no owner for \d+ shards/.test(text);
  }, "it is not ready", 2 * patience_ms);
  assert.equal((await ctl(first, "cluster", "status")).code, refused);
  const change = await ctl(first, "node", "zone", "n1", "nowhere");
  assert.equal(change.code, refused);
  assert.match(change.output, /cannot be changed now/);
  await Promise.all(others.map((node) => node.start()));
  await at_rest();
  await until(async () => (await first.ops("/readyz")).status === 200, "it is ready again");
});
