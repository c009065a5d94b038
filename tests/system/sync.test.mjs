/// PROTOCOL section 3.4: whatever was missed, `sync` brings back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make_group, people, say, Session, sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";

const held = with_node();

/// All events after what was seen, page by page.
async function pull(session, seen, limit) {
  const events = [];
  for (;;) {
    const { conversations } = await session.call("sync", { conversations: seen, limit });
    let more = false;
    for (const { id, events: page, has_more } of conversations) {
      events.push(...page);
      if (page.length > 0) seen[id] = page.at(-1).params.seq;
      more ||= has_more;
    }
    if (!more) return events;
  }
}

test("sync brings every event after what was seen, as events, in order", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { id: conversation } = await make_group(anna, [boris]);
  const first = await say(anna.session, conversation, "seen");
  await boris.session.close();
  const said = await say(anna.session, conversation, "missed");
  await anna.session.call("message.edit", { conversation, seq: said.seq, text: "missed, edited" });
  await anna.session.call("message.react", { conversation, seq: said.seq, emoji: "👍" });
  const gone = await say(anna.session, conversation, "missed, deleted");
  await anna.session.call("message.delete", { conversation, seq: gone.seq });
  await anna.session.call("conversation.update", { conversation, title: "New" });
  const back = await Session.open(held.node, boris);
  const events = await pull(back, { [conversation]: first.seq }, 3);
  assert.deepEqual(events.map((e) => e.method), [
    "event.message", "event.edited", "event.reaction", "event.message", "event.deleted", "event.conversation",
  ]);
  const seqs = events.map((e) => e.params.seq);
  assert.deepEqual(seqs, seqs.map((_, i) => first.seq + 1 + i), "no gap");
  assert.equal(events[0].params.text, "missed, edited");
  assert.ok(!JSON.stringify(events).includes("missed, deleted"));
  await back.close();
});

test("sync names conversations that are new since", async () => {
  const [anna, boris] = await people(held.node, 2);
  const known = await make_group(anna, [boris], { title: "Known" });
  await boris.session.close();
  const fresh = await make_group(anna, [boris], { title: "Fresh" });
  await say(anna.session, boris.id, "direct and new");
  const back = await Session.open(held.node, boris);
  const answer = await back.call("sync", { conversations: { [known.id]: known.last_seq } });
  assert.deepEqual(answer.new.map((c) => c.title ?? c.kind).sort(), ["Fresh", "direct"]);
  assert.equal(answer.new.find((c) => c.id === fresh.id).last_seq, fresh.last_seq);
  await back.close();
});

test("without the map sync brings everything unread", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { conversation } = await say(anna.session, boris.id, "read");
  await boris.session.call("message.read", { conversation, seq: 1 });
  await say(anna.session, boris.id, "unread");
  const { conversations } = await boris.session.call("sync");
  const texts = conversations.flatMap((c) => c.events).map((e) => e.params.text);
  assert.deepEqual(texts, ["unread"]);
});

test("a session is told of what it missed, and the tide goes on behind it", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { conversation } = await say(anna.session, boris.id, "0");
  await boris.session.close();
  const total = 500;
  let sent = 0;
  const tide = (async () => {
    for (; sent < total; ++sent) await say(anna.session, conversation, `${sent + 1}`);
  })();
  const back = await Session.open(held.node, boris);
  const seen = new Set([1]);
  const pulled = await pull(back, { [conversation]: 1 }, 200);
  for (const { params } of pulled) seen.add(params.seq);
  await tide;
  const last = total + 1;
  if (!seen.has(last)) await back.next("event.message", (m) => m.seq === last).then((m) => seen.add(m.seq));
  for (const { seq } of back.seen("event.message")) seen.add(seq);
  assert.equal(seen.size, last, "pushed and pulled leave no gap");
  await back.close();
});

test("events come in order and once a session", async () => {
  const [anna, boris, clara] = await people(held.node, 3);
  const { id: conversation } = await make_group(anna, [boris, clara]);
  const talk = ({ session }) => Promise.all(
    Array.from({ length: 100 }, (_, i) => say(session, conversation, `${i}`)));
  const answers = (await Promise.all([talk(anna), talk(boris)])).flat();
  const end = Math.max(...answers.map((a) => a.seq));
  await clara.session.next("event.message", (m) => m.seq === end);
  const seqs = clara.session.seen("event.message", (m) => m.conversation === conversation).map((m) => m.seq);
  seqs.push(end);
  assert.deepEqual(seqs, answers.map((a) => a.seq).sort((a, b) => a - b));
});

test("an absence over a restart is no different", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { conversation } = await say(anna.session, boris.id, "one");
  await held.node.restart();
  const again = await Session.open(held.node, anna);
  await say(again, conversation, "two");
  await held.node.restart();
  const back = await Session.open(held.node, boris);
  const events = await pull(back, { [conversation]: 1 }, 50);
  assert.deepEqual(events.map((e) => e.params.text), ["two"]);
});

test("sync of what one is no member of brings nothing of it", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { conversation } = await say(anna.session, boris.id, "private words");
  const stranger = await Session.open(held.node, await sign_up(held.node));
  const answer = await stranger.call("sync", { conversations: { [conversation]: 0 } }).catch((e) => e);
  assert.ok(!JSON.stringify(answer).includes("private words"));
  await stranger.close();
});
