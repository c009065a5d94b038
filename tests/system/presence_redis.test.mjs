/// Presence in Redis, as operators and other programs see it, and chat while
/// Redis fails.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { bin_dir, ParleyNode } from "./support/node.mjs";
import { Redis } from "./support/redis.mjs";
import { people, say } from "./support/session.mjs";
import { until, within } from "./support/wait.mjs";

let redis, node;

before(async () => {
  redis = await Redis.start();
  node = await ParleyNode.start({
    set: { "redis.addresses": redis.address, "redis.lease": "2s", "presence.coalesce": "50ms",
      "presence.offline_grace": "1s" },
  });
});

after(async () => {
  await node?.stop();
  await redis?.stop();
});

async function ctl(at, ...args) {
  const child = spawn(join(bin_dir, "parleyctl"), ["--ops", at.addresses.ops, ...args]);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => { output += data; });
  const code = await within(new Promise((done) => child.on("close", done)), args.join(" "));
  assert.equal(code, 0, output);
  return output;
}

const show = async (user) => JSON.parse(await ctl(node, "--json", "presence", "show", user));
const field = (user, name) => redis.cli("HGET", `parley:user:${user}`, name);

test("a foreign reader sees who comes, how it is, and who goes", async () => {
  const [user] = await people(node, 1);
  await until(async () => /^on [0-9a-f]+\.\d+ \d+$/.test(await field(user.id, "1")), "there");
  const [, incarnation] = (await field(user.id, "1")).split(" ");
  const lease = await redis.cli("GET", "parley:lease:1");
  assert.equal(lease.split(" ")[0], incarnation);
  await user.session.call("presence.set", { status: "busy" });
  await until(async () => (await field(user.id, "status")) === "busy", "busy");
  await user.session.call("presence.set", { status: "invisible" });
  await until(async () => (await field(user.id, "status")) === "offline", "hidden");
  const left = Date.now();
  await user.session.close();
  await until(async () => (await field(user.id, "1")).startsWith("off "), "gone");
  assert.ok(Math.abs(Number((await field(user.id, "1")).split(" ")[2]) - left) < 5_000);
});

test("operators see users and counts", async () => {
  const [user, other] = await people(node, 2);
  const seen = await show(user.id);
  assert.deepEqual([seen.status, seen.nodes, seen.stale, seen.shared], ["online", [1], false, true]);
  assert.match(await ctl(node, "presence", "show", user.id), /online/);
  assert.match(await ctl(node, "presence", "count"), /all +2/);
  assert.match(await ctl(node, "presence", "top"), /SESSIONS[\s\S]*n1/);
  await other.session.close();
  await until(async () => (await show(other.id)).nodes.length === 0, "gone");
  assert.ok((await show(other.id)).last_seen > 0);
  await user.session.close();
});

test("without Redis the node says that it knows itself only", async () => {
  const alone = await ParleyNode.start();
  const [user] = await people(alone, 1);
  const seen = JSON.parse(await ctl(alone, "--json", "presence", "show", user.id));
  assert.deepEqual([seen.nodes, seen.stale, seen.shared], [[1], false, false]);
  assert.match(await ctl(alone, "presence", "count"), /no Redis is configured/);
  await alone.stop();
});

test("secrets are not shown", async () => {
  const with_secret = await ParleyNode.start({ set: { "redis.password": "keep-this" } });
  const shown = await ctl(with_secret, "config", "show");
  assert.doesNotMatch(shown, /keep-this/);
  assert.match(shown, /prefix: "parley:"/);
  await with_secret.stop();
});

test("a node that stops takes its lease along", async () => {
  const short = await ParleyNode.start({
    set: { "redis.addresses": redis.address, "redis.prefix": "short:" },
  });
  const [user] = await people(short, 1);
  await until(async () => (await redis.cli("EXISTS", `short:user:${user.id}`)) === "1", "there");
  await short.kill("SIGTERM");
  assert.equal(await redis.cli("EXISTS", "short:lease:1"), "0");
  assert.match(await redis.cli("HGET", `short:user:${user.id}`, "1"), /^off /);
  await short.stop();
});

/// The 99th percentile of so many sends, one after the other, in ms.
async function send_p99(from, to, count) {
  const times = [];
  for (let i = 0; i < count; ++i) {
    const began = performance.now();
    await say(from, to, `message ${i}`);
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[Math.floor(count * 0.99)];
}

for (const [signal, what] of [["SIGKILL", "killed"], ["SIGSTOP", "stopped"]]) {
  test(`chat goes on at full speed while Redis is ${what}, and presence comes back`, async () => {
    const [one, two] = await people(node, 2);
    await send_p99(one.session, two.id, 200);
    const before_p99 = await send_p99(one.session, two.id, 500);
    await redis.signal(signal);
    const during_p99 = await send_p99(one.session, two.id, 500);
    const [late] = await people(node, 1);
    assert.deepEqual((await show(late.id)).nodes, [1], "its own it knows");
    assert.equal((await show("nobody-at-all")).stale, true);
    assert.ok(during_p99 < 2 * before_p99 + 10, `p99 ${before_p99} ms, then ${during_p99} ms`);
    await two.session.close();
    if (signal === "SIGKILL") await redis.start();
    else await redis.signal("SIGCONT");
    await until(async () => (await field(late.id, "1")).startsWith("on "), "told again");
    await until(async () => !(await show("nobody-at-all")).stale, "sure again");
    assert.deepEqual((await show(two.id)).nodes, []);
    assert.equal(await node.metric("redis_up"), 1);
    await one.session.close();
    await late.session.close();
  });
}
