/// parleyctl queue replay: policies compared on recorded arrivals, without a node.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { bin_dir } from "./support/node.mjs";

const dir = mkdtempSync(join(tmpdir(), "parley-replay-"));
after(() => rmSync(dir, { recursive: true }));

function file(name, content) {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

const lines = (all) => all.map((x) => JSON.stringify(x)).join("\n") + "\n";

function replay(...args) {
  const all = ["queue", "replay", ...args];
  return spawnSync(join(bin_dir, "parleyctl"), all, { encoding: "utf8", timeout: 60_000 });
}

/// A man of whom women older than 30 are too old, at first.
const man = { self: { gender: "male" }, want: { gender: ["female"], age: [20, 30] } };
const woman = (age) => ({ self: { gender: "female", age, language: ["en", "de"] } });
const arrivals = file("arrivals.jsonl", lines([
  { at: 1000, who: 1, enqueue: man },
  { at: 2000, who: 2, enqueue: woman(33) },
  { at: 3000, who: 3, enqueue: { ...woman(25), interests: ["tea"], give_up_ms: 5000 } },
  { at: 3500, who: 4, enqueue: man },
  { at: 4000, who: 4, cancel: true },
]));

test("a policy that widens matches more, and says how long it took", () => {
  const now = file("now.yaml", "queues: {default: {give_up: 1m}}\n");
  const then = file("then.yaml", 'queues: {default: {widen: ["500ms age +5"]}}\n');
  const run = replay(arrivals, "--config", now, "--config", then, "--json");
  assert.equal(run.status, 0, run.stderr);
  const [before, widened] = JSON.parse(run.stdout).policies;
  assert.deepEqual([before.came, before.matched, before.expired, before.cancelled], [4, 2, 1, 1]);
  assert.equal(before.wait_ms.max, 2000);
  assert.deepEqual([widened.matched, widened.expired], [4, 0]);
  assert.deepEqual(widened.wait_ms, { p50: 0, p90: 1000, p99: 1000, max: 1000 });
  const table = replay(arrivals, "--config", now);
  assert.match(table.stdout, /POLICY +CAME .*P90 MS/);
  assert.match(table.stdout, /now\.yaml +4 +0 +2 +1 +1 /);
});

test("what a policy does not take is counted, and why", () => {
  const other = file("other.yaml", "queues: {moods: {attributes: {mood: enum good bad}}}\n");
  const run = replay(arrivals, "--config", other, "--queue", "moods");
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stderr, /self\.gender is not an attribute of this queue/);
  assert.match(run.stdout, /other\.yaml +4 +4 +0 /);
});

test("lines that are no arrivals are refused by number", () => {
  const cases = [
    ['{"at":1,"who":1,"enqueue":{}}\nnonsense\n', /:2: is no JSON object/],
    ['{"who":1,"enqueue":{}}\n', /:1: has no `at`/],
    ['{"at":1,"who":"ann","enqueue":{}}\n', /:1: has no `who`/],
    ['{"at":1,"who":1}\n', /either `enqueue` or `cancel`/],
    ['{"at":2,"who":1,"cancel":true}\n{"at":1,"who":1,"cancel":true}\n', /:2: is earlier/],
    ['{"at":1,"who":1,"enqueue":{"self":{"age":1.5}}}\n', /:1: age has no/],
    ['{"at":1,"who":1,"enqueue":{"interests":["a",2]}}\n', /:1: interests has a number/],
    ['{"at":1000000000000001,"who":1,"enqueue":{}}\n', /:1: has no `at`/],
  ];
  for (const [content, why] of cases) {
    const run = replay(file("bad.jsonl", content));
    assert.equal(run.status, 1, content);
    assert.match(run.stderr, why);
  }
  assert.equal(replay(join(dir, "missing")).status, 1);
  assert.equal(replay(arrivals, "--queue", "none").status, 1);
});
