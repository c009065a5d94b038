/// A machine's clock that is set while a node runs: what lasts a while lasts
/// as long as it should.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ParleyNode } from "./support/node.mjs";
import { people, say } from "./support/session.mjs";
import { until } from "./support/wait.mjs";

const library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
const an_hour_ago = "-3600\n";

const dir = mkdtempSync(join(tmpdir(), "parley-clock-"));
const offset = join(dir, "offset");
let node;

before(async () => {
  writeFileSync(offset, "+0\n");
  node = await ParleyNode.start({
    set: { "presence.offline_grace": "500ms", "presence.coalesce": "0ms", "calls.ring": "2s" },
    prefix: ["env", `LD_PRELOAD=${library}`, `FAKETIME_TIMESTAMP_FILE=${offset}`,
      "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1"],
  });
});

after(async () => {
  await node?.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function set_clock(user, by) {
  writeFileSync(offset, by);
  await until(async () => {
    const { server_ts } = await user.session.call("session.ping");
    return Math.abs(server_ts - Date.now() - Number(by) * 1000) < 60_000;
  }, "the node's clock is set");
}

test("typing, absence and ringing end in time after the clock was set back", async () => {
  const [anna, boris, vera] = await people(node, 3);
  const { conversation } = await say(anna.session, boris.id, "hello");
  await boris.session.call("presence.watch", { users: [vera.id] });
  await anna.session.call("typing.set", { conversation, on: true });
  await anna.session.call("signal.send", { conversation, kind: "ring", data: {} });
  await vera.session.close();
  await set_clock(boris, an_hour_ago);
  await Promise.all([
    boris.session.next("event.presence", (p) => p.user === vera.id && p.status === "offline"),
    boris.session.next("event.signal", (p) => p.kind === "hangup"),
    boris.session.next("event.typing", (p) => !p.on),
  ]);
  assert.ok((await say(boris.session, anna.id, "still here")).seq > 1);
});
