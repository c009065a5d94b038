/// PROTOCOL section 6, conversations: groups, roles, and what members may see.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make_group, people, say, Session, sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";
import { until } from "./support/wait.mjs";

let anna, boris, clara;

const held = with_node({}, async (node) => {
  [anna, boris, clara] = await people(node, 3);
});

const roles_of = async (session, conversation) => {
  const { members } = await session.call("conversation.get", { conversation });
  return Object.fromEntries(members.map((m) => [m.user, m.role]));
};

const change = (session, conversation, kind) =>
  session.next("event.conversation", (e) => e.conversation === conversation && e.change === kind);

test("a group has an owner, its members hear of it and can talk", async () => {
  const group = await make_group(anna, [boris, clara], { title: "Team 🚀" });
  assert.match(group.id, /^g\.[0-9A-HJKMNP-TV-Z]{26}$/i);
  const { kind, title, member_count, unread, last_seq } = group;
  assert.deepEqual({ kind, title, member_count, public: group.public, unread },
    { kind: "group", title: "Team 🚀", member_count: 3, public: false, unread: 0 });
  assert.ok(last_seq >= 1);
  const event = await change(boris.session, group.id, "created");
  assert.equal(event.by, anna.id);
  assert.deepEqual(await roles_of(clara.session, group.id),
    { [anna.id]: "owner", [boris.id]: "member", [clara.id]: "member" });
  const { seq } = await say(boris.session, group.id, "hi all");
  for (const { session } of [anna, clara])
    await session.next("event.message", (m) => m.conversation === group.id && m.seq === seq);
});

test("a group created again with the same client_id is the same group", async () => {
  const params = { kind: "group", title: "Once", members: [boris.id], client_id: "one-group" };
  const first = await anna.session.call("conversation.create", params);
  const second = await anna.session.call("conversation.create", params);
  assert.equal(first.conversation.id, second.conversation.id);
});

test("titles are changed by admins and told", async () => {
  const { id: conversation } = await make_group(anna, [boris]);
  assert.equal((await boris.session.fails("conversation.update", { conversation, title: "Mine" })).code, 403);
  const { seq } = await anna.session.call("conversation.update", { conversation, title: "Ours" });
  const event = await change(boris.session, conversation, "updated");
  assert.equal(event.seq, seq);
  const { conversation: info } = await boris.session.call("conversation.get", { conversation });
  assert.equal(info.title, "Ours");
});

test("admins invite; who was invited sees what came after", async () => {
  const { id: conversation } = await make_group(anna, [boris]);
  await say(anna.session, conversation, "before");
  const invite = { conversation, users: [clara.id] };
  assert.equal((await boris.session.fails("conversation.invite", invite)).code, 403);
  const { seq } = await anna.session.call("conversation.invite", invite);
  const event = await clara.session.next("event.conversation",
    (e) => e.conversation === conversation && e.change === "joined");
  assert.deepEqual(event.users, [clara.id]);
  assert.equal(event.seq, seq);
  const { messages } = await clara.session.call("message.history", { conversation });
  assert.ok(!messages.some((m) => m.text === "before"), "not what was said before");
  await say(anna.session, conversation, "after");
  await clara.session.next("event.message", (m) => m.conversation === conversation && m.text === "after");
});

test("a removed member hears nothing more, and keeps nothing to write with", async () => {
  const { id: conversation } = await make_group(anna, [boris, clara]);
  await say(anna.session, conversation, "seen by all");
  await clara.session.next("event.message", (m) => m.conversation === conversation);
  const remove = { conversation, user: clara.id };
  assert.equal((await boris.session.fails("conversation.remove", remove)).code, 403);
  await anna.session.call("conversation.remove", remove);
  const event = await change(clara.session, conversation, "left");
  assert.deepEqual(event.users, [clara.id]);
  assert.equal(event.by, anna.id);
  await say(anna.session, conversation, "without clara");
  await boris.session.next("event.message", (m) => m.text === "without clara");
  await clara.session.call("session.ping");
  assert.deepEqual(clara.session.seen("event.message", (m) => m.text === "without clara"), []);
  for (const method of ["message.history", "conversation.get"]) {
    const answer = await clara.session.call(method, { conversation }).catch((e) => e);
    assert.ok(!JSON.stringify(answer).includes("without clara"), method);
  }
  const send = { conversation, client_id: "x", text: "let me in" };
  assert.equal((await clara.session.fails("message.send", send)).code, 403);
  const { conversations } = await clara.session.call("conversation.list");
  assert.ok(!conversations.some((c) => c.id === conversation));
  const missed = await clara.session.call("sync", { conversations: { [conversation]: 1 } });
  assert.ok(!JSON.stringify(missed).includes("without clara"));
});

test("a removed member that was away learns nothing of what it missed", async () => {
  const away = await sign_up(held.node);
  const { id: conversation } = await make_group(anna, [away]);
  await anna.session.call("conversation.remove", { conversation, user: away.id });
  await say(anna.session, conversation, "hidden word");
  const session = await Session.open(held.node, away);
  const missed = await session.call("sync");
  assert.ok(!JSON.stringify(missed).includes("hidden word"));
  await say(anna.session, conversation, "hidden word 2");
  await anna.session.call("session.ping");
  await session.call("session.ping");
  assert.deepEqual(session.seen("event.message"), []);
  await session.close();
});

test("one may leave; who comes back does not see the time between", async () => {
  const { id: conversation } = await make_group(anna, [boris]);
  await boris.session.call("conversation.leave", { conversation });
  await change(anna.session, conversation, "left");
  await say(anna.session, conversation, "while away");
  await anna.session.call("conversation.invite", { conversation, users: [boris.id] });
  await say(anna.session, conversation, "back again");
  await boris.session.next("event.message", (m) => m.text === "back again");
  const { messages } = await boris.session.call("message.history", { conversation });
  assert.ok(!messages.some((m) => m.text === "while away"));
});

test("anyone may join where it is public, nobody elsewhere", async () => {
  const { id: open } = await make_group(anna, [], { public: true });
  const { id: closed } = await make_group(anna, []);
  await boris.session.call("conversation.join", { conversation: open });
  const event = await change(anna.session, open, "joined");
  assert.deepEqual(event.users, [boris.id]);
  assert.equal((await boris.session.fails("conversation.join", { conversation: closed })).code, 404);
});

test("roles are given by the owner and allow what they say", async () => {
  const { id: conversation } = await make_group(anna, [boris, clara]);
  const set_role = (user, role) => ({ conversation, user: user.id, role });
  assert.equal((await boris.session.fails("conversation.set_role", set_role(clara, "admin"))).code, 403);
  await anna.session.call("conversation.set_role", set_role(boris, "admin"));
  const event = await change(clara.session, conversation, "role");
  assert.deepEqual(event.users, [boris.id]);
  assert.equal(event.role, "admin");
  const { seq } = await say(clara.session, conversation, "delete me");
  await boris.session.call("message.delete", { conversation, seq });
  assert.equal((await boris.session.fails("conversation.set_role", set_role(clara, "admin"))).code, 403);
  assert.equal((await boris.session.fails("conversation.remove", { conversation, user: anna.id })).code, 403);
  await boris.session.call("conversation.remove", { conversation, user: clara.id });
  await anna.session.call("conversation.set_role", set_role(boris, "member"));
  assert.equal((await boris.session.fails("conversation.update", { conversation, title: "x" })).code, 403);
});

test("a group is never without an owner while it has members", async () => {
  const { id: conversation } = await make_group(anna, [boris]);
  await anna.session.call("conversation.leave", { conversation });
  assert.deepEqual(await roles_of(boris.session, conversation), { [boris.id]: "owner" });
});

test("muting is one's own, and ends", async () => {
  const { id: conversation } = await make_group(anna, [boris]);
  const until_ts = Date.now() + 3_600_000;
  assert.deepEqual(await boris.session.call("conversation.mute", { conversation, until_ts }), {});
  const muted = async ({ session }) =>
    (await session.call("conversation.get", { conversation })).conversation.muted_until;
  assert.equal(await muted(boris), until_ts);
  assert.equal(await muted(anna), undefined);
  await boris.session.call("conversation.mute", { conversation, until_ts: 0 });
  assert.equal(await muted(boris), undefined);
  await boris.session.call("conversation.mute", { conversation });
  assert.ok((await muted(boris)) > until_ts);
});

test("what is for groups is refused in direct conversations", async () => {
  const { conversation } = await say(anna.session, boris.id, "direct");
  const calls = [
    ["conversation.update", { conversation, title: "x" }],
    ["conversation.invite", { conversation, users: [clara.id] }],
    ["conversation.remove", { conversation, user: boris.id }],
    ["conversation.leave", { conversation }],
    ["conversation.set_role", { conversation, user: boris.id, role: "admin" }],
  ];
  for (const [method, params] of calls) {
    const { code } = await anna.session.fails(method, params);
    assert.ok([403, 409, -32602].includes(code), `${method}: ${code}`);
  }
  assert.ok(!("title" in (await anna.session.call("conversation.get", { conversation })).conversation));
});

test("the list is by latest activity and pages without loss", async () => {
  const [one, two] = await people(held.node, 2);
  const groups = [];
  for (let i = 0; i < 7; ++i) groups.push(await make_group(one, [two], { title: `G${i}` }));
  await say(one.session, groups[2].id, "newest");
  const seen = [];
  let cursor;
  do {
    const page = await one.session.call("conversation.list", { limit: 3, ...(cursor && { cursor }) });
    assert.ok(page.conversations.length <= 3);
    seen.push(...page.conversations);
    cursor = page.cursor;
  } while (cursor);
  assert.equal(seen[0].id, groups[2].id);
  assert.equal(seen[0].last_message.text, "newest");
  assert.deepEqual(seen.map((c) => c.title).sort(), groups.map((g) => g.title).sort());
  assert.equal((await one.session.fails("conversation.list", { cursor: "nonsense" })).code, -32602);
});

test("members that do not exist are refused by name", async () => {
  const params = { kind: "group", title: "x", members: ["nobody-here-at-all"] };
  const { code } = await anna.session.fails("conversation.create", params);
  assert.ok([404, -32602].includes(code), `${code}`);
});

test("a group of many works: 300 members, one message each way", async () => {
  const crowd = [];
  for (let i = 0; i < 300; ++i) crowd.push(sign_up(held.node));
  const members = await Promise.all(crowd);
  const { id: conversation, member_count } = await make_group(anna, [...members, boris]);
  assert.equal(member_count, 302);
  const last = await Session.open(held.node, members.at(-1));
  // Members learn of it one after the other, once it is made.
  await until(async () => {
    const { conversations } = await last.call("conversation.list");
    return conversations.some(({ id }) => id === conversation);
  }, "the last member knows of the group");
  const { seq } = await say(boris.session, conversation, "to all");
  await last.next("event.message", (m) => m.seq === seq);
  await last.call("message.read", { conversation, seq });
  const count = await anna.session.next("event.receipt", (e) => e.conversation === conversation);
  assert.equal(count.user, undefined, "counted, not named, above 100 members");
  assert.ok(count.read_by >= 1);
  await last.close();
});

test("titles and names can be seen, and leave what stands beside them alone", async () => {
  const [owner] = await people(held.node, 1);
  const { id } = await make_group(owner, []);
  const bad = ["\u200b", "\u00a0", "\u3164", "\u2800", "a\u202eb", "\u2066a", "a\u200f", "a\u061cb", "a\u009bb", "a\u2028b"];
  for (const name of bad) {
    const calls = [
      ["conversation.update", { conversation: id, title: name }, "title"],
      ["conversation.create", { kind: "group", members: [], title: name }, "title"],
      ["user.update", { display_name: name }, "display_name"],
      ["presence.set", { status: "away", text: name }, "text"],
    ];
    for (const [method, params, field] of calls) {
      const refused = await owner.session.fails(method, params);
      assert.deepEqual([refused.code, refused.data.field], [-32602, field], `${method} ${escape(name)}`);
    }
  }
  await owner.session.call("conversation.update", { conversation: id, title: "Cafe\u0301" });
  const { conversation } = await owner.session.call("conversation.get", { conversation: id });
  assert.equal(conversation.title, "Caf\u00e9");
});
