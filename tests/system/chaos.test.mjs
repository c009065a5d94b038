/// A short chaos run: each of the commonest faults once, in random order, on
/// three nodes under load. scripts/chaos.sh is the long one.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { bin_dir } from "./support/node.mjs";

const script = fileURLToPath(new URL("../../scripts/chaos.sh", import.meta.url));
const faults = "kill,stop,one_way,partition,disk_full,redis";

test("nothing acknowledged is lost, doubled or out of order, whatever fails", async () => {
  const run = spawn(script, ["--rounds", "1", "--faults", faults],
    { env: { ...process.env, PARLEY_BIN_DIR: bin_dir }, stdio: "inherit" });
  const [code] = await once(run, "exit");
  assert.equal(code, 0, "the run says above what was wrong, and how to repeat it");
});
