/// Who may call which method: each cell of the table, over both transports, on a
/// real node. The expectations stand here once more, independently of the code.

import assert from "node:assert/strict";
import { test } from "node:test";
import { good } from "./support/cluster.mjs";
import { CallError, fresh_handle, make_group, people, say, Session, sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";
import { until } from "./support/wait.mjs";

/// So many cells are tried at a time, each with a queue of its own.
const lanes = Array.from({ length: 12 }, (_, i) => `lane${i}`);
const set = Object.fromEntries(lanes.map((queue) => [`queues.${queue}.met_for`, "0ms"]));
const held = with_node({ set });

// -- calling -------------------------------------------------------------------

/// What becomes of a call over a WebSocket: "ok", an error's code, or "closed".
async function over_websocket({ session }, method, params) {
  try {
    await session.call(method, params);
    return "ok";
  } catch (error) {
    return error instanceof CallError ? `${error.code}` : "closed";
  }
}

async function over_http({ token }, method, params) {
  const body = { jsonrpc: "2.0", id: 1, method, params };
  const answer = await held.node.http("POST", "/v1/rpc", { body, token });
  const { error } = answer.body;
  return error ? `${error.code}` : "ok";
}

const transports = { websocket: over_websocket, http: over_http };

// -- people --------------------------------------------------------------------

const with_session = async (user) => ({ ...user, session: await Session.open(held.node, user) });

async function guest() {
  const { body } = await held.node.http("POST", "/v1/auth/guest", { body: {} });
  return with_session({ ...body, id: body.user.id });
}

const nobody = async () => ({ token: undefined, session: await Session.connect(held.node) });

const ops_caller = async () => ({ token: "an-operator-s-token", session: await Session.connect(held.node) });

async function banned(user) {
  await good(held.node, "user", "ban", user.id, "--reason", "test");
  await user.session.closed;
  return user;
}

async function muted(user) {
  await good(held.node, "user", "mute", user.id, "--reason", "test");
  return user;
}

// -- worlds --------------------------------------------------------------------

/// A group with its owner, a member who writes, and the caller in that relation.
async function in_a_group(relation, is_public = false) {
  const [owner, other, caller] = await people(held.node, 3);
  const group = await make_group(owner, [other], { public: is_public });
  const conversation = group.id;
  const invite = () => owner.session.call("conversation.invite", { conversation, users: [caller.id] });
  const world = { conversation, owner, other, caller, everyone: [owner, other, caller] };
  if (relation === "owner") world.caller = owner;
  else if (!["stranger", "guest", "nobody", "operator"].includes(relation)) await invite();
  if (relation === "admin")
    await owner.session.call("conversation.set_role", { conversation, user: caller.id, role: "admin" });
  if (relation === "left") await caller.session.call("conversation.leave", { conversation });
  if (relation === "removed")
    await owner.session.call("conversation.remove", { conversation, user: caller.id });
  await as_anybody(world, relation);
  world.seq = (await say(world.other.session, conversation, "theirs")).seq;
  if (["owner", "admin", "member", "invited", "muted"].includes(relation))
    world.own = (await say(world.caller.session, conversation, "mine")).seq;
  if (relation === "muted") await muted(world.caller);
  if (relation === "banned") await banned(world.caller);
  return world;
}

async function as_anybody(world, relation) {
  if (relation === "guest") world.caller = await guest();
  if (relation === "nobody") world.caller = await nobody();
  if (relation === "operator") world.caller = await ops_caller();
}

/// A direct conversation of the caller, or one of two others.
async function in_a_direct(relation) {
  const [other, caller, third] = await people(held.node, 3);
  const world = { other, caller, everyone: [other, caller, third] };
  const of_others = ["stranger", "guest", "nobody", "operator"].includes(relation);
  const peer = of_others ? third : caller;
  const { conversation, seq } = await say(other.session, peer.id, "theirs");
  Object.assign(world, { conversation, seq });
  if (!of_others) world.own = (await say(caller.session, conversation, "mine")).seq;
  if (relation === "blocking") await caller.session.call("user.block", { user: other.id });
  if (relation === "blocked") await other.session.call("user.block", { user: caller.id });
  await as_anybody(world, relation);
  if (relation === "muted") await muted(caller);
  if (relation === "banned") await banned(caller);
  return world;
}

/// Two who were matched, one of them the caller or neither.
async function in_a_match(relation, queue) {
  const [other, caller, third] = await people(held.node, 3);
  const world = { other, caller: relation === "guest" ? await guest() : caller };
  world.everyone = [other, caller, third];
  const of_others = ["stranger", "nobody", "operator"].includes(relation);
  const peer = of_others ? third : world.caller;
  for (const each of [other, peer]) await each.session.call("match.enqueue", { queue, self: {} });
  const { conversation } = await other.session.next("event.match", (e) => e.state === "found");
  Object.assign(world, { conversation });
  world.seq = (await say(other.session, conversation, "theirs")).seq;
  if (!of_others) world.own = (await say(peer.session, conversation, "mine")).seq;
  if (relation === "left") {
    await peer.session.call("match.leave");
    await other.session.next("event.match", (e) => e.state === "ended");
    await until(async () => (await over_websocket(other, "conversation.get", { conversation })) === "403", "the match is closed");
  }
  if (["nobody", "operator"].includes(relation)) await as_anybody(world, relation);
  if (relation === "muted") await muted(world.caller);
  if (relation === "banned") await banned(world.caller);
  return world;
}

// -- methods -------------------------------------------------------------------

const about = (more = () => ({})) => (w) => ({ conversation: w.conversation, ...more(w) });
const new_user = async () => (await sign_up(held.node)).id;
let made = 0;
const fresh_id = () => `r${++made}`;

/// The parameters of a call that would do something in that world.
const params_of = {
  "conversation.get": about(),
  "conversation.update": about(() => ({ title: `title ${fresh_id()}` })),
  "conversation.update public": about(() => ({ public: true })),
  "conversation.invite": about((w) => ({ users: [w.newcomer] })),
  "conversation.remove": about((w) => ({ user: w.other.id })),
  "conversation.join": about(),
  "conversation.leave": about(),
  "conversation.set_role": about((w) => ({ user: w.other.id, role: "admin" })),
  "conversation.mute": about(),
  "message.send": about(() => ({ client_id: fresh_id(), text: "hello" })),
  "message.edit": about((w) => ({ seq: w.own ?? w.seq, text: "edited" })),
  "message.delete": about((w) => ({ seq: w.own ?? w.seq })),
  "message.react": about((w) => ({ seq: w.seq, emoji: "👍" })),
  "message.history": about(),
  "message.reactions": about((w) => ({ seq: w.seq })),
  "message.delivered": about((w) => ({ seq: w.seq })),
  "message.read": about((w) => ({ seq: w.seq })),
  "typing.set": about(() => ({ on: true })),
  "signal.send": about((w) => ({ kind: "ring", to: w.other?.id })),
  "report.create": about((w) => ({ user: w.other.id, reason: "spam" })),
};

/// `public` is the relation's cell in a group that anybody may join.
const table = (text) => {
  const [head, ...rows] = text.trim().split("\n").map((line) => line.trim().split(/ {2,}/));
  return rows.flatMap(([method, ...cells]) =>
    cells.map((expected, i) => ({ method, relation: head[i + 1], expected })));
};

// One value: both transports. `a|b`: WebSocket and HTTP.
const group = table(`
  method                      owner  admin  member  invited  muted  left  removed  banned      stranger  guest  nobody  operator
  conversation.get            ok     ok     ok      ok       ok     403   403      closed|403  404       403    401     401
  conversation.update         ok     ok     403     403      403    403   403      closed|403  404       403    401     401
  conversation.update public  ok     403    403     403      403    403   403      closed|403  404       403    401     401
  conversation.invite         ok     ok     403     403      403    403   403      closed|403  404       403    401     401
  conversation.remove         ok     ok     403     403      403    403   403      closed|403  404       403    401     401
  conversation.join           ok     ok     ok      ok       ok     403   403      closed|403  404       403    401     401
  conversation.leave          ok     ok     ok      ok       ok     403   403      closed|403  404       403    401     401
  conversation.set_role       ok     403    403     403      403    403   403      closed|403  404       403    401     401
  conversation.mute           ok     ok     ok      ok       ok     403   403      closed|403  404       403    401     401
  message.send                ok     ok     ok      ok       403    403   403      closed|403  404       403    401     401
  message.edit                ok     ok     ok      ok       403    403   403      closed|403  404       403    401     401
  message.delete              ok     ok     ok      ok       ok     403   403      closed|403  404       403    401     401
  message.react               ok     ok     ok      ok       403    403   403      closed|403  404       403    401     401
  message.history             ok     ok     ok      ok       ok     403   403      closed|403  404       403    401     401
  message.reactions           ok     ok     ok      ok       ok     403   403      closed|403  404       403    401     401
  message.delivered           ok     ok     ok      ok       ok     403   403      closed|403  404       403    401     401
  message.read                ok     ok     ok      ok       ok     403   403      closed|403  404       403    401     401
  typing.set                  ok     ok     ok      ok       403    403   403      closed|403  404       403    401     401
  signal.send                 ok|403  ok|403  ok|403  ok|403  403  403  403  closed|403  404|403  403  401  401
  report.create               ok     ok     ok      ok       ok     403   403      closed|403  404       404    401     401
`);

const open_group = table(`
  method             owner  member  left  removed  banned      stranger  guest  nobody
  conversation.join  ok     ok      ok    403      closed|403  ok        403    401
  message.history    ok     ok      403   403      closed|403  404       403    401
  message.reactions  ok     ok      403   403      closed|403  404       403    401
  message.send       ok     ok      403   403      closed|403  404       403    401
`);

const direct = table(`
  method                      member  blocking  blocked  muted  banned      stranger  guest  nobody  operator
  conversation.get            ok      ok        ok       ok     closed|403  404       403    401     401
  conversation.update         403     403       403      403    closed|403  404       403    401     401
  conversation.update public  403     403       403      403    closed|403  404       403    401     401
  conversation.invite         403     403       403      403    closed|403  404       403    401     401
  conversation.remove         403     403       403      403    closed|403  404       403    401     401
  conversation.join           403     403       403      403    closed|403  404       403    401     401
  conversation.leave          403     403       403      403    closed|403  404       403    401     401
  conversation.set_role       403     403       403      403    closed|403  404       403    401     401
  conversation.mute           ok      ok        ok       ok     closed|403  404       403    401     401
  message.send                ok      403       403      403    closed|403  404       403    401     401
  message.edit                ok      403       403      403    closed|403  404       403    401     401
  message.delete              ok      ok        ok       ok     closed|403  404       403    401     401
  message.react               ok      403       403      403    closed|403  404       403    401     401
  message.history             ok      ok        ok       ok     closed|403  404       403    401     401
  message.reactions           ok      ok        ok       ok     closed|403  404       403    401     401
  message.delivered           ok      ok        ok       ok     closed|403  404       403    401     401
  message.read                ok      ok        ok       ok     closed|403  404       403    401     401
  typing.set                  ok      403       403      403    closed|403  404       403    401     401
  signal.send                 ok|403  403       403      403    closed|403  404|403   403    401     401
  report.create               ok      ok        ok       ok     closed|403  404       404    401     401
`);

const match = table(`
  method                      member  guest   muted  left  banned      stranger  nobody  operator
  conversation.get            ok      ok      ok     403   closed|403  404       401     401
  conversation.update         403     403     403    403   closed|403  404       401     401
  conversation.invite         403     403     403    403   closed|403  404       401     401
  conversation.remove         403     403     403    403   closed|403  404       401     401
  conversation.join           403     403     403    403   closed|403  404       401     401
  conversation.leave          403     403     403    403   closed|403  404       401     401
  conversation.set_role       403     403     403    403   closed|403  404       401     401
  conversation.mute           ok      403     ok     403   closed|403  404       401     401
  message.send                ok      ok      403    403   closed|403  404       401     401
  message.edit                ok      ok      403    403   closed|403  404       401     401
  message.delete              ok      ok      ok     403   closed|403  404       401     401
  message.react               ok      ok      403    403   closed|403  404       401     401
  message.history             ok      ok      ok     403   closed|403  404       401     401
  message.reactions           ok      ok      ok     403   closed|403  404       401     401
  message.delivered           ok      ok      ok     403   closed|403  404       401     401
  message.read                ok      ok      ok     403   closed|403  404       401     401
  typing.set                  ok      ok      403    403   closed|403  404       401     401
  signal.send                 ok|403  ok|403  403    403   closed|403  404|403   401     401
  report.create               ok      ok      ok     ok    closed|403  404       401     401
`);

/// Methods that are about no conversation.
const plain = table(`
  method            user        muted       guest       banned      nobody  operator
  contact.add       ok          ok          403         closed|403  401     401
  contact.list      ok          ok          403         closed|403  401     401
  contact.remove    ok          ok          403         closed|403  401     401
  conversation.create  ok       403         403         closed|403  401     401
  conversation.list  ok         ok          403         closed|403  401     401
  ice.servers       ok          ok          ok          closed|403  401     401
  match.enqueue     ok          403         ok          closed|403  401     401
  match.cancel      ok          ok          ok          closed|403  401     401
  match.next        404         403         404         closed|403  401     401
  match.leave       404         404         404         closed|403  401     401
  presence.get      ok          ok          403         closed|403  401     401
  presence.set      ok          ok          403         closed|403  401     401
  presence.watch    ok|-32601   ok|-32601   403|-32601  closed|403  401     401
  presence.unwatch  ok|-32601   ok|-32601   403|-32601  closed|403  401     401
  session.ping      ok          ok          ok          closed|403  401     401
  sync              ok          ok          ok          closed|403  401     401
  user.block        ok          ok          403         closed|403  401     401
  user.blocked      ok          ok          403         closed|403  401     401
  user.get          ok          ok          ok          closed|403  401     401
  user.search       ok          ok          403         closed|403  401     401
  user.unblock      ok          ok          403         closed|403  401     401
  user.update       ok          403         403         closed|403  401     401
`);

const plain_params = {
  "contact.add": (w) => ({ user: w.other.id }),
  "contact.remove": (w) => ({ user: w.other.id }),
  "conversation.create": (w) => ({ kind: "group", members: [w.other.id] }),
  "match.enqueue": (w) => ({ queue: w.queue, self: {} }),
  "presence.get": (w) => ({ users: [w.other.id] }),
  "presence.set": () => ({ status: "away" }),
  "presence.watch": (w) => ({ users: [w.other.id] }),
  "presence.unwatch": (w) => ({ users: [w.other.id] }),
  "user.block": (w) => ({ user: w.other.id }),
  "user.get": (w) => ({ user: w.other.id }),
  "user.search": () => ({ prefix: "us" }),
  "user.unblock": (w) => ({ user: w.other.id }),
  "user.update": () => ({ display_name: "Somebody" }),
};

async function as_user(relation) {
  const [caller, other] = await people(held.node, 2);
  const world = { caller, other, everyone: [caller, other] };
  await as_anybody(world, relation);
  if (relation === "muted") await muted(caller);
  if (relation === "banned") await banned(caller);
  return world;
}

// -- walking through -----------------------------------------------------------

const expected_over = (cell, name) => {
  const [websocket, http = websocket] = cell.split("|");
  return name === "http" ? http : websocket;
};

/// Makes the call of a cell over one transport, in a world of its own: what is
/// wrong about it, if anything.
async function try_cell({ method, relation, expected }, transport, make_world, params, queue) {
  const world = await make_world(relation, queue);
  Object.assign(world, { queue, newcomer: await new_user() });
  const given = params[method]?.(world) ?? {};
  const got = await transports[transport](world.caller, method.split(" ")[0], given);
  const due = expected_over(expected, transport);
  for (const { session } of [world.caller, ...world.everyone]) session.ws.terminate();
  return got === due ? [] : [`${method} by ${relation} over ${transport}: ${got}, not ${due}`];
}

async function walk(cells, make_world, params) {
  const tries = cells.flatMap((cell) => Object.keys(transports).map((name) => [cell, name]));
  const wrong = [];
  await Promise.all(lanes.map(async (queue) => {
    for (let next = tries.shift(); next; next = tries.shift())
      wrong.push(...await try_cell(...next, make_world, params, queue));
  }));
  assert.deepEqual(wrong, []);
}

test("in a group", () => walk(group, (r) => in_a_group(r), params_of));
test("in a group that is public", () => walk(open_group, (r) => in_a_group(r, true), params_of));
test("in a direct conversation", () => walk(direct, in_a_direct, params_of));
test("in a match", () => walk(match, in_a_match, params_of));
test("where there is no conversation", () => walk(plain, as_user, plain_params));

test("the tables name every method", async () => {
  const { readFileSync } = await import("node:fs");
  const document = JSON.parse(readFileSync(new URL("../../docs/openrpc.json", import.meta.url)));
  const named = new Set([...group, ...plain].map((cell) => cell.method.split(" ")[0]));
  named.add("session.open");
  assert.deepEqual(document.methods.map((m) => m.name).filter((name) => !named.has(name)), []);
});

test("a session is opened by a good token only", async () => {
  const user = await sign_up(held.node, fresh_handle());
  const session = await Session.connect(held.node);
  assert.equal((await session.fails("session.open", { token: "x.y.z" })).code, 401);
  assert.equal(await over_http(user, "session.open", { token: user.token }), "-32601");
  await session.call("session.open", { token: user.token });
});

test("a direct conversation is of two, whatever somebody calls themselves", async () => {
  const [alice, bob, mallory] = await people(held.node, 3);
  const { conversation } = await say(alice.session, bob.id, "our secret");
  await assert.rejects(sign_up(held.node, conversation), { code: 400 });
  assert.notEqual(await over_websocket(mallory, "user.block", { user: conversation }), "ok");
  await mallory.session.call("user.block", { user: alice.id });
  await mallory.session.call("user.unblock", { user: alice.id });
  assert.equal(await over_websocket(mallory, "message.history", { conversation }), "404");
  const { members } = await alice.session.call("conversation.get", { conversation });
  assert.deepEqual(members.map((m) => m.user), [alice.id, bob.id].sort());
});

test("a report of whatever place ends no node", async () => {
  const [anna, boris] = await people(held.node, 2);
  await anna.session.call("match.enqueue", { queue: lanes[0], self: {} });
  await anna.session.call("match.cancel");
  const { conversation } = await say(anna.session, boris.id, "x");
  await anna.session.call("report.create", { user: boris.id, conversation, reason: "spam" });
  const group = await make_group(anna, [boris]);
  await boris.session.call("match.enqueue", { queue: lanes[0], self: {} });
  await boris.session.call("match.cancel");
  await boris.session.call("report.create", { user: anna.id, conversation: group.id, reason: "spam" });
  // The queue has heard of it once it answers both again.
  for (const { session } of [anna, boris]) await session.call("match.enqueue", { queue: lanes[0], self: {} });
  await held.node.kill();
  await held.node.start();
  const again = await Session.open(held.node, anna);
  assert.ok((await again.call("session.ping")).server_ts > 0);
});
