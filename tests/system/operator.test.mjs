/// parleyctl, the operators' listener, and what it does to users: 4501, 4503.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync, closeSync, constants, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { bin_dir, ParleyNode } from "./support/node.mjs";
import { password, people, say, Session, sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";
import { scale, until, within } from "./support/wait.mjs";

let anna, boris;

const held = with_node({
  set: {
    "ops.token": "operators-secret",
    "ops.tokens": "olga:operator:token-of-olga-16,grafana:reader:token-of-grafana",
  },
}, async (node) => {
  [anna, boris] = await people(node, 2);
});

function ctl(...args) {
  const all = ["--ops", held.node.addresses.ops, "--token", "operators-secret", ...args];
  const child = spawn(join(bin_dir, "parleyctl"), all);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => { output += data; });
  const ended = new Promise((done) => child.on("close", (code) => done({ code, output })));
  return within(ended, `parleyctl ${args.join(" ")}`);
}

async function good(...args) {
  const { code, output } = await ctl(...args);
  assert.equal(code, 0, `parleyctl ${args.join(" ")}: ${output}`);
  return output;
}

test("the operators' listener wants its token, but not for probes", async () => {
  const { ops_url } = held.node;
  assert.equal((await fetch(`${ops_url}/healthz`)).status, 200);
  assert.equal((await fetch(`${ops_url}/readyz`)).status, 200);
  const refused = await ctl("--token", "wrong", "status");
  assert.notEqual(refused.code, 0);
});

test("status, users, conversations and entities are shown", async () => {
  const { conversation, seq } = await say(anna.session, boris.id, "private-words");
  const status = JSON.parse(await good("status", "--json"));
  assert.equal(typeof status, "object");
  assert.match(await good("status"), /n1/);
  const user = await good("user", "show", anna.id);
  assert.match(user, new RegExp(anna.id));
  const shown = await good("conversation", "show", conversation);
  assert.match(shown, new RegExp(boris.id));
  await good("conversation", "tail", conversation);
  assert.match(await good("entity", "list"), /conversation|user/);
  const trace = await good("trace", conversation, `${seq}`);
  assert.match(trace, /commit/i);
});

test("logout closes a user's sessions with 4501 and revokes its tokens", async () => {
  const [user] = await people(held.node, 1);
  await good("user", "logout", user.id);
  assert.equal((await within(user.session.closed, "close")).code, 4501);
  const check = await held.node.http("GET", "/v1/auth/check", { token: user.token });
  assert.equal(check.status, 401);
});

test("a ban closes with 4503, keeps out, survives a restart, and is lifted", async () => {
  const [user] = await people(held.node, 1);
  await good("user", "ban", user.id);
  assert.equal((await within(user.session.closed, "close")).code, 4503);
  const login = () => held.node.http("POST", "/v1/auth/login", { body: { handle: user.id, password } });
  assert.equal((await login()).status, 403);
  await held.node.restart();
  // Shards may have no owner yet.
  const again = await until(async () => {
    const { status } = await login();
    return status === 503 ? null : status;
  }, "the user can be asked");
  assert.equal(again, 403);
  const late = await Session.connect(held.node, { query: `?token=${user.token}` });
  assert.ok([4501, 4503].includes((await within(late.closed, "close")).code));
  await good("user", "unban", user.id);
  const back = await login();
  assert.equal(back.status, 200);
  const session = await Session.open(held.node, { id: user.id, token: back.body.token });
  await session.close();
});

test("a ban for no time, or for too long, is none", async () => {
  const user = await sign_up(held.node);
  for (const time of ["0s", "-5s", "5w", "1.5h", "200000000d", "999999999999999999d", ""]) {
    const { code, output } = await ctl("user", "ban", user.id, `--for=${time}`);
    assert.notEqual(code, 0, time);
    assert.match(output, /--for/);
  }
  await assert.rejects(held.node.admin("user.ban", { user: user.id, until_ts: Date.now() - 1 }), /until_ts/);
  assert.equal((await held.node.admin("user.show", { user: user.id })).banned, "no");
});

test("a queue that nobody has declared can't be drained", async () => {
  const { code, output } = await ctl("queue", "drain", "typo");
  assert.notEqual(code, 0);
  assert.match(output, /no such queue/);
});

test("what is not there or not asked rightly has its own exit code", async () => {
  const missing = await ctl("user", "show", "nobody-here-at-all");
  assert.notEqual(missing.code, 0);
  const wrong = await ctl("user", "explode", anna.id);
  assert.notEqual(wrong.code, 0);
  assert.notEqual(missing.code, wrong.code);
  const help = await ctl("--help");
  assert.equal(help.code, 0);
  assert.match(help.output, /exit/i);
});

test("the command line explains itself", async () => {
  assert.match(await good("--version"), /^\d+\.\d+/);
  const unknown = await ctl("nod", "list");
  assert.equal(unknown.code, 2);
  assert.match(unknown.output, /no command 'nod'; did you mean 'node'\?/);
  const deeper = await ctl("cluster", "statsu");
  assert.match(deeper.output, /parleyctl cluster has no command 'statsu'; did you mean 'status'\?/);
  assert.equal((await ctl("--ops", "nonsense", "status")).code, 2);
  const as_json = await ctl("--json", "user", "show", "nobody-here-at-all");
  assert.equal(as_json.code, 1);
  assert.equal(JSON.parse(as_json.output).error.exit_code, 1);
  const usage = await ctl("--json", "user", "explode", anna.id);
  assert.equal(JSON.parse(usage.output).error.exit_code, 2);
  const help = await good("help", "node", "drain");
  assert.match(help, /parleyctl node drain n2/);
  assert.doesNotMatch(help, /parleyctl user ban/);
  assert.match((await ctl("reports", "show", "nope")).output, /there is no report nope/);
  assert.match(await good("status"), /uptime +\d+s|uptime +\d+m/);
  assert.match(await good("status"), /storage_free +[\d.]+ [KMGT]iB/);
  assert.match(await good("entity", "list", "-n", "1"), /and more: --limit/);
});

test("who reads what is private, or changes something, is in the audit log", async () => {
  const [vera, boris] = await people(held.node, 2);
  const { conversation } = await say(vera.session, boris.id, "private-words");
  await good("conversation", "tail", conversation);
  await good("user", "show", boris.id);
  await good("keys", "rotate");
  const { actions } = await held.node.admin("audit", { limit: 1000 });
  const entry = (action, subject) =>
    actions.find((each) => each.action === action && each.subject === subject);
  const tail = entry("conversation.tail", conversation);
  assert.ok(tail.by.length > 0);
  assert.match(tail.reason, /from 127\.0\.0\.1/);
  assert.ok(entry("user.show", boris.id));
  assert.ok(entry("keys.rotate", ""));
  assert.ok(!JSON.stringify(actions).includes("private-words"));
});

test("a token of its own has a name, and a reader's only looks", async () => {
  const ask = async (token, method, params = {}) => {
    const answer = await fetch(`${held.node.ops_url}/v1/admin`, {
      method: "POST", headers: { Authorization: `Bearer ${token}` },
      body: JSON.stringify({ method, params }),
    });
    return answer.status;
  };
  assert.equal(await ask("token-of-olga-16", "user.show", { user: boris.id, by: "another" }), 200);
  const { actions } = await held.node.admin("audit", { limit: 1000 });
  assert.ok(actions.some((each) => each.action === "user.show" && each.by === "olga"));
  assert.equal(await ask("token-of-grafana", "status"), 200);
  assert.equal(await ask("token-of-grafana", "conversation.tail", {}), 403);
  assert.equal(await ask("token-of-nobody-at-all", "status"), 401);
});

test("revoked keys verify nothing any more, and clients renew their tokens", async () => {
  const user = await sign_up(held.node);
  const check = (token) => held.node.http("GET", "/v1/auth/check", { token });
  await good("keys", "rotate");
  assert.equal((await check(user.token)).status, 200);
  await good("keys", "rotate", "--revoke");
  assert.equal((await until(async () => {
    const answer = await check(user.token);
    return answer.status === 401 ? answer : null;
  }, "the old key is gone")).status, 401);
  const body = { refresh_token: user.refresh_token };
  const renewed = await held.node.http("POST", "/v1/auth/refresh", { body });
  assert.equal(renewed.status, 200);
  assert.equal((await check(renewed.body.token)).status, 200);
});

test("every metric of the sources is there from the start", async () => {
  const node = await ParleyNode.start();
  const { text } = await node.ops("/metrics");
  await node.stop();
  // Of other nodes, queues, Redis and the hook there are only those that are there.
  const later = /^(parley_link|queue|redis|presence|hook)_/;
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const folders = ["actors", "auth", "base", "cluster", "match", "net", "node", "storage"];
  const sources = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => /\.[ch]pp$/.test(name)).map((name) => join(root, folder, name)));
  const names = new Set();
  for (const file of sources)
    for (const [, name] of readFileSync(file, "utf8").matchAll(/metrics::(?:counter|gauge|histogram)\(\s*"(\w+)"/g))
      names.add(name);
  assert.ok(names.size > 40, `${names.size} metrics`);
  for (const name of names)
    if (!later.test(name)) assert.match(text, new RegExp(`^# TYPE ${name} `, "m"));
  assert.match(text, /^auth_failures_total\{reason="wrong_password"\} 0$/m);
  assert.match(text, /^process_resident_memory_bytes [1-9]/m);
  const lint = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  assert.equal(lint.status, 0, lint.stdout + lint.stderr);
});

test("who is refused is logged with the address, and where operators act", async () => {
  const body = { handle: boris.id, password: "not the password" };
  await held.node.http("POST", "/v1/auth/login", { body });
  await good("user", "mute", boris.id, "--reason", "loud");
  await good("user", "unmute", boris.id);
  const lines = () => held.node.log.join("").split("\n").flatMap((line) => {
    try { return [JSON.parse(line)]; } catch { return []; }
  });
  const failed = await until(() => lines().find((each) => each.event === "sign_in_failed"), "a line");
  assert.deepEqual([failed.level, failed.address, failed.user], ["info", "127.0.0.1", boris.id]);
  const muted = await until(() => lines().find((each) => each.method === "user.mute"), "a line");
  assert.deepEqual([muted.event, muted.subject, muted.address], ["operator_call", boris.id, "127.0.0.1"]);
  assert.ok(!held.node.log.join("").includes("not the password"));
});

test("a node that cannot start says so in lines of JSON", () => {
  for (const set of ["no.such=key", `data_dir=/dev/null/data`]) {
    const run = spawnSync(join(bin_dir, "parleyd"), ["--set", set, "--set", "log.level=off"], { encoding: "utf8" });
    assert.notEqual(run.status, 0);
    for (const line of run.stderr.trim().split("\n")) assert.equal(JSON.parse(line).level, "error", line);
  }
});

test("SIGHUP reads the log's level anew", async () => {
  const dir = mkdtempSync(join(tmpdir(), "parley-level-"));
  const file = join(dir, "node.yaml");
  const node = new ParleyNode({ args: ["--config", file] });
  const reloaded = () => node.log.join("").split('"reloaded"').length - 1;
  try {
    writeFileSync(file, "log: {level: info}\n");
    await node.start();
    node.process.kill("SIGHUP");
    await until(() => reloaded() === 1, "it was read");
    writeFileSync(file, "log: {level: debug}\n");
    node.process.kill("SIGHUP");
    await until(() => reloaded() === 2, "it was read again");
    const user = await sign_up(node);
    const session = await Session.open(node, user);
    await session.close();
    await until(() => node.log.join("").includes('"level":"debug"'), "debug lines");
  } finally {
    await node.stop();
    rmSync(dir, { recursive: true });
  }
});

test("what a node keeps is for nobody else to read", async () => {
  const dir = mkdtempSync(join(tmpdir(), "parley-modes-"));
  chmodSync(dir, 0o755);
  const node = new ParleyNode({ dir });
  try {
    await node.start();
    const all = readdirSync(dir, { recursive: true }).map((name) => join(dir, name));
    assert.ok(all.some((name) => name.endsWith("node.json")));
    for (const name of [dir, ...all]) assert.equal(statSync(name).mode & 0o077, 0, name);
  } finally {
    await node.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});

test("a node whose log nobody reads serves, and ends in time", async () => {
  const dir = mkdtempSync(join(tmpdir(), "parley-fifo-"));
  const fifo = join(dir, "log");
  assert.equal(spawnSync("mkfifo", [fifo]).status, 0);
  const held_open = openSync(fifo, constants.O_RDWR);
  const log = `exec "$@" 2> ${fifo}`;
  const node = new ParleyNode({
    set: { "log.level": "debug", "shutdown.timeout": "3s" }, prefix: ["bash", "-c", log, "parleyd"],
  });
  try {
    await node.start();
    const user = await sign_up(node);
    for (let i = 0; i < 40; ++i) {
      const sessions = await Promise.all(Array.from({ length: 20 }, () => Session.open(node, user)));
      await Promise.all(sessions.map((session) => session.close()));
    }
    const begun = Date.now();
    const { code } = await node.kill("SIGTERM");
    assert.equal(code, 0);
    assert.ok(Date.now() - begun < 6_000 * scale, `${Date.now() - begun} ms`);
  } finally {
    closeSync(held_open);
    await node.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});

test("the configuration is checked and shown", async () => {
  await good("config", "show");
  const node_user = await sign_up(held.node);
  assert.ok(node_user.id);
});
