/// A real TURN server that shares secrets with the node.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { free_port } from "./free_port.mjs";
import { ParleyNode } from "./node.mjs";
import { until, within } from "./wait.mjs";

const address = "127.0.0.1";

export class Coturn {
  static async start(...secrets) {
    const turn = new Coturn();
    turn.dir = mkdtempSync(join(tmpdir(), "parley-turn-"));
    turn.port = await free_port();
    turn.echo_port = await free_port();
    const lines = [
      `listening-port=${turn.port}`, `listening-ip=${address}`, `relay-ip=${address}`,
      "realm=parley.test", "use-auth-secret", ...secrets.map((s) => `static-auth-secret=${s}`),
      "allow-loopback-peers", "no-tls", "no-dtls", "no-cli", "log-file=stdout", "simple-log",
      `pidfile=${join(turn.dir, "pid")}`, `userdb=${join(turn.dir, "db")}`,
    ];
    const file = join(turn.dir, "turn.conf");
    writeFileSync(file, `${lines.join("\n")}\n`);
    turn.process = spawn("turnserver", ["-c", file], { stdio: "ignore" });
    turn.echo = spawn("turnutils_peer", ["-L", address, "-p", `${turn.echo_port}`], { stdio: "ignore" });
    return turn;
  }

  /// A TURN server, and a node that hands out logins to it: [node, turn].
  static async with_node(set = {}) {
    const secret = "a-secret-of-the-turn-server";
    const turn = await Coturn.start(secret);
    const file = join(turn.dir, "secrets");
    writeFileSync(file, `${secret}\n`);
    const node = await ParleyNode.start({
      set: { "ice.turn_urls": turn.url, "ice.turn_secrets_file": file, ...set },
    });
    return [node, turn];
  }

  get url() {
    return `turn:${address}:${this.port}?transport=udp`;
  }

  /// Whether it relays for who logs in so.
  relays({ username, credential }) {
    const args = ["-u", username, "-w", credential, "-n", "1", "-m", "1", "-l", "100",
      "-e", address, "-r", `${this.echo_port}`, "-p", `${this.port}`, address];
    return new Promise((done) => {
      execFile("turnutils_uclient", args, { timeout: 20_000 }, (error) => done(!error));
    });
  }

  /// Until it relays at all.
  ready(login) {
    return until(() => this.relays(login), "the TURN server relays", 30_000);
  }

  async stop() {
    for (const child of [this.process, this.echo]) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await within(once(child, "exit"), "the TURN server ends");
    }
    rmSync(this.dir, { recursive: true, force: true });
  }
}
