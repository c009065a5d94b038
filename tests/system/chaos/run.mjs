/// The chaos run: faults in random order on a real cluster under load, and after
/// each a check of all that was acknowledged, read and pushed.

import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { delay, within } from "../support/wait.mjs";
import { faults } from "./faults.mjs";
import { outcome, silences } from "./figures.mjs";
import { Load } from "./load.mjs";
import { read_options } from "./options.mjs";
import { Random } from "./random.mjs";
import { markdown, totals } from "./report.mjs";
import { shards, World } from "./world.mjs";

const fault_patience_ms = 240_000;
/// Under load before a fault, and after all is whole again.
const calm_ms = 1_000;

function options() {
  try {
    return read_options(process.argv.slice(2));
  } catch (error) {
    console.error(`chaos: ${error.message}`);
    process.exit(2);
  }
}

const { nodes, minutes, rounds, wanted, with_sentinels, seed, load: size, out } = options();
const dir = resolve(out, `seed-${seed}`);
rmSync(dir, { recursive: true, force: true });
mkdirSync(dir, { recursive: true });
const began = performance.now();
const say = (text) => {
  const line = `${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${text}`;
  console.log(line);
  appendFileSync(join(dir, "faults.log"), `${line}\n`);
};

const random = new Random(seed);

/// Every fault once, in random order, and again.
function* deck(names) {
  for (let i = 0; i < rounds; ++i) yield* random.shuffled(names);
}

function victims_of(world, kind) {
  if (faults[kind].affects !== "victims") return [];
  const minority = Math.floor((nodes - 1) / 2);
  return random.shuffled(world.cluster.nodes).slice(0, random.between(1, minority));
}

const names_of = (list) => list.map((node) => node.set["node.name"]);

/// The shards whose silence the fault excuses.
function affected_by(kind, owners, victims) {
  const { affects } = faults[kind];
  const led = (owner) => owner === "" || names_of(victims).includes(owner);
  return new Set(owners.flatMap((owner, shard) =>
    affects === "all" || (affects === "victims" && led(owner)) ? [shard] : []));
}

function counted(list) {
  const counts = {};
  for (const each of list) counts[each] = (counts[each] ?? 0) + 1;
  return counts;
}

async function one_fault(world, load, kind) {
  const victims = victims_of(world, kind);
  const affected = affected_by(kind, await world.owners(), victims);
  say(`${kind} ${names_of(victims).join(" ")}`);
  const from = load.history.now();
  await within(faults[kind].run(world, victims), `${kind} is over`, fault_patience_ms);
  const healed = load.history.now();
  await world.settled();
  const upto = load.history.now();
  await delay(calm_ms);
  await load.hold();
  const reconnects = counted(load.history.reconnects.map(({ why }) => why));
  const { found, sends } = await load.check();
  found.push(...crashes(world));
  const silent = silences(sends, shards, from, upto);
  const of = (is_affected) => [...silent].filter(([shard]) => affected.has(shard) === is_affected)
    .map(([, ms]) => ms);
  const row = { kind, victims: names_of(victims), found, reconnects, ...outcome(sends),
    affected_ms: of(true), unaffected_ms: of(false),
    lasted_ms: healed - from, settled_ms: upto - healed };
  const worst = (list) => Math.round(Math.max(0, ...list));
  say(`  ${row.acknowledged} acknowledged, ${row.repeated} after repeating, ${row.late} after more than 5 s; `
    + `silent for ${worst(row.affected_ms)} ms, others ${worst(row.unaffected_ms)} ms; `
    + `whole again after ${Math.round(row.settled_ms)} ms; ${found.length} wrong`);
  if (Object.keys(reconnects).length > 0) say(`  sessions opened anew: ${JSON.stringify(reconnects)}`);
  load.go_on();
  return row;
}

const crashes = (world) => world.cluster.nodes.filter((node) => !node.is_running).map((node) =>
  ({ kind: "crash", detail: `${node.set["node.name"]} ended: ${node.process.exitCode ?? node.process.signalCode}` }));

/// Each node in turn hands over all that it leads, and what is there is read
/// again: so each replica is seen, not only those that lead by chance.
async function read_replicas(world, load, rows) {
  const row = { kind: "replicas", victims: [], found: [], acknowledged: 0, repeated: 0, late: 0,
    took: [], affected_ms: [], unaffected_ms: [], settled_ms: 0 };
  rows.push(row);
  await load.hold();
  row.found.push(...(await load.check()).found, ...await load.check_all());
  for (const node of world.cluster.nodes) {
    const [name] = names_of([node]);
    const [other] = world.cluster.nodes.filter((each) => each !== node);
    await other.admin("node.drain", { node: name });
    await world.until_leads_nothing(name);
    // It takes no session, not even of who only looks.
    row.found.push(...await load.check_all(node));
    await other.admin("node.undrain", { node: name });
    say(`all has been read again without ${name}: ${row.found.length} wrong`);
  }
}

async function all_faults(world, load, rows) {
  const possible = wanted.filter((kind) => world.has(faults[kind].needs));
  const missing = wanted.filter((kind) => !possible.includes(kind));
  if (missing.length > 0)
    say(`NOT TESTED: ${missing.join(", ")}: network namespaces are not permitted here, or scripts/chaos.sh was not used`);
  const end = Number.isFinite(rounds) ? Infinity : performance.now() + minutes * 60_000;
  for (const kind of deck(possible)) {
    if (performance.now() > end) break;
    const row = await one_fault(world, load, kind);
    rows.push(row);
    if (row.found.length > 0) return;
  }
  await read_replicas(world, load, rows);
}

function write_report(rows) {
  const taken = ((performance.now() - began) / 60_000).toFixed(1);
  const report = { seed, nodes, minutes: Number(taken), build: process.env.PARLEY_CHAOS_BUILD ?? "any build" };
  const table = markdown({ ...report, rows });
  const slim = rows.map(({ took, ...row }) => row);
  writeFileSync(join(dir, "report.json"), JSON.stringify({ ...report, totals: totals(rows), rows: slim }, null, 2));
  writeFileSync(join(dir, "report.md"), table);
  console.log(`\n${table}`);
}

const rows = [];
const wrongs = [];
let world;
let load;

/// Nodes leave nothing but their logs, and these only where they are needed.
async function stop(keep_logs) {
  await world?.stop().catch(() => {});
  for (const { name } of readdirSync(dir, { withFileTypes: true }).filter((each) => each.isDirectory()))
    rmSync(join(dir, name), { recursive: true, force: true });
  if (keep_logs) return;
  for (const name of readdirSync(dir).filter((each) => /^n\d+\.log$/.test(each))) rmSync(join(dir, name));
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop(true).then(() => process.exit(130)));

say(`seed ${seed}, ${nodes} nodes, faults ${wanted.join()}`);
try {
  world = await World.create({ count: nodes, with_sentinels, random, dir, say });
  load = new Load(world.cluster, size);
  await load.start();
  say(`${load.clients.length} clients talk in ${load.conversations.length} conversations`);
  await Promise.race([all_faults(world, load, rows), load.failed]);
} catch (error) {
  wrongs.push({ kind: "hang", detail: error.stack });
  if (world?.cluster) wrongs.push(...crashes(world));
}
wrongs.push(...rows.flatMap((row) => row.found));
write_report(rows);
for (const each of wrongs.slice(0, 20)) say(`WRONG: ${each.kind} ${each.conversation ?? ""} ${each.detail}`);
say(wrongs.length === 0 ? "nothing is wrong"
  : `${wrongs.length} wrong; again with --seed ${seed} --nodes ${nodes} --faults ${wanted.join()}; logs are in ${dir}`);
await load?.stop().catch(() => {});
await stop(wrongs.length > 0);
process.exit(wrongs.length === 0 ? 0 : 1);
