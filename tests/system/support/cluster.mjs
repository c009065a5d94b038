/// Several real nodes that are one service.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { bin_dir, ParleyNode } from "./node.mjs";
import { repeated, sign_up, Session } from "./session.mjs";
import { patience_ms, until, within } from "./wait.mjs";

const shards = 16;

/// Runs parleyctl on a node: {code, output}.
export function ctl(node, ...args) {
  const child = spawn(join(bin_dir, "parleyctl"), ["--ops", node.addresses.ops, ...args],
    { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => { output += data; });
  const ended = new Promise((done) => child.on("close", (code) => done({ code, output })));
  return within(ended, `parleyctl ${args.join(" ")}`, 4 * patience_ms);
}

/// What it prints, where it must succeed.
export async function good(node, ...args) {
  const { code, output } = await ctl(node, ...args);
  assert.equal(code, 0, `parleyctl ${args.join(" ")}: ${output}`);
  return output;
}

export const asked = async (node, ...args) => JSON.parse(await good(node, "--json", ...args));

export class Cluster {
  nodes = [];
  #named = 0;

  /// `place` answers more options for a node of that name.
  constructor({ set = {}, place = () => ({}) } = {}) {
    this.place = place;
    this.set = {
      "cluster.name": "test",
      "cluster.secret": randomBytes(16).toString("hex"),
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
    // Any member will do.
    const last = this.alive.at(-1);
    if (last) set["cluster.join"] ??= last.info.cluster;
    this.#named += 1;
    set["node.name"] ??= `n${this.#named}`;
    const { set: more, ...options } = await this.place(set["node.name"]);
    set["cluster.listen"] ??= `${options.host ?? "127.0.0.1"}:0`;
    const node = await ParleyNode.start({ set: { ...this.set, ...set, ...more }, ...options });
    // It keeps its address, as a machine does.
    node.set["cluster.listen"] = node.info.cluster;
    this.nodes.push(node);
    return node;
  }

  /// Makes the others forget one that has ended.
  async forget(node) {
    this.nodes = this.nodes.filter((each) => each !== node);
    const name = node.set["node.name"];
    await until(() => this.alive[0].admin("node.remove", { node: name }).then(() => true, () => false),
      `${name} is removed`);
    await node.stop();
  }

  get alive() {
    return this.nodes.filter((node) => node.is_running);
  }

  /// Until nothing moves, every shard has the replicas it can have, and
  /// everybody knows.
  settled() {
    const most = Number(this.set["cluster.replicas"] ?? 3);
    const replicas = Math.min(most, this.nodes.length - (this.nodes.length + 1) % 2);
    const is_settled = async (node) =>
      await node.metric("parley_cluster_nodes") === this.nodes.length
      && await node.metric("parley_cluster_shards_moving") === 0
      && await node.metric("parley_cluster_replicas") === shards * replicas
      && await node.metric("parley_cluster_shards_without_owner") === 0;
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
