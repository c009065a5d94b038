/// A network of network namespaces, one a node, joined by a bridge in the
/// present one. For a namespace made for it (scripts/chaos.sh), with which all
/// of it goes away.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const delayer = fileURLToPath(new URL("delay.py", import.meta.url));
const queue = "1";

export class Network {
  /// Where clients and Redis are.
  hub = "10.77.0.1";
  #made = 0;
  #delayers = new Map();

  /// Null where this is not a namespace made for it.
  static async create() {
    if (process.env.PARLEY_CHAOS_NAMESPACE !== "yes") return null;
    const network = new Network();
    await run("ip", ["link", "add", "hub", "type", "bridge"]);
    await run("ip", ["addr", "add", `${network.hub}/24`, "dev", "hub"]);
    await run("ip", ["link", "set", "hub", "up"]);
    return network;
  }

  /// A namespace of that name: options for a node in it.
  async join(name) {
    this.#made += 1;
    const host = `10.77.0.${10 + this.#made}`;
    const ip = (...words) => run("ip", ["-n", name, ...words]);
    await run("ip", ["netns", "add", name]);
    await run("ip", ["link", "add", `to-${name}`, "type", "veth", "peer", "name", "eth0", "netns", name]);
    await run("ip", ["link", "set", `to-${name}`, "master", "hub", "up"]);
    await ip("addr", "add", `${host}/24`, "dev", "eth0");
    await ip("link", "set", "eth0", "up");
    await ip("link", "set", "lo", "up");
    return { host, prefix: ["ip", "netns", "exec", name] };
  }

  /// Drops what the node sends to these addresses, or gets from them, or both.
  async cut(name, hosts, { inwards = true, outwards = true } = {}) {
    for (const host of hosts) {
      if (inwards) await this.#filter(name, "INPUT", "-s", host, "-j", "DROP");
      if (outwards) await this.#filter(name, "OUTPUT", "-d", host, "-j", "DROP");
    }
  }

  /// Drops each packet to the node with that probability.
  lose(name, probability) {
    return this.#filter(name, "INPUT", "-i", "eth0", "-m", "statistic", "--mode", "random",
      "--probability", `${probability}`, "-j", "DROP");
  }

  /// Holds all that the node sends for so long.
  async slow(name, ms) {
    const child = spawn("ip", ["netns", "exec", name, "python3", delayer, queue, `${ms}`],
      { stdio: ["ignore", "pipe", "inherit"] });
    this.#delayers.set(name, child);
    await once(child.stdout, "data");
    await this.#filter(name, "OUTPUT", "-o", "eth0", "-j", "NFQUEUE", "--queue-num", queue, "--queue-bypass");
  }

  /// Everything comes through again.
  async heal(name) {
    await this.#filter(name, null);
    const child = this.#delayers.get(name);
    if (!child) return;
    this.#delayers.delete(name);
    child.kill("SIGTERM");
    await once(child, "exit");
  }

  #filter(name, chain, ...rule) {
    const words = chain ? ["-A", chain, ...rule] : ["-F"];
    return run("ip", ["netns", "exec", name, "iptables", "-w", ...words]);
  }
}
