/// Three nodes are one service: who is where makes no difference.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Cluster } from "./support/cluster.mjs";
import { ParleyNode } from "./support/node.mjs";
import { make_group, repeated, say, Session, sign_up } from "./support/session.mjs";
import { scale, until, within } from "./support/wait.mjs";

let cluster, anna, boris, clara;

before(async () => {
  cluster = await Cluster.start(3);
  [anna, boris, clara] = await cluster.people(3);
});
after(() => cluster?.stop());

test("users of different nodes talk", async () => {
  const { conversation, seq } = await repeated(() =>
    anna.session.call("message.send", { to: boris.id, client_id: "across", text: "across" }));
  const told = await boris.session.next("event.message", (m) => m.text === "across");
  assert.equal(told.seq, seq);
  assert.equal(told.conversation, conversation);
  const back = await repeated(() =>
    boris.session.call("message.send", { conversation, client_id: "back", text: "and back" }));
  assert.equal(back.seq, 2);
  await anna.session.next("event.message", (m) => m.text === "and back");
});

test("a group of all nodes sees one order", async () => {
  const { id: conversation } = await repeated(() => make_group(anna, [boris, clara]));
  const members = [anna, boris, clara];
  const count = 50;
  await Promise.all(members.map(async ({ session, id }) => {
    for (let i = 0; i < count; ++i)
      await repeated(() =>
        session.call("message.send", { conversation, client_id: `${id} ${i}`, text: `${i}` }));
  }));
  const pages = await Promise.all(members.map(({ session }) =>
    repeated(() => session.call("message.history", { conversation, limit: 200 }))));
  const orders = pages.map(({ messages }) => messages.map((m) => `${m.seq} ${m.client_id}`).join("\n"));
  assert.equal(pages[0].messages.length, 3 * count);
  assert.equal(orders[1], orders[0]);
  assert.equal(orders[2], orders[0]);
});

test("presence, typing and receipts cross nodes", async () => {
  const { conversation, seq } = await repeated(() => say(anna.session, clara.id, "are you there?"));
  await clara.session.next("event.message", (m) => m.text === "are you there?");
  await repeated(() => anna.session.call("presence.watch", { users: [clara.id] }));
  await repeated(() => clara.session.call("presence.set", { status: "busy" }));
  await anna.session.next("event.presence", (p) => p.user === clara.id && p.status === "busy");
  await repeated(() => clara.session.call("typing.set", { conversation, on: true }));
  await anna.session.next("event.typing", (t) => t.user === clara.id);
  await repeated(() => clara.session.call("message.read", { conversation, seq }));
  await anna.session.next("event.receipt", (r) => r.user === clara.id && r.read_seq === seq);
});

test("calls cross nodes", async () => {
  const { conversation } = await repeated(() => say(anna.session, clara.id, "may I call?"));
  const signal = ({ session }, kind) => repeated(() =>
    session.call("signal.send", { conversation, kind, data: kind }));
  const hears = ({ session }, kind) => session.next("event.signal", (e) => e.data === kind);
  await signal(anna, "ring");
  await hears(clara, "ring");
  await signal(clara, "offer");
  await hears(anna, "offer");
  await signal(anna, "answer");
  await hears(clara, "answer");
  await signal(clara, "hangup");
  await hears(anna, "hangup");
});

test("a token of one node is good on all", async () => {
  for (const node of cluster.nodes) {
    const session = await repeated(() =>
      Session.open(node, anna, { device_id: `at ${node.set["node.name"]}` }));
    assert.equal(session.info.user.id, anna.id);
    await session.close();
  }
});

test("whoever has not the secret does not get in", async () => {
  const [first] = cluster.nodes;
  const stranger = new ParleyNode({ set: { ...cluster.set, "cluster.secret": "quite another secret",
    "cluster.join": first.info.cluster, "node.name": "stranger" } });
  stranger.start().catch(() => {});
  await until(async () => await first.metric("parley_link_refused_total") > 0, "it is refused");
  assert.equal(await first.metric("parley_cluster_nodes"), 3);
  await stranger.stop();
});

const about = async (node, user) =>
  (await node.admin("reports.list", { user: user.id }).catch(() => ({ reports: [] }))).reports;

test("reports and bans cross nodes", async () => {
  await repeated(() => anna.session.call("report.create", { user: boris.id, reason: "spam" }));
  for (const node of cluster.nodes)
    await until(async () => (await about(node, boris)).length === 1, "the report is seen");
  await repeated(() => cluster.nodes[2].admin("user.ban", { user: boris.id }));
  assert.equal((await within(boris.session.closed, "the session is closed", 1_000 * scale)).code, 4503);
});

test("a node that was killed comes back and catches up", async () => {
  // The one that keeps the reports.
  const victim = await until(async () => {
    await about(cluster.nodes[0], boris);
    for (const node of cluster.nodes)
      if (await node.metric("entities_live", 'kind="moderation"') > 0) return node;
    return null;
  }, "there is somebody who keeps reports");
  const [left, right] = cluster.nodes.filter((node) => node !== victim);
  await victim.kill("SIGKILL");
  const dora = await repeated(() => sign_up(left));
  const session = await until(() => Session.open(right, dora).catch(() => null), "a session elsewhere");
  const first = await until(() => say(session, clara.id, "while it is down").catch(() => null), "sent without it");
  await repeated(() => session.call("report.create", { user: boris.id, reason: "spam" }));
  await until(async () => (await about(left, boris)).length === 2, "the next one keeps both reports");
  await victim.start();
  const again = await repeated(() => Session.open(victim, dora, { device_id: "second" }));
  const { messages } = await until(() =>
    again.call("message.history", { conversation: first.conversation }).catch(() => null), "history");
  assert.equal(messages[0].text, "while it is down");
});
