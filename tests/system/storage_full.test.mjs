/// A real full file system: refused writes, good reads, and back by itself.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ParleyNode } from "./support/node.mjs";
import { people, say, Session, sign_up } from "./support/session.mjs";
import { until } from "./support/wait.mjs";

const mount_point = mkdtempSync(join(tmpdir(), "parley-full-"));
const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=96m", "none", mount_point]).status === 0;

if (!mounted) {
  rmSync(mount_point, { recursive: true });
  console.log("SKIPPED ALOUD: storage_full needs to mount a tmpfs, which is not allowed here");
} else {
  test("a full disk refuses writes, serves reads, and heals by itself", fills_up);
}

async function fills_up() {
  const node = new ParleyNode({ dir: join(mount_point, "data"), set: { "storage.reserve_bytes": "32MiB" } });
  const filler = join(mount_point, "filler");
  try {
    spawnSync("mkdir", [node.dir]);
    await node.start();
    const [anna, boris] = await people(node, 2);
    const { conversation } = await say(anna.session, boris.id, "before");
    const acknowledged = new Set([1]);
    fill(filler, 8);
    const refused = await until(async () => {
      const answer = await say(anna.session, boris.id, "filling").catch((e) => e);
      if (answer.seq) acknowledged.add(answer.seq);
      return answer.code && answer;
    }, "writes are refused", 30_000);
    assert.equal(refused.code, 503);
    assert.match(refused.data.detail, /storage full/);
    assert.ok(refused.data.retry_after_ms > 0);
    await until(async () => (await node.ops("/readyz")).status === 503, "not ready");
    assert.equal((await node.ops("/healthz")).status, 200);
    assert.equal((await anna.session.fails("message.react", { conversation, seq: 1, emoji: "👍" })).code, 503);
    const page = await boris.session.call("message.history", { conversation, limit: 1, after: 0 });
    assert.equal(page.messages[0].text, "before");
    await assert.rejects(sign_up(node), /503/);
    rmSync(filler);
    await until(async () => (await node.ops("/readyz")).status === 200, "ready again", 30_000);
    const healed = await until(() => say(anna.session, boris.id, "after").catch(() => null), "writes again");
    acknowledged.add(healed.seq);
    fill(filler, 0);
    await node.kill("SIGKILL");
    rmSync(filler);
    await node.start();
    const back = await Session.open(node, boris);
    const found = new Set();
    for (let after = 0; ;) {
      const { messages, has_more } = await back.call("message.history", { conversation, after, limit: 200 });
      for (const m of messages) found.add(m.seq);
      if (!has_more) break;
      after = messages.at(-1).seq;
    }
    for (const seq of acknowledged) assert.ok(found.has(seq), `${seq} is lost`);
  } finally {
    await node.stop();
    spawnSync("umount", ["-l", mount_point]);
    rmSync(mount_point, { recursive: true, force: true });
  }
}

/// Leaves so many MiB free.
function fill(file, leave_mib) {
  const { stdout } = spawnSync("df", ["--output=avail", "-k", mount_point], { encoding: "utf8" });
  const free_kib = Number(stdout.split("\n")[1]) - leave_mib * 1024;
  writeFileSync(file, Buffer.alloc(Math.max(0, free_kib) * 1024));
}
