/// A real cluster with Redis, disks and a network that can be spoiled.

import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Cluster } from "../support/cluster.mjs";
import { patience_ms, until } from "../support/wait.mjs";
import { Disk } from "./disk.mjs";
import { Network } from "./network.mjs";
import { PresenceStore } from "./presence_store.mjs";

export const shards = 16;
const disk_mib = 3072;

export class World {
  reserve_mib = 64;
  #disks = new Map();

  constructor(random, dir, say) {
    Object.assign(this, { random, dir, say });
  }

  static async create({ count, with_sentinels, random, dir, say }) {
    const world = new World(random, dir, say);
    world.network = await Network.create();
    world.redis = await PresenceStore.start({ host: world.network?.hub, dir, with_sentinels });
    world.cluster = await Cluster.start(count, {
      place: (name) => world.#place(name),
      set: {
        "ops.token": randomBytes(16).toString("hex"),
        "cluster.replicas": `${count}`,
        "shards.count": `${shards}`,
        ...world.redis.settings,
        "storage.reserve_bytes": `${world.reserve_mib}MiB`,
        // A run is longer than a token's life.
        "auth.token_life": "1d",
      },
    });
    return world;
  }

  /// What faults may need, if it is there.
  has(need) {
    const there = { network: this.network, disks: this.network, redis: this.redis };
    return !need || Boolean(there[need]);
  }

  async #place(name) {
    const own = join(this.dir, name);
    mkdirSync(own, { recursive: true });
    const log_file = join(this.dir, `${name}.log`);
    if (!this.network) return { dir: own, log_file };
    const disk = await Disk.create(own, disk_mib);
    this.#disks.set(name, disk);
    const dir = join(disk.dir, "data");
    mkdirSync(dir);
    return { dir, log_file, ...await this.network.join(name) };
  }

  note(text) {
    this.say(`  ${text}`);
  }

  disk_of(node) {
    return this.#disks.get(node.set["node.name"]);
  }

  /// Nothing moves, and nothing has to.
  async settled() {
    await this.cluster.settled();
    await until(async () => {
      const { moving, next } = await this.cluster.alive[0].admin("cluster.rebalance");
      return moving.length === 0 && next.length === 0;
    }, "the load is even", 6 * patience_ms);
    await this.cluster.settled();
  }

  until_ready(nodes, is_ready) {
    return until(async () => {
      const answers = await Promise.all(nodes.map((node) => node.ops("/readyz")));
      return answers.every(({ status }) => (status === 200) === is_ready);
    }, is_ready ? "all are ready" : "none is ready", 3 * patience_ms);
  }

  until_leads_nothing(name) {
    return until(async () => {
      const owners = await this.owners();
      return owners.every((owner) => owner !== "" && owner !== name);
    }, `${name} leads nothing`, 3 * patience_ms);
  }

  /// The name of the node that leads each shard, "" where none does.
  async owners() {
    const { nodes, shards: rows } = await this.cluster.alive[0].admin("cluster.map");
    const names = new Map(nodes.map(({ id, name }) => [id, name]));
    return rows.map(({ owner }) => names.get(owner) ?? "");
  }

  async stop() {
    await this.cluster?.stop();
    await this.redis?.stop();
    for (const disk of this.#disks.values()) await disk.unmount();
  }
}
