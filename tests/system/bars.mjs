/// Measures what the service promises about itself; not part of the tests.
///
///   node tests/system/bars.mjs [idle] [memory] [latency] [history]
///
/// PARLEY_BIN_DIR should name a release build.

import { fork, spawnSync } from "node:child_process";
import { fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ParleyNode } from "./support/node.mjs";
import { make_group, people, Session, sign_up } from "./support/session.mjs";
import { delay } from "./support/wait.mjs";

const rows = [];
const wanted = new Set(process.argv.slice(2));
const runs = (name) => wanted.size === 0 || wanted.has(name);
const many = {
  "limits.connections_per_address_max": "20000",
  "client.connections_max": "19000",
  "auth.workers": "2",
  "auth.queue_max": "1000",
};

const row = (what, value, bar, is_good) => {
  rows.push({ what, value, bar, met: is_good ? "yes" : "NO" });
  console.error(`${what}: ${value} (bar ${bar})`);
};

const quantile = (values, q) => values.sort((a, b) => a - b)[Math.floor(values.length * q)];

/// Seconds of CPU that a process has used.
function cpu_seconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function resident_bytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) * 1024;
}

/// Processes that hold sessions, each from its own loopback address.
class Crowd {
  holders = [];

  async grow(node, upto) {
    while (this.size < upto) {
      const count = Math.min(1_000, upto - this.size);
      const holder = fork(fileURLToPath(new URL("support/holder.mjs", import.meta.url)));
      const done = new Promise((yes, no) => {
        holder.on("message", yes);
        holder.on("exit", () => no(new Error("a holder ended")));
      });
      const local = `127.0.0.${2 + this.holders.length}`;
      holder.send({ info: node.info, count, local, index: this.holders.length });
      this.holders.push({ holder, count });
      await done;
    }
  }

  get size() {
    return this.holders.reduce((sum, { count }) => sum + count, 0);
  }

  end() {
    for (const { holder } of this.holders) holder.kill();
  }
}

async function idle() {
  const node = await ParleyNode.start({ set: many });
  const crowd = new Crowd();
  try {
    await crowd.grow(node, 1_000);
    await delay(60_000);
    const before = cpu_seconds(node.process.pid);
    await delay(30_000);
    const share = ((cpu_seconds(node.process.pid) - before) / 30) * 100;
    row("idle CPU with 1,000 sessions", `${share.toFixed(2)} % of a core`, "< 1 %", share < 1);
  } finally {
    crowd.end();
    await node.stop();
  }
}

async function memory() {
  const node = await ParleyNode.start({ set: many });
  const crowd = new Crowd();
  try {
    const points = [];
    for (const count of [1_000, 5_000, 10_000, 15_000]) {
      await crowd.grow(node, count);
      await delay(5_000);
      points.push({ count, bytes: resident_bytes(node.process.pid) });
      console.error(`${count} sessions: ${(points.at(-1).bytes / 2 ** 20).toFixed(1)} MiB`);
    }
    const [first, last] = [points[0], points.at(-1)];
    const each = (last.bytes - first.bytes) / (last.count - first.count) / 1024;
    row("memory per idle session, 1,000 to 15,000", `${each.toFixed(1)} KiB`, "< 16 KiB", each < 16);
  } finally {
    crowd.end();
    await node.stop();
  }
}

function sync_p50(dir) {
  const file = join(dir, "fdatasync");
  const fd = openSync(file, "w");
  const times = [];
  for (let i = 0; i < 1_000; ++i) {
    const began = performance.now();
    writeSync(fd, Buffer.alloc(4096, i));
    fdatasyncSync(fd);
    times.push(performance.now() - began);
  }
  rmSync(file);
  return quantile(times, 0.5);
}

async function latency() {
  const node = await ParleyNode.start();
  try {
    const [anna, boris] = await people(node, 2);
    const { conversation } = await anna.session.call("message.send", { to: boris.id, client_id: "0", text: "x" });
    const disk = sync_p50(node.dir);
    const times = [];
    for (let i = 1; i <= 4_000; ++i) {
      const began = performance.now();
      await anna.session.call("message.send", { conversation, client_id: `${i}`, text: "hello there" });
      times.push(performance.now() - began);
    }
    const p50 = quantile(times.slice(500), 0.5);
    const bar = 2 * disk + 0.2;
    row("message.send p50, one in flight", `${p50.toFixed(3)} ms (fdatasync ${disk.toFixed(3)})`, `< ${bar.toFixed(3)} ms`, p50 < bar);
  } finally {
    await node.stop();
  }
}

async function fill(session, conversation, count) {
  const frame = (i) => ({ jsonrpc: "2.0", method: "message.send",
    params: { conversation, client_id: `${i}`, text: `message number ${i}, of a usual length for a chat` } });
  for (let at = 0; at < count; at += 6_400) {
    for (let i = at; i < Math.min(count, at + 6_400); i += 64)
      session.send_text(JSON.stringify(Array.from({ length: 64 }, (_, k) => frame(i + k))));
    await session.call("message.history", { conversation, limit: 1 });
  }
}

async function history() {
  const node = await ParleyNode.start({ set: { "client.pending_calls_max": "10000" } });
  try {
    const owner = await sign_up(node);
    const session = await Session.open(node, owner);
    const { id: conversation } = await make_group({ session }, []);
    const total = 1_000_000;
    await fill(session, conversation, total);
    const { conversation: info } = await session.call("conversation.get", { conversation });
    const times = [];
    for (let i = 0; i < 5_000; ++i) {
      const before = 51 + ((i * 7919 * 127) % (info.last_seq - 51));
      const began = performance.now();
      await session.call("message.history", { conversation, before, limit: 50 });
      times.push(performance.now() - began);
    }
    const p99 = quantile(times, 0.99);
    row(`history page of 50 in ${info.last_seq} positions, p99 at the client`, `${p99.toFixed(2)} ms`, "< 5 ms", p99 < 5);
  } finally {
    await node.stop();
  }
}

for (const [name, measure] of Object.entries({ idle, memory, latency, history }))
  if (runs(name)) await measure();
console.log(`\n${spawnSync("uname", ["-sr"], { encoding: "utf8" }).stdout.trim()}`);
console.table(rows);
process.exit(rows.every((r) => r.met === "yes") ? 0 : 1);
