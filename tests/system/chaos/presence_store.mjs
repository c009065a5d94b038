/// The Redis of a chaos run, by itself or watched by sentinels, and what can be
/// done to it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "../support/redis.mjs";
import { until } from "../support/wait.mjs";

const first_sentinel_port = 26379;
const sentinels = 3;

export class PresenceStore {
  #hurt = null;
  #sentinels = [];

  /// Listens on `host`; `dir` is for what sentinels keep.
  static async start({ host = "127.0.0.1", dir, with_sentinels }) {
    const store = new PresenceStore();
    Object.assign(store, { host, dir });
    store.redises = [await Redis.start({ host })];
    if (with_sentinels) await store.#watch();
    return store;
  }

  /// What nodes must know to find it.
  get settings() {
    if (this.#sentinels.length === 0) return { "redis.addresses": this.redises[0].address };
    const list = this.#sentinels.map(({ port }) => `${this.host}:${port}`);
    return { "redis.sentinels": list.join(), "redis.master": "main" };
  }

  /// Answers what it has done.
  async spoil(random) {
    const hurt = random.next() < 0.7 ? await this.#master() : random.pick([...this.#sentinels, await this.#master()]);
    const what = hurt instanceof Redis ? "the master" : "a sentinel";
    const is_killed = random.next() < 0.5;
    this.#hurt = { hurt, is_killed };
    const { process } = hurt;
    process.kill(is_killed ? "SIGKILL" : "SIGSTOP");
    if (is_killed) await once(process, "exit");
    return `${what} is ${is_killed ? "killed" : "stopped"}`;
  }

  /// What was killed comes back empty.
  async heal() {
    const { hurt, is_killed } = this.#hurt;
    if (is_killed) await hurt.start();
    else hurt.process.kill("SIGCONT");
  }

  async stop() {
    for (const { process } of this.#sentinels) process.kill("SIGKILL");
    await Promise.all(this.redises.map((redis) => redis.stop()));
  }

  async #watch() {
    const [master] = this.redises;
    const replica = await Redis.start({ host: this.host });
    this.redises.push(replica);
    await replica.cli("REPLICAOF", this.host, `${master.port}`);
    for (let i = 0; i < sentinels; ++i) {
      const sentinel = new Sentinel(this.host, first_sentinel_port + i, join(this.dir, `sentinel-${i + 1}`));
      sentinel.configure(master);
      await sentinel.start();
      this.#sentinels.push(sentinel);
    }
    await until(async () => /num-other-sentinels\n2\n/.test(await this.#ask("MASTER", "main")), "sentinels know each other");
  }

  async #master() {
    if (this.#sentinels.length === 0) return this.redises[0];
    const [, port] = (await this.#ask("GET-MASTER-ADDR-BY-NAME", "main")).split("\n");
    return this.redises.find((redis) => `${redis.port}` === port);
  }

  #ask(...words) {
    return Redis.ask(this.host, this.#sentinels[0].port, "SENTINEL", ...words);
  }
}

class Sentinel {
  constructor(host, port, dir) {
    Object.assign(this, { host, port, dir, file: join(dir, "sentinel.conf") });
  }

  configure(master) {
    mkdirSync(this.dir, { recursive: true });
    writeFileSync(this.file, [
      `port ${this.port}`, `bind ${this.host}`, "protected-mode no", `dir ${this.dir}`,
      `sentinel monitor main ${this.host} ${master.port} 2`,
      "sentinel down-after-milliseconds main 1000", "sentinel failover-timeout main 3000", "",
    ].join("\n"));
  }

  async start() {
    this.process = spawn("redis-server", [this.file, "--sentinel"], { stdio: "ignore" });
    await until(async () => await Redis.ask(this.host, this.port, "PING") === "PONG", "a sentinel answers");
  }
}
