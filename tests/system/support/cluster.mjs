/// Several real nodes that are one service.

import { randomBytes } from "node:crypto";
import { ParleyNode } from "./node.mjs";
import { repeated, sign_up, Session } from "./session.mjs";
import { patience_ms, until } from "./wait.mjs";

const shards = 16;

export class Cluster {
  nodes = [];

  constructor({ set = {} } = {}) {
    this.set = {
      "cluster.name": "test",
      "cluster.secret": randomBytes(16).toString("hex"),
      "cluster.listen": "127.0.0.1:0",
      "shards.count": `${shards}`,
      ...set,
    };
  }

  /// All shards have their replicas when it answers.
  static async start(count, options) {
    const cluster = new Cluster(options);
    await cluster.add({ "cluster.bootstrap": "true" });
    for (let i = 1; i < count; ++i) await cluster.add();
    await cluster.settled();
    return cluster;
  }

  async add(set = {}) {
    const [first] = this.nodes;
    if (first) set["cluster.join"] ??= first.info.cluster;
    set["node.name"] ??= `n${this.nodes.length + 1}`;
    const node = await ParleyNode.start({ set: { ...this.set, ...set } });
    // It keeps its address, as a machine does.
    node.set["cluster.listen"] = node.info.cluster;
    this.nodes.push(node);
    return node;
  }

  get alive() {
    return this.nodes.filter((node) => node.process.exitCode === null && node.process.signalCode === null);
  }

  /// Until nothing moves, every shard has the replicas it can have, and
  /// everybody knows.
  settled() {
    const replicas = Math.min(3, this.nodes.length - (this.nodes.length + 1) % 2);
    const is_settled = async (node) =>
      await node.metric("parley_cluster_nodes") >= this.nodes.length
      && await node.metric("parley_cluster_shards_moving") === 0
      && await node.metric("parley_cluster_replicas") === shards * replicas;
    return until(async () => (await Promise.all(this.alive.map(is_settled))).every(Boolean),
      "the cluster has settled", 6 * patience_ms);
  }

  /// One user a node, in turn, each with a session there.
  people(count) {
    return Promise.all(Array.from({ length: count }, async (_, i) => {
      const node = this.nodes[i % this.nodes.length];
      const user = await repeated(() => sign_up(node));
      return { ...user, session: await repeated(() => Session.open(node, user)) };
    }));
  }

  stop() {
    return Promise.all(this.nodes.map((node) => node.stop()));
  }
}
