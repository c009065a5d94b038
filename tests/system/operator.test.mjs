/// parleyctl, the operators' listener, and what it does to users: 4501, 4503.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { bin_dir } from "./support/node.mjs";
import { password, people, say, Session, sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";
import { within } from "./support/wait.mjs";

let anna, boris;

const held = with_node({ set: { "ops.token": "operators-secret" } }, async (node) => {
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
  assert.equal((await login()).status, 403);
  const late = await Session.connect(held.node, { query: `?token=${user.token}` });
  assert.ok([4501, 4503].includes((await within(late.closed, "close")).code));
  await good("user", "unban", user.id);
  const back = await login();
  assert.equal(back.status, 200);
  const session = await Session.open(held.node, { id: user.id, token: back.body.token });
  await session.close();
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

test("the configuration is checked and shown", async () => {
  await good("config", "show");
  const node_user = await sign_up(held.node);
  assert.ok(node_user.id);
});
