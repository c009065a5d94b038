/// parley-bench against real nodes: each workload, small, and what it notices.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";
import { bin_dir } from "./support/node.mjs";
import { with_node } from "./support/test_node.mjs";
import { patience_ms, within } from "./support/wait.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const smoke = join(root, "bench/load/scenarios/smoke.yaml");
const dir = mkdtempSync(join(tmpdir(), "parley-bench-"));
after(() => rmSync(dir, { recursive: true }));

const held = with_node({});

function bench(...args) {
  const child = spawn(join(bin_dir, "parley-bench"), args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (data) => { output += data; });
  child.stderr.on("data", (data) => { errors += data; });
  const ended = new Promise((done) => child.on("close", (code) => done({ code, output, errors })));
  return within(ended, `parley-bench ${args.join(" ")}`, 6 * patience_ms);
}

const metric = (run, name) => run.metrics.find((each) => each.name === name)?.value;

test("a scenario of all workloads runs, is correct, and is written down", async () => {
  const [json, plot, report] = ["r.json", "r.svg", "r.md"].map((name) => join(dir, name));
  const { code, output, errors } = await bench("run", smoke, "--node", held.node.addresses.client,
    "--json", json, "--plot", plot, "--report", report);
  assert.equal(code, 0, errors + output);
  const { runs } = JSON.parse(readFileSync(json, "utf8"));
  const by_name = Object.fromEntries(runs.map((run) => [run.name, run]));
  for (const run of runs) {
    assert.equal(run.correct, true, run.name);
    assert.equal(run.total.acknowledged, run.total.sent, run.name);
    assert.equal(run.servers[0].pid, held.node.process.pid);
  }
  assert.ok(metric(by_name.pairs, "acknowledged a second") > 0);
  assert.ok(metric(by_name.pairs, "acknowledged p99") >= metric(by_name.pairs, "acknowledged p50"));
  assert.ok(metric(by_name.pairs, "server CPU a message") > 0);
  assert.equal(by_name.pairs.total.delivered, by_name.pairs.total.acknowledged);
  // Each of ten but the sender.
  assert.equal(by_name.room.total.delivered, 9 * by_name.room.total.acknowledged);
  const open = by_name["open-loop"].total;
  assert.equal(open.verified, open.acknowledged);
  assert.ok(by_name.history.measured.calls > 0);
  assert.ok(by_name.mixed.measured.calls > 0);
  assert.ok(by_name.match.total.delivered > 0 && by_name.match.total.delivered % 2 === 0);
  assert.ok(metric(by_name.match, "delivered p99") > 0);
  assert.ok(metric(by_name.storm, "all back after") > 0);
  assert.ok(metric(by_name.idle, "first connects a second") > 0);
  assert.match(readFileSync(join(dir, "r-pairs.svg"), "utf8"), /^<svg[^]*<\/svg>\n$/);
  assert.match(readFileSync(report, "utf8"), /\| pairs \|.*\| yes \|/);
  const compared = await bench("compare", json, json);
  assert.equal(compared.code, 0);
  assert.match(compared.output, /acknowledged p50 .* 1\.000/);
});

/// A relay that ends with the test, and its address.
async function floor(t, ...args) {
  const child = spawn(join(bin_dir, "parley-floor"), args, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill());
  const [line] = await within(once(child.stdout, "data"), "parley-floor's address");
  return { address: String(line).trim(), pid: child.pid };
}

test("a node is measured beside its floors, again and again, and its medians are told", async (t) => {
  const synced = await floor(t, "--sync", join(dir, "floor.data"), "--gather");
  const memory = await floor(t);
  const json = join(dir, "floors.json");
  const { code, output, errors } = await bench("pairs", "--node", held.node.addresses.client,
    "--sessions", "10", "--seconds", "0.2", "--warmup", "0", "--window", "4", "--repeat", "2",
    "--floor", `synced=${synced.address}`, "--floor", `memory=${memory.address}`,
    "--json", json, "--report", "-");
  assert.equal(code, 0, errors + output);
  const { runs } = JSON.parse(readFileSync(json, "utf8"));
  const names = ["pairs", "pairs/synced", "pairs/memory"];
  assert.deepEqual(runs.map((run) => run.name), [...names, ...names]);
  for (const run of runs) {
    assert.equal(run.total.acknowledged, run.total.sent, run.name);
    assert.equal(run.total.delivered, run.total.acknowledged, run.name);
  }
  assert.equal(runs[1].servers[0].pid, synced.pid);
  assert.match(output, /\| pairs \|.*\| yes, 2 times \|/);
  assert.match(output, /\| pairs \| memory \| \d/);
});

test("the floor tells all others of a room", async (t) => {
  const memory = await floor(t);
  const json = join(dir, "room.json");
  const { code, output, errors } = await bench("room", "--protocol", "floor", "--node", memory.address,
    "--sessions", "20", "--group", "10", "--seconds", "0.2", "--warmup", "0", "--json", json);
  assert.equal(code, 0, errors + output);
  const [{ total }] = JSON.parse(readFileSync(json, "utf8")).runs;
  assert.ok(total.acknowledged > 0);
  assert.equal(total.delivered, 9 * total.acknowledged);
});

test("more sessions than the shell's own limit of descriptors are no hindrance", async () => {
  const command = `ulimit -Sn 48; exec ${join(bin_dir, "parley-bench")} idle --node `
    + `${held.node.addresses.client} --sessions 80 --seconds 0.5 --warmup 0.1 --workers 1`;
  const child = spawn("sh", ["-c", command], { stdio: "ignore" });
  const [code] = await within(once(child, "close"), "parley-bench", 6 * patience_ms);
  assert.equal(code, 0);
});

test("what cannot be done is said, and how", async () => {
  const node = ["--node", held.node.addresses.client];
  const wrong = [
    [["pairs"], /--node is needed/],
    [["pairs", "--node", "nowhere"], /'nowhere' is no node/],
    [["pairs", ...node, "--window", "1000"], /--window must be 1 to 100/],
    [["mixed", ...node], /--rate is needed/],
    [["pairs", ...node, "--protocol", "smtp"], /--protocol must be parley, floor/],
    [["history", ...node, "--protocol", "nats"], /--protocol nats cannot be used for history/],
    [["pairs", ...node, "--protocol", "mqtt", "--verify"], /--verify reads the history of a Parley/],
    [["pairs", ...node, "--floor", "nowhere"], /--floor is NAME=ADDRESS/],
    [["compare", smoke, smoke], /is no file that parley-bench --json wrote/],
    [["run", "/nonexistent", ...node], /cannot read/],
  ];
  for (const [args, what] of wrong) {
    const { code, errors } = await bench(...args);
    assert.equal(code, 2, args.join(" "));
    assert.match(errors, what);
  }
  const file = join(dir, "wrong.yaml");
  writeFileSync(file, "all: {sesions: 3}\nruns: [{name: a, workload: pairs, window: many}]\n");
  const { code, errors } = await bench("run", file, ...node);
  assert.equal(code, 2);
  assert.match(errors, /unknown key 'sesions'.*'window' has a value of the wrong kind/);
  const nobody = await bench("pairs", "--node", "127.0.0.1:1", "--sessions", "2");
  assert.equal(nobody.code, 3);
  assert.match(nobody.errors, /connect/);
});
