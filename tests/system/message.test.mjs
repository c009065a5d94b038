/// PROTOCOL section 6, messages, and the events of section 7 that they cause.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make_group, people, say, Session } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";

let anna, boris, anna_2;

const held = with_node({}, async (node) => {
  [anna, boris] = await people(node, 2);
  anna_2 = await Session.open(node, anna);
});

test("a message reaches the other and the sender's other device, not itself", async () => {
  const sent = await say(anna.session, boris.id, "Hello 👋");
  assert.match(sent.conversation, /^d\.[0-9a-z]{26}$/);
  assert.ok(Math.abs(sent.ts - Date.now()) < 60_000);
  for (const session of [boris.session, anna_2]) {
    const message = await session.next("event.message", (m) => m.seq === sent.seq);
    assert.equal(message.conversation, sent.conversation);
    assert.equal(message.sender, anna.id);
    assert.equal(message.text, "Hello 👋");
    assert.equal(message.type, "text");
    assert.equal(message.ts, sent.ts);
    assert.ok(message.client_id);
  }
  await anna.session.call("session.ping");
  assert.deepEqual(anna.session.seen("event.message"), []);
});

test("both sides name the same direct conversation", async () => {
  const there = await say(anna.session, boris.id, "ping");
  const back = await say(boris.session, anna.id, "pong");
  assert.equal(there.conversation, back.conversation);
  assert.equal(back.seq, there.seq + 1);
  assert.ok(back.ts >= there.ts);
});

test("the same client_id is the same message, and nobody sees it twice", async () => {
  const params = { to: boris.id, client_id: "again", text: "once" };
  const first = await anna.session.call("message.send", params);
  await boris.session.next("event.message", (m) => m.client_id === "again");
  assert.equal(first.duplicate, undefined);
  const second = await anna.session.call("message.send", { ...params, text: "other" });
  assert.deepEqual(second, { ...first, duplicate: true });
  const from_device = await anna_2.call("message.send", params);
  assert.equal(from_device.seq, first.seq);
  const reply = await boris.session.call("message.send", { ...params, to: anna.id });
  assert.equal(reply.seq, first.seq + 1, "another sender's client_id is its own");
  await boris.session.call("session.ping");
  assert.deepEqual(boris.session.seen("event.message", (m) => m.sender === anna.id && m.client_id === "again"), []);
});

test("the same client_id many times at once is one message", async () => {
  const params = { to: boris.id, client_id: "storm", text: "once" };
  const calls = Array.from({ length: 30 }, (_, i) =>
    (i % 2 ? anna.session : anna_2).call("message.send", params));
  const answers = await Promise.all(calls);
  assert.equal(new Set(answers.map((a) => a.seq)).size, 1);
  assert.equal(answers.filter((a) => !a.duplicate).length, 1);
});

test("everything a message may carry comes back as it was given", async () => {
  const first = await say(anna.session, boris.id, "first");
  const given = {
    to: boris.id, client_id: "all", text: "line\nline \u0000 \"q\" 𝕏", type: "note",
    attachments: [{ url: "https://example.org/a.png", size: 12, deep: { a: [1, 2.5, null, true] } }],
    reply_to: first.seq, mentions: [boris.id],
  };
  const { conversation, seq } = await anna.session.call("message.send", given);
  const pushed = await boris.session.next("event.message", (m) => m.seq === seq);
  const page = await boris.session.call("message.history", { conversation, after: seq - 1 });
  for (const message of [pushed, page.messages[0]]) {
    const { text, type, attachments, reply_to, mentions } = message;
    assert.deepEqual({ text, type, attachments, reply_to, mentions }, {
      text: given.text, type: given.type, attachments: given.attachments,
      reply_to: given.reply_to, mentions: given.mentions,
    });
  }
});

test("attachments need no text", async () => {
  const params = { to: boris.id, client_id: "file", attachments: [{ url: "x" }] };
  const { seq } = await anna.session.call("message.send", params);
  const message = await boris.session.next("event.message", (m) => m.seq === seq);
  assert.equal(message.text, undefined);
});

test("an edit takes a position, is told, and is in every later page", async () => {
  const { conversation, seq } = await say(anna.session, boris.id, "teh");
  const edited = await anna.session.call("message.edit", { conversation, seq, text: "the" });
  assert.equal(edited.seq, seq + 1);
  for (const session of [boris.session, anna_2]) {
    const event = await session.next("event.edited", (e) => e.target === seq);
    assert.equal(event.conversation, conversation);
    assert.equal(event.seq, edited.seq);
    assert.equal(event.text, "the");
  }
  const { messages } = await boris.session.call("message.history", { conversation, after: seq - 1 });
  assert.equal(messages[0].text, "the");
  assert.ok(messages[0].edited_ts >= messages[0].ts);
});

test("a deletion takes the text out of every later read", async () => {
  const { conversation, seq } = await say(anna.session, boris.id, "secret-word");
  await anna.session.call("message.edit", { conversation, seq, text: "secret-word 2" });
  const gone = await anna.session.call("message.delete", { conversation, seq });
  const event = await boris.session.next("event.deleted", (e) => e.target === seq);
  assert.equal(event.seq, gone.seq);
  const { messages } = await boris.session.call("message.history", { conversation, after: seq - 1 });
  assert.equal(messages[0].deleted, true);
  const missed = await boris.session.call("sync", { conversations: { [conversation]: seq - 1 } });
  const { conversation: info } = await boris.session.call("conversation.get", { conversation });
  for (const read of [messages, missed, info])
    assert.ok(!JSON.stringify(read).includes("secret-word"), JSON.stringify(read));
});

test("reactions are counted by user and can be taken back", async () => {
  const { conversation, seq } = await say(anna.session, boris.id, "vote");
  const react = (who, emoji, remove) =>
    who.session.call("message.react", { conversation, seq, emoji, ...(remove && { remove }) });
  const counts = async () => {
    const { messages } = await anna.session.call("message.history", { conversation, after: seq - 1, limit: 1 });
    return messages[0].reactions ?? {};
  };
  await react(anna, "👍");
  const given = await react(boris, "👍");
  await react(boris, "🎉");
  const event = await anna.session.next("event.reaction", (e) => e.seq === given.seq);
  assert.equal(event.target, seq);
  assert.equal(event.emoji, "👍");
  assert.equal(event.by, boris.id);
  assert.deepEqual(await counts(), { "👍": 2, "🎉": 1 });
  await react(boris, "👍").catch(() => {});
  assert.deepEqual(await counts(), { "👍": 2, "🎉": 1 }, "once a user and emoji");
  await react(boris, "👍", true);
  await react(boris, "🎉", true);
  assert.deepEqual(await counts(), { "👍": 1 });
});

test("history pages both ways, ascending, without a gap", async () => {
  const owner = anna;
  const { id: conversation } = await make_group(owner, [boris]);
  const calls = Array.from({ length: 120 }, (_, i) =>
    owner.session.call("message.send", { conversation, client_id: `h${i}`, text: `${i}` }));
  const seqs = (await Promise.all(calls)).map((a) => a.seq);
  assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b), "pipelined calls keep their order");
  const get = (params) => boris.session.call("message.history", { conversation, ...params });
  const last = await get({});
  assert.equal(last.messages.length, 50);
  assert.equal(last.has_more, true);
  assert.equal(last.messages.at(-1).text, "119");
  const before = await get({ before: last.messages[0].seq, limit: 200 });
  assert.equal(before.has_more, false);
  assert.equal(before.messages.length, 70);
  const all = [...before.messages, ...last.messages];
  assert.deepEqual(all.map((m) => m.text), Array.from({ length: 120 }, (_, i) => `${i}`));
  const forward = await get({ after: 0, limit: 10 });
  assert.deepEqual(forward.messages.map((m) => m.text), all.slice(0, 10).map((m) => m.text));
  assert.equal(forward.has_more, true);
  const end = await get({ after: all.at(-1).seq });
  assert.deepEqual(end, { messages: [], has_more: false });
  assert.equal((await get({ limit: 1000 })).messages.length, 120, "cut to the maximum");
});

test("typing is told to the others, ends by itself and is not stored", async () => {
  const { conversation } = await say(anna.session, boris.id, "typing");
  await anna.session.call("typing.set", { conversation, on: true });
  const on = await boris.session.next("event.typing", (e) => e.conversation === conversation && e.on);
  assert.equal(on.user, anna.id);
  const began = Date.now();
  await boris.session.next("event.typing", (e) => e.conversation === conversation && !e.on, 9_000);
  const took = Date.now() - began;
  assert.ok(took > 4_500 && took < 8_500, `${took} ms`);
  await anna.session.call("typing.set", { conversation, on: true });
  await anna.session.call("typing.set", { conversation, on: false });
  await boris.session.next("event.typing", (e) => e.on);
  await boris.session.next("event.typing", (e) => !e.on);
  assert.deepEqual(anna.session.seen("event.typing"), []);
});

test("receipts move forward only and are told", async () => {
  const { conversation, seq } = await say(anna.session, boris.id, "receipt 1");
  const second = await say(anna.session, boris.id, "receipt 2");
  await boris.session.call("message.delivered", { conversation, seq: second.seq });
  await boris.session.call("message.read", { conversation, seq: second.seq });
  await anna.session.next("event.receipt", (e) => e.user === boris.id && e.read_seq === second.seq);
  await boris.session.call("message.read", { conversation, seq });
  const { members } = await anna.session.call("conversation.get", { conversation });
  const own = members.find((m) => m.user === boris.id);
  assert.equal(own.read_seq, second.seq);
  assert.ok(own.delivered_seq >= second.seq);
});

test("reading beyond the end is reading to the end, or refused", async () => {
  const { conversation, seq } = await say(anna.session, boris.id, "end");
  await boris.session.call("message.read", { conversation, seq: seq + 1000 }).catch((e) =>
    assert.ok([404, -32602].includes(e.code)));
  const next = await say(anna.session, boris.id, "after the end");
  const { conversation: info } = await boris.session.call("conversation.get", { conversation });
  assert.ok(info.read_seq < next.seq);
  assert.ok(info.unread >= 1);
});

test("unread counts are the same on every device; own messages do not count", async () => {
  const [one, two] = await people(held.node, 2);
  const two_b = await Session.open(held.node, two);
  const { conversation } = await say(one.session, two.id, "1");
  await say(one.session, two.id, "2");
  const unread = async (session) => {
    const { conversations } = await session.call("conversation.list");
    return conversations.find((c) => c.id === conversation).unread;
  };
  assert.equal(await unread(two.session), 2);
  assert.equal(await unread(two_b), 2);
  assert.equal(await unread(one.session), 0);
  await two.session.call("message.read", { conversation, seq: 1 });
  assert.equal(await unread(two_b), 1);
  await say(two.session, one.id, "3");
  assert.equal(await unread(two_b), 1, "an own message neither counts nor reads");
  await say(one.session, two.id, "4");
  assert.equal(await unread(two.session), 2);
  await two_b.call("message.read", { conversation, seq: 4 });
  assert.equal(await unread(two.session), 0);
  await two.session.next("event.receipt", (e) => e.user === two.id && e.read_seq === 4);
  await two_b.close();
});

test("everything is still there after kill -9", async () => {
  const [one, two] = await people(held.node, 2);
  const { conversation, seq } = await say(one.session, two.id, "kept");
  await one.session.call("message.edit", { conversation, seq, text: "kept, edited" });
  await two.session.call("message.react", { conversation, seq, emoji: "👍" });
  const params = { to: two.id, client_id: "over the crash", text: "x" };
  const sent = await one.session.call("message.send", params);
  await two.session.call("message.read", { conversation, seq });
  await held.node.restart();
  const again = await Session.open(held.node, one);
  assert.deepEqual(await again.call("message.send", params), { ...sent, duplicate: true });
  const { messages } = await again.call("message.history", { conversation });
  assert.deepEqual(messages.map((m) => m.text), ["kept, edited", "x"]);
  assert.deepEqual(messages[0].reactions, { "👍": 1 });
  const other = await Session.open(held.node, two);
  const { conversations } = await other.call("conversation.list");
  assert.equal(conversations[0].unread, 1);
  assert.equal(conversations[0].read_seq, seq);
});

test("a reaction is one emoji and nothing else", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { conversation, seq } = await say(anna.session, boris.id, "react");
  for (const emoji of ["ok", "+1", "👍👍", "👍 ", "\u200d", "a\u0301", "<b>", "\u202e👍", ":A:", "1"]) {
    const refused = await boris.session.fails("message.react", { conversation, seq, emoji });
    assert.deepEqual([refused.code, refused.data.field], [-32602, "emoji"], emoji);
  }
});

test("numbers are what they mean", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { conversation } = await say(anna.session, boris.id, "x");
  const ask = (limit) => anna.session.raw(
    `{"jsonrpc":"2.0","id":"n","method":"message.history","params":{"conversation":"${conversation}","limit":${limit}}}`);
  for (const limit of ["1.0", "1e0", "10.0e-1"])
    assert.equal((await ask(limit)).result?.messages.length, 1, limit);
  assert.equal((await ask("1.5")).error.code, -32602);
  for (const odd of ["18446744073709551616", "-9223372036854775809"]) {
    const params = `{"to":"${boris.id}","client_id":"w","attachments":[{"n":${odd}}]}`;
    const answer = await anna.session.raw(`{"jsonrpc":"2.0","id":"w","method":"message.send","params":${params}}`);
    assert.equal(answer.error?.code, -32602);
    assert.match(answer.error.data.detail, /64 bits/);
  }
  const twice = await anna.session.raw('{"jsonrpc":"2.0","id":"t","method":"session.ping","params":{"a":1,"a":2}}');
  assert.match(twice.error.data.detail, /same name/);
  const id = await anna.session.raw('{"jsonrpc":"2.0","id":18446744073709551617,"method":"session.ping"}');
  assert.equal(id.id, null);
  assert.ok(id.error);
});
