/// What others may know of a user, and what a user's own devices are told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { people, say, Session } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";

const grace = 700;
const held = with_node({ set: { "presence.coalesce": "0ms", "presence.offline_grace": `${grace}ms` } });

const presence_of = async (session, user) =>
  (await session.call("presence.get", { users: [user.id] })).presences[0];

const told = (session, user, status) => session.next("event.presence",
  (p) => p.user === user.id && p.status === status);

test("who is blocked and watches is told once, and again after the block", async () => {
  const [anna, boris] = await people(held.node, 2);
  await boris.session.call("presence.watch", { users: [anna.id] });
  await anna.session.call("presence.watch", { users: [boris.id] });
  await anna.session.call("user.block", { user: boris.id });
  for (const [session, user] of [[boris.session, anna], [anna.session, boris]]) {
    assert.equal((await told(session, user, "offline")).last_seen, undefined);
    assert.equal((await presence_of(session, user)).status, "offline");
  }
  const refused = await boris.session.fails("message.send", { to: anna.id, client_id: "1", text: "x" });
  assert.equal(refused.code, 403);
  assert.doesNotMatch(refused.data.detail, /block/);
  await anna.session.call("user.unblock", { user: boris.id });
  await told(boris.session, anna, "online");
  await told(anna.session, boris, "online");
});

test("who hides looks like who leaves", async () => {
  const [anna, boris, vera] = await people(held.node, 3);
  await vera.session.call("presence.watch", { users: [anna.id, boris.id] });
  const began = Date.now();
  await anna.session.call("presence.set", { status: "invisible", text: "secret" });
  await boris.session.close();
  assert.equal((await presence_of(vera.session, anna)).status, "online", "for as long as who leaves");
  const [hidden, left] = await Promise.all([told(vera.session, anna, "offline"), told(vera.session, boris, "offline")]);
  const since = Date.now() - began;
  assert.ok(since >= grace - 50, `${since} ms`);
  for (const view of [hidden, left]) assert.ok(Math.abs(view.last_seen - began) < grace, `${view.last_seen - began}`);
  assert.deepEqual(Object.keys(hidden).sort(), Object.keys(left).sort());
  await anna.session.close();
  const back = await Session.open(held.node, anna);
  const { last_seen } = await presence_of(vera.session, anna);
  assert.equal(last_seen, hidden.last_seen, "nobody has seen it since");
  await back.call("presence.set", { status: "online" });
  await told(vera.session, anna, "online");
});

test("one's own status is what one has set", async () => {
  const [anna] = await people(held.node, 1);
  const other = await Session.open(held.node, anna);
  await anna.session.call("presence.set", { status: "invisible", text: "shh" });
  const own = await presence_of(other, anna);
  assert.equal(own.status, "invisible");
  assert.equal(own.text, "shh");
});

test("a user's other devices are told what one has set", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { conversation } = await say(boris.session, anna.id, "x");
  const other = await Session.open(held.node, anna);
  const all = [
    ["conversation.mute", { conversation, until_ts: 4102444800000 }, { conversation, muted_until: 4102444800000 }],
    ["contact.add", { user: boris.id }, { contact: { user: boris.id, on: true } }],
    ["user.block", { user: boris.id }, { block: { user: boris.id, on: true } }],
    ["presence.set", { status: "away" }, { presence: { user: anna.id, status: "away" } }],
  ];
  for (const [method, params, expected] of all) {
    await anna.session.call(method, params);
    assert.deepEqual(await other.next("event.settings"), expected);
  }
  await anna.session.call("user.update", { display_name: "Anna A." });
  assert.equal((await other.next("event.settings")).profile.display_name, "Anna A.");
  assert.equal(anna.session.seen("event.settings").length, 0, "who has set it knows");
  assert.equal(boris.session.seen("event.settings").length, 0);
});

test("one's own reactions are known, and who else has reacted", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { conversation, seq } = await say(anna.session, boris.id, "x");
  for (const emoji of ["👍", "🎉"]) await boris.session.call("message.react", { conversation, seq, emoji });
  await anna.session.call("message.react", { conversation, seq, emoji: "👍" });
  const seen_by = async ({ session }) => {
    const { messages } = await session.call("message.history", { conversation });
    const { conversations } = await session.call("sync", { conversations: { [conversation]: 0 } });
    const { conversations: [summary] } = await session.call("conversation.list");
    const all = [messages[0], conversations[0].events[0].params, summary.last_message];
    return all.map((m) => (m.mine ?? []).sort());
  };
  assert.deepEqual(await seen_by(boris), Array(3).fill(["🎉", "👍"].sort()));
  assert.deepEqual(await seen_by(anna), Array(3).fill(["👍"]));
  const first = await anna.session.call("message.reactions", { conversation, seq, limit: 1 });
  const rest = await anna.session.call("message.reactions", { conversation, seq, cursor: first.cursor });
  const pairs = [...first.reactions, ...rest.reactions].map(({ user, emoji }) => `${user} ${emoji}`).sort();
  assert.deepEqual(pairs, [`${anna.id} 👍`, `${boris.id} 👍`, `${boris.id} 🎉`].sort());
  assert.equal(rest.cursor, undefined);
});

test("a direct conversation names the other", async () => {
  const [anna, boris] = await people(held.node, 2);
  await say(anna.session, boris.id, "x");
  for (const [one, other] of [[anna, boris], [boris, anna]])
    assert.equal((await one.session.call("conversation.list")).conversations[0].peer, other.id);
});

test("mentions can be edited, and whom one has blocked is known", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { conversation } = await anna.session.call("message.send",
    { to: boris.id, client_id: "m", text: "@x", mentions: [boris.id] });
  await anna.session.call("message.edit", { conversation, seq: 1, text: "x" });
  const mentions = async () => (await boris.session.call("message.history", { conversation })).messages[0].mentions;
  assert.deepEqual(await mentions(), [boris.id], "without any they stay");
  await anna.session.call("message.edit", { conversation, seq: 1, text: "x", mentions: [] });
  assert.equal(await mentions(), undefined);
  await anna.session.call("user.block", { user: boris.id });
  assert.deepEqual(await anna.session.call("user.blocked"), { users: [boris.id] });
  assert.deepEqual(await boris.session.call("user.blocked"), { users: [] });
});
