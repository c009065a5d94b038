/// Reports, bans, mutes, the audit log, the word list and the hook.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { ctl, good as good_on } from "./support/cluster.mjs";
import { ParleyNode } from "./support/node.mjs";
import { make_group, password, people, say, Session } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";
import { scale, until, within } from "./support/wait.mjs";

const a_second = 1_000 * scale;

const held = with_node({
  set: {
    "moderation.evidence_messages": "3",
    "moderation.ban_reporters": "3",
    "moderation.ban_for": "700ms",
    "moderation.ban_account_age": "0ms",
  },
});

const good = (...args) => good_on(held.node, ...args);

const login = (user) =>
  held.node.http("POST", "/v1/auth/login", { body: { handle: user.id, password } });

const report = ({ session }, about, more = {}) =>
  session.call("report.create", { user: about.id, reason: "spam", ...more });

/// What is reported comes to those who look after it by way of an outbox.
const report_shown = (id) => until(() => held.node.admin("reports.show", { report: id }).catch(() => null),
  "the report has come");

/// The audit log's entries about a user or a report, once there are so many.
const actions = (subject, count) => until(async () => {
  const { actions: all } = await held.node.admin("audit", { limit: 1000 });
  const found = all.filter((each) => each.subject === subject);
  return found.length >= count ? found : null;
}, `${count} actions about ${subject}`);

test("a report keeps the last messages and those named, edits and all", async () => {
  const [anna, boris] = await people(held.node, 2);
  for (const text of ["one", "two", "three", "four", "five"]) await say(boris.session, anna.id, text);
  const { conversation } = await say(anna.session, boris.id, "stop");
  await boris.session.call("message.edit", { conversation, seq: 5, text: "not five" });
  const { report: id } = await report(anna, boris, { conversation, seqs: [2], text: "he\nwrites" });
  await boris.session.call("message.delete", { conversation, seq: 2 });
  const { report: what, evidence } = await report_shown(id);
  assert.equal(what.user, boris.id);
  assert.equal(what.reporter, anna.id);
  assert.equal(what.text, "he\nwrites");
  assert.equal(what.open, true);
  assert.deepEqual(evidence.map((m) => [m.seq, m.sender, m.text]),
    [[2, boris.id, "two"], [4, boris.id, "four"], [5, boris.id, "not five"], [6, anna.id, "stop"]]);
  assert.match(await good("reports", "list", "--user", boris.id), new RegExp(`${id}.*open`));
  assert.match(await good("reports", "show", id), /not five/);
});

test("another report about the same user is the same one", async () => {
  const [anna, boris, vera] = await people(held.node, 3);
  const first = await report(anna, boris);
  assert.deepEqual(await report(anna, boris), first);
  assert.notDeepEqual(await report(vera, boris), first);
});

test("what cannot be seen cannot be reported, and bad reports say why", async () => {
  const [anna, boris, vera] = await people(held.node, 3);
  const room = await make_group(anna, [boris]);
  const fails = async (who, params) => {
    const { code, data } = await who.session.fails("report.create", { reason: "spam", ...params });
    return [code, data.field];
  };
  assert.deepEqual(await fails(vera, { user: boris.id, conversation: room.id }), [404, "conversation"]);
  assert.deepEqual(await fails(anna, { user: vera.id, conversation: room.id }), [404, "user"]);
  assert.deepEqual(await fails(anna, { user: boris.id, conversation: room.id, seqs: [999] }), [404, "seqs"]);
  assert.deepEqual(await fails(anna, { user: "nobody-of-that-name" }), [404, "user"]);
  assert.deepEqual(await fails(anna, { user: anna.id }), [-32602, "user"]);
  assert.deepEqual(await fails(anna, { user: boris.id, reason: "" }), [-32602, "reason"]);
  assert.deepEqual(await fails(anna, { user: boris.id, seqs: [1] }), [-32602, "seqs"]);
});

test("reports and what was done about them survive kill -9", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { report: id } = await report(anna, boris);
  await held.node.restart();
  await report_shown(id);
  await good("reports", "resolve", id, "--note", "talked to", "--by", "olga");
  const again = await ctl(held.node, "reports", "resolve", id);
  assert.equal(again.code, 1);
  await held.node.restart();
  const { report: what } = await report_shown(id);
  assert.equal(what.open, false);
  assert.equal(what.note, "talked to");
  const [done] = await actions(id, 1);
  assert.equal(done.action, "resolve");
  assert.equal(done.by, "olga");
  assert.doesNotMatch(await good("reports", "list", "--user", boris.id), new RegExp(id));
});

test("a ban closes sessions within a second, keeps out, and ends", async () => {
  const [user] = await people(held.node, 1);
  const other = await Session.open(held.node, user);
  await good("user", "ban", user.id, "--for", "2s", "--reason", "spam", "--by", "olga");
  for (const session of [user.session, other])
    assert.equal((await within(session.closed, "the session is closed", a_second)).code, 4503);
  assert.equal((await login(user)).status, 403);
  const by_token = await held.node.http("GET", "/v1/auth/check", { token: user.token });
  assert.equal(by_token.status, 403);
  const refresh = { body: { refresh_token: user.refresh_token } };
  assert.equal((await held.node.http("POST", "/v1/auth/refresh", refresh)).status, 403);
  const late = await Session.connect(held.node, { query: `?token=${user.token}` });
  assert.equal((await within(late.closed, "closed again")).code, 4503);
  await until(async () => (await login(user)).status === 200, "the ban has ended");
  const [ban] = await actions(user.id, 1);
  assert.deepEqual([ban.action, ban.by, ban.reason], ["ban", "olga", "spam"]);
  assert.ok(ban.until > ban.at);
});

test("so many who report a user have it banned for a time", async () => {
  const [boris, ...reporters] = await people(held.node, 6);
  const met = async (each) => {
    const { conversation } = await say(boris.session, each.id, "buy");
    await report(each, boris, { conversation });
  };
  for (const each of reporters.slice(0, 2)) await met(each);
  await report(reporters[0], boris);
  await report(reporters[3], boris);
  const { conversation } = await say(reporters[4].session, boris.id, "hello");
  await report(reporters[4], boris, { conversation });
  assert.equal((await login(boris)).status, 200, "who has not met the user counts for nothing");
  await met(reporters[2]);
  assert.equal((await within(boris.session.closed, "the session is closed", a_second)).code, 4503);
  const [ban] = await actions(boris.id, 1);
  assert.equal(ban.by, "automatic");
  await until(async () => (await login(boris)).status === 200, "the ban has ended");
});

test("who is muted reads and does not write, over HTTP neither", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { conversation } = await say(anna.session, boris.id, "hello");
  await good("user", "mute", boris.id, "--reason", "noise");
  const refused = () => say(boris.session, anna.id, "noise").then(() => null, (why) => why);
  const why = await until(refused, "the mute is known", a_second);
  assert.equal(why.code, 403);
  const body = { conversation, client_id: "h1", text: "noise" };
  const over_http = await held.node.http("POST", "/v1/messages", { token: boris.token, body });
  assert.equal(over_http.status, 403);
  assert.equal((await boris.session.fails("typing.set", { conversation, on: true })).code, 403);
  await boris.session.call("message.history", { conversation });
  const later = await Session.open(held.node, boris);
  assert.equal((await later.fails("message.send", body)).code, 403);
  await good("user", "unmute", boris.id);
  await until(() => say(boris.session, anna.id, "sorry").catch(() => null), "it may write again");
  assert.deepEqual((await actions(boris.id, 2)).map((each) => each.action), ["mute", "unmute"]);
});

test("no guest comes from a banned guest's address until its end", async () => {
  const guest = () => held.node.http("POST", "/v1/auth/guest", { body: {} });
  const made = await guest();
  assert.equal(made.status, 201);
  await good("user", "ban", made.body.user.id, "--for", "2s");
  await until(async () => (await guest()).status === 403, "the address is kept out", a_second);
  await until(async () => (await guest()).status === 201, "the ban has ended");
  await good("user", "ban", made.body.user.id);
  await until(async () => (await guest()).status === 403, "the address is kept out", a_second);
  await good("user", "unban", made.body.user.id);
  await until(async () => (await guest()).status === 201, "the address may come again");
});

test("the audit log has a time range and a limit", async () => {
  const [user] = await people(held.node, 1);
  for (const what of ["mute", "unmute", "mute"]) await good("user", what, user.id);
  const [first, second, third] = await actions(user.id, 3);
  const ask = (params) => held.node.admin("audit", params);
  const last = await ask({ limit: 1 });
  assert.deepEqual(last, { actions: [third], has_more: true });
  const between = await ask({ from_ts: first.at, to_ts: third.at });
  assert.ok(between.actions.every((each) => each.at >= first.at && each.at < third.at));
  assert.ok(second.at === third.at || between.actions.some((each) => each.at === second.at));
  assert.match(await good("audit", "--since", "1h", "--limit", "3"), /unmute/);
});

// -- before messages are accepted ----------------------------------------------

/// What the hook was asked, and how many connections that took.
const asked = [];
let connections = 0;

/// Does what the text says.
const hook = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const what = JSON.parse(body);
  asked.push(what);
  const answer = (action) => response.end(JSON.stringify(action));
  if (what.text.includes("never")) return;
  if (what.text.includes("early")) {
    response.writeContinue();
    response.writeProcessing();
  }
  if (what.text.includes("broken")) response.writeHead(500).end();
  else if (what.text.includes("refuse")) answer({ action: "block", reason: "not here" });
  else if (what.text.includes("slow")) setTimeout(() => answer({ action: "allow" }), 60);
  else if (what.text.includes("change")) answer({ action: "replace", text: "changed" });
  else answer({ action: "allow" });
}).on("connection", () => { connections += 1; });

let strict, lax;

before(async () => {
  await new Promise((done) => hook.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${hook.address().port}/check`;
  const start = (more) => ParleyNode.start({
    set: { "moderation.hook.url": url, "moderation.hook.timeout": "300ms", ...more },
  });
  [strict, lax] = await Promise.all([
    start({ "moderation.words": "darn,two words", "moderation.hook.concurrency": "4" }),
    start({ "moderation.words": "darn,straße", "moderation.words_action": "mask", "moderation.hook.on_failure": "allow" }),
  ]);
});

after(async () => {
  await Promise.all([strict?.stop(), lax?.stop()]);
  hook.closeAllConnections();
  hook.close();
});

test("the hook allows, blocks and replaces", async () => {
  const [anna, boris] = await people(strict, 2);
  const { conversation } = await say(anna.session, boris.id, "fine");
  assert.equal((await boris.session.next("event.message")).text, "fine");
  const { kind, sender, text } = asked.find((each) => each.sender === anna.id);
  assert.deepEqual([kind, sender, text], ["direct", anna.id, "fine"]);
  const why = await anna.session.fails("message.send", { to: boris.id, client_id: "r", text: "refuse this" });
  assert.deepEqual([why.code, why.data.detail], [403, "not here"]);
  await say(anna.session, boris.id, "change this");
  assert.equal((await boris.session.next("event.message")).text, "changed");
  await anna.session.call("message.edit", { conversation, seq: 1, text: "change again" });
  assert.equal((await boris.session.next("event.edited")).text, "changed");
  const edit = { conversation, seq: 1, text: "refuse this" };
  assert.equal((await anna.session.fails("message.edit", edit)).code, 403);
  const over_http = { conversation, client_id: "h", text: "refuse this" };
  assert.equal((await strict.http("POST", "/v1/messages", { token: anna.token, body: over_http })).status, 403);
});

test("interim answers of the hook are no verdicts", async () => {
  const [anna, boris] = await people(strict, 2);
  for (let i = 0; i < 3; ++i) {
    await say(anna.session, boris.id, `early ${i}`);
    assert.equal((await boris.session.next("event.message")).text, `early ${i}`);
    const refused = { to: boris.id, client_id: `early${i}`, text: "early, refuse this" };
    assert.equal((await anna.session.fails("message.send", refused)).data.detail, "not here");
  }
});

test("a sender's messages keep their order, whatever the hook takes for each", async () => {
  const [anna, boris] = await people(strict, 2);
  const before_it = connections;
  const texts = Array.from({ length: 12 }, (_, i) => `${i % 4 === 0 ? "slow" : "quick"} ${i}`);
  await Promise.all(texts.map((text) => say(anna.session, boris.id, text)));
  const { conversation } = await boris.session.next("event.message");
  const { messages } = await boris.session.call("message.history", { conversation });
  assert.deepEqual(messages.map((m) => m.text), texts);
  assert.ok(connections - before_it <= 4, `${connections - before_it} connections for 12 messages`);
});

test("what was accepted once is not asked about again", async () => {
  const [anna, boris] = await people(strict, 2);
  const params = { to: boris.id, client_id: "twice", text: "once" };
  const first = await anna.session.call("message.send", params);
  const again = await anna.session.call("message.send", { ...params, text: "refuse this" });
  assert.deepEqual([again.seq, again.duplicate], [first.seq, true]);
  assert.equal(asked.filter((each) => each.sender === anna.id).length, 1);
});

test("a hook that fails has messages refused, or sent, as it is set", async () => {
  const [anna, boris] = await people(strict, 2);
  const [vera, igor] = await people(lax, 2);
  await Promise.all(["never", "broken"].map(async (text) => {
    const why = await anna.session.fails("message.send", { to: boris.id, client_id: text, text });
    assert.equal(why.code, 503);
    assert.ok(why.data.retry_after_ms > 0);
    await say(vera.session, igor.id, text);
  }));
  assert.equal((await igor.session.next("event.message")).sender, vera.id);
  assert.equal(boris.session.seen("event.message").length, 0);
  assert.ok(await strict.metric("messages_screened_total", 'outcome="failed"') >= 2);
});

test("the word list blocks or masks, whatever the case and the script", async () => {
  const [anna, boris] = await people(strict, 2);
  for (const [i, text] of ["oh DARN!", "ｄａｒｎ", "these two  Words"].entries()) {
    const why = await anna.session.fails("message.send", { to: boris.id, client_id: `w${i}`, text });
    assert.deepEqual([why.code, why.data.field], [403, "text"]);
  }
  await say(anna.session, boris.id, "darning, two other words");
  const [vera, igor] = await people(lax, 2);
  await say(vera.session, igor.id, "Darn, die STRASSE!");
  assert.equal((await igor.session.next("event.message")).text, "****, die *******!");
});
