/// PROTOCOL section 6: presence, contacts, users and blocking.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fresh_handle, make_group, people, say, Session, sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";
import { until } from "./support/wait.mjs";

const held = with_node({
  set: { "presence.offline_grace": "2s", "presence.coalesce": "100ms" },
});

const watch = async (session, ...users) =>
  (await session.call("presence.watch", { users })).presences;
const get = async (session, user) =>
  (await session.call("presence.get", { users: [user] })).presences[0];
const hears = (session, user, status, ms) =>
  session.next("event.presence", (e) => e.user === user && e.status === status, ms);

test("a watcher hears of coming, changing and, after a grace, of going", async () => {
  const [watcher] = await people(held.node, 1);
  const user = await sign_up(held.node);
  const [before] = await watch(watcher.session, user.id);
  assert.equal(before.status, "offline");
  const session = await Session.open(held.node, user);
  await hears(watcher.session, user.id, "online");
  await session.call("presence.set", { status: "busy", text: "in a call" });
  const busy = await hears(watcher.session, user.id, "busy");
  assert.equal(busy.text, "in a call");
  const left = Date.now();
  await session.close();
  const gone = await hears(watcher.session, user.id, "offline");
  assert.ok(Date.now() - left > 1_500, "not before the grace has passed");
  assert.ok(Math.abs(gone.last_seen - left) < 5_000);
});

test("who comes back within the grace never went", async () => {
  const [watcher] = await people(held.node, 1);
  const user = await sign_up(held.node);
  const first = await Session.open(held.node, user);
  await watch(watcher.session, user.id);
  await first.close();
  const second = await Session.open(held.node, user);
  await second.call("presence.set", { status: "away" });
  await hears(watcher.session, user.id, "away");
  assert.deepEqual(watcher.session.seen("event.presence", (e) => e.status === "offline"), []);
  await second.close();
});

test("one of two devices leaving is no going", async () => {
  const user = await sign_up(held.node);
  const [watcher] = await people(held.node, 1);
  const phone = await Session.open(held.node, user);
  const laptop = await Session.open(held.node, user);
  await phone.close();
  assert.equal((await get(watcher.session, user.id)).status, "online");
  await laptop.close();
});

test("many changes at once reach a watcher as few", async () => {
  const [watcher, user] = await people(held.node, 2);
  await watch(watcher.session, user.id);
  for (let i = 0; i < 30; ++i)
    await user.session.call("presence.set", { status: i % 2 ? "away" : "busy" });
  await user.session.call("presence.set", { status: "online", text: "last" });
  await watcher.session.next("event.presence", (e) => e.text === "last");
  const told = watcher.session.seen("event.presence").length;
  assert.ok(told < 15, `${told} events for 31 changes`);
});

test("who does not watch hears nothing, and no longer after unwatch", async () => {
  const [one, two, user] = await people(held.node, 3);
  await watch(one.session, user.id);
  await watch(two.session, user.id);
  await one.session.call("presence.unwatch", { users: [user.id] });
  await user.session.call("presence.set", { status: "away" });
  await hears(two.session, user.id, "away");
  await one.session.call("session.ping");
  assert.deepEqual(one.session.seen("event.presence", (e) => e.status === "away"), []);
});

test("the invisible look offline to all but can do everything", async () => {
  const [watcher, user] = await people(held.node, 2);
  await watch(watcher.session, user.id);
  await user.session.call("presence.set", { status: "invisible", text: "hiding" });
  const seen = await hears(watcher.session, user.id, "offline");
  assert.equal(seen.text, undefined);
  assert.equal((await get(watcher.session, user.id)).status, "offline");
  await say(user.session, watcher.id, "still here");
  await watcher.session.next("event.message", (m) => m.text === "still here");
  assert.equal((await get(watcher.session, user.id)).status, "offline");
});

test("the chosen status is kept over sessions", async () => {
  const [watcher, user] = await people(held.node, 2);
  await user.session.call("presence.set", { status: "busy" });
  await user.session.close();
  const again = await Session.open(held.node, user);
  assert.equal((await get(watcher.session, user.id)).status, "busy");
  await again.close();
});

test("blocking hides presence and stops messages, both ways; unblocking undoes it", async () => {
  const [one, two] = await people(held.node, 2);
  const { conversation } = await say(one.session, two.id, "before");
  await watch(two.session, one.id);
  await watch(one.session, two.id);
  assert.deepEqual(await one.session.call("user.block", { user: two.id }), {});
  for (const [from, to] of [[one, two], [two, one]]) {
    const params = { client_id: "blocked", text: "x" };
    const by_name = await until(async () =>
      from.session.call("message.send", { ...params, to: to.id }).catch((e) => e), "blocked");
    assert.equal(by_name.code, 403);
    assert.equal((await from.session.fails("message.send", { ...params, conversation })).code, 403);
    await until(async () => (await get(from.session, to.id)).status === "offline", "hidden");
  }
  const { messages } = await two.session.call("message.history", { conversation });
  assert.equal(messages.length, 1, "what was said stays");
  await one.session.call("user.unblock", { user: two.id });
  await until(async () => (await get(two.session, one.id)).status === "online", "seen again");
  const sent = await until(async () =>
    say(two.session, one.id, "after").catch(() => null), "unblocked");
  assert.equal(sent.conversation, conversation);
});

test("who is blocked hears no presence event", async () => {
  const [one, two, three] = await people(held.node, 3);
  await watch(two.session, one.id);
  await watch(three.session, one.id);
  await one.session.call("user.block", { user: two.id });
  await until(async () => (await get(two.session, one.id)).status === "offline", "hidden");
  two.session.events.length = 0;
  await one.session.call("presence.set", { status: "away" });
  await hears(three.session, one.id, "away");
  await two.session.call("session.ping");
  assert.deepEqual(two.session.seen("event.presence", (e) => e.status !== "offline"), []);
});

test("a first message to someone who blocked is refused as well", async () => {
  const [one, two] = await people(held.node, 2);
  await one.session.call("user.block", { user: two.id });
  const params = { to: one.id, client_id: "1", text: "x" };
  assert.equal((await two.session.fails("message.send", params)).code, 403);
});

test("the blocked cannot draw the blocker into a group", async () => {
  const [one, two] = await people(held.node, 2);
  await one.session.call("user.block", { user: two.id });
  const params = { kind: "group", title: "Trap", members: [one.id] };
  const answer = await two.session.call("conversation.create", params).catch((e) => e);
  if (answer.code) assert.equal(answer.code, 403);
  else {
    const { members } = await two.session.call("conversation.get", { conversation: answer.conversation.id });
    assert.deepEqual(members.map((m) => m.user), [two.id]);
  }
});

test("groups go on between those who blocked each other", async () => {
  const [one, two] = await people(held.node, 2);
  const { id } = await make_group(one, [two]);
  await one.session.call("user.block", { user: two.id });
  await say(two.session, id, "in the group");
  await one.session.next("event.message", (m) => m.text === "in the group");
});

test("contacts are kept, listed and removed", async () => {
  const [one, two, three] = await people(held.node, 3);
  const list = async () =>
    (await one.session.call("contact.list")).contacts.map((c) => c.id).sort();
  await one.session.call("contact.add", { user: two.id });
  await one.session.call("contact.add", { user: three.id });
  await one.session.call("contact.add", { user: two.id });
  assert.deepEqual(await list(), [two.id, three.id].sort());
  await one.session.call("contact.remove", { user: two.id });
  assert.deepEqual(await list(), [three.id]);
  assert.equal((await one.session.fails("contact.add", { user: fresh_handle() })).code, 404);
});

test("profiles are updated and read by others", async () => {
  const [one, two] = await people(held.node, 2);
  await one.session.call("user.update", { display_name: "Öne 🎈", avatar: "https://example.org/1.png" });
  const { user } = await two.session.call("user.get", { user: one.id });
  assert.equal(user.display_name, "Öne 🎈");
  assert.equal(user.avatar, "https://example.org/1.png");
  assert.equal(user.guest, false);
});

test("people are found by the beginning of their handle", async () => {
  const stem = fresh_handle("zebra");
  const users = await Promise.all(["a", "b", "c"].map((end) => sign_up(held.node, `${stem.slice(0, 24)}${end}`)));
  const [searcher] = await people(held.node, 1);
  const search = async (prefix, limit) =>
    (await searcher.session.call("user.search", { prefix, ...(limit && { limit }) })).users.map((u) => u.id);
  const prefix = users[0].id.slice(0, -1);
  await until(async () => (await search(prefix)).length === 3, "all are listed");
  assert.deepEqual(await search(prefix), users.map((u) => u.id).sort());
  assert.equal((await search(prefix, 2)).length, 2);
  assert.deepEqual(await search(`${prefix}c`), [users[2].id]);
});
