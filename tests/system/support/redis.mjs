/// A redis-server of the tests' own, which holds nothing after its end.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { free_port } from "./free_port.mjs";
import { until, within } from "./wait.mjs";

export class Redis {
  static async start({ host = "127.0.0.1" } = {}) {
    const redis = new Redis();
    redis.host = host;
    redis.dir = mkdtempSync(join(tmpdir(), "parley-redis-"));
    redis.port = await free_port(host);
    await redis.start();
    return redis;
  }

  /// Again on the same port, empty.
  async start() {
    this.process = spawn("redis-server", ["--port", `${this.port}`, "--bind", this.host,
      "--protected-mode", "no", "--save", "", "--appendonly", "no", "--dir", this.dir], { stdio: "ignore" });
    await until(async () => (await this.cli("PING")) === "PONG", "redis answers");
  }

  get address() {
    return `${this.host}:${this.port}`;
  }

  /// What redis-cli prints.
  cli(...words) {
    return Redis.ask(this.host, this.port, ...words);
  }

  static ask(host, port, ...words) {
    return new Promise((done) => {
      execFile("redis-cli", ["-h", host, "-p", `${port}`, ...words], (_, output) => done(output.trim()));
    });
  }

  async signal(name) {
    this.process.kill(name);
    if (name === "SIGKILL") await within(once(this.process, "exit"), "redis ends");
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.signal("SIGKILL");
    rmSync(this.dir, { recursive: true, force: true });
  }
}
