/// PROTOCOL section 6: call signals and ice.servers, with a real TURN server.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { good } from "./support/cluster.mjs";
import { Coturn } from "./support/coturn.mjs";
import { ParleyNode } from "./support/node.mjs";
import { make_group, people, say, Session, sign_up } from "./support/session.mjs";
import { until } from "./support/wait.mjs";

const first_secret = "first-secret-of-the-turn-server";
const second_secret = "second-secret-of-the-turn-server";
let node;
let turn;

before(async () => {
  turn = await Coturn.start(first_secret, second_secret);
  node = new ParleyNode({
    set: {
      "limits.signals_per_session": "20/40", "calls.ring": "3s", "calls.grace": "300ms",
      "ice.stun_urls": `stun:127.0.0.1:${turn.port}`, "ice.turn_urls": turn.url, "ice.turn_life": "1m",
    },
  });
  node.set["ice.turn_secrets_file"] = join(node.dir, "turn_secrets");
  writeFileSync(node.set["ice.turn_secrets_file"], `${first_secret}\n`);
  await node.start();
});

after(async () => {
  await node?.stop();
  await turn?.stop();
});

const signal = (who, conversation, kind, more = {}) =>
  who.session.call("signal.send", { conversation, kind, ...more });
const hears = (session, kind, from) =>
  session.next("event.signal", (e) => e.kind === kind && e.from === from.id);
const hears_why = async (session, from) => (await hears(session, "hangup", from)).data.reason;

/// Two who have talked.
async function pair() {
  const [alice, bob] = await people(node, 2);
  const { conversation } = await say(alice.session, bob.id, "may I call?");
  return { alice, bob, conversation };
}

const turn_logins = async (who) =>
  (await who.session.call("ice.servers", {})).ice_servers.filter((s) => s.username);

// Some take seconds of waiting, and none cares for the others.
describe("calls", { concurrency: true }, () => {
  test("a call reaches all devices, and after the answer the one that answered", async () => {
    const { alice, bob, conversation } = await pair();
    const tablet = await Session.open(node, bob);
    await signal(alice, conversation, "ring", { data: { video: true } });
    for (const session of [bob.session, tablet])
      assert.deepEqual((await hears(session, "ring", alice)).data, { video: true });
    await signal(alice, conversation, "offer", { data: { sdp: "v=0" } });
    await hears(tablet, "offer", alice);
    await tablet.call("signal.send", { conversation, kind: "answer", data: { sdp: "v=1" } });
    assert.equal((await hears(alice.session, "answer", bob)).data.sdp, "v=1");
    assert.equal(await hears_why(bob.session, alice), "answered_elsewhere");
    await assert.rejects(signal(bob, conversation, "candidate"), { name_on_wire: "conflict" });
    for (let i = 0; i < 20; ++i) await signal(alice, conversation, "candidate", { data: i });
    for (let i = 0; i < 20; ++i) assert.equal((await hears(tablet, "candidate", alice)).data, i);
    assert.deepEqual(bob.session.seen("event.signal", (e) => e.kind === "candidate"), []);
    await signal(alice, conversation, "hangup");
    assert.equal((await hears(tablet, "hangup", alice)).data, null);
  });

  test("the node hangs up on who is busy, away, silent or gone", async () => {
    const { alice, bob, conversation } = await pair();
    const [carol] = await people(node, 1);
    const offline = await sign_up(node);
    const { conversation: other } = await say(carol.session, bob.id, "hi");
    const { conversation: nobody } = await say(carol.session, offline.id, "hi");

    await signal(alice, conversation, "ring");
    await signal(bob, conversation, "answer");
    await hears(alice.session, "answer", bob);
    await signal(carol, other, "ring");
    assert.equal(await hears_why(carol.session, bob), "busy");
    await signal(carol, nobody, "ring");
    assert.equal(await hears_why(carol.session, offline), "offline");

    await bob.session.close();
    assert.equal(await hears_why(alice.session, bob), "gone");

    const again = await Session.open(node, bob);
    await signal(carol, other, "ring");
    await hears(again, "ring", carol);
    assert.equal(await hears_why(again, carol), "timeout");
    assert.equal(await hears_why(carol.session, bob), "timeout");
  });

  test("signals are for members, and of a bounded size", async () => {
    const { alice, bob, conversation } = await pair();
    const [stranger] = await people(node, 1);
    await assert.rejects(signal(stranger, conversation, "ring"), { name_on_wire: "not_found" });
    await assert.rejects(signal(alice, conversation, "ring", { to: stranger.id }), { name_on_wire: "not_found" });
    await assert.rejects(signal(alice, conversation, "wave"), { name_on_wire: "Invalid params" });
    await assert.rejects(signal(alice, conversation, "answer"), { name_on_wire: "not_found" });
    await assert.rejects(signal(alice, conversation, "ring", { data: "x".repeat(16 * 1024) }),
      { name_on_wire: "too_large" });
    await bob.session.call("user.block", { user: alice.id });
    await assert.rejects(signal(alice, conversation, "ring"), { name_on_wire: "forbidden" });
    assert.deepEqual(bob.session.seen("event.signal", () => true), []);
  });

  test("signals are limited in their rate", async () => {
    const { alice, conversation } = await pair();
    const answers = await Promise.allSettled(
      Array.from({ length: 60 }, () => signal(alice, conversation, "hangup")));
    const refused = answers.filter((a) => a.status === "rejected").map((a) => a.reason);
    assert.ok(refused.length > 0);
    for (const { name_on_wire, data } of refused) {
      assert.equal(name_on_wire, "rate_limited");
      assert.match(data.detail, /signals/);
      assert.ok(data.retry_after_ms > 0);
    }
  });

  test("in a group a call is between those whom it names", async () => {
    const [alice, bob, carol] = await people(node, 3);
    const { id: group } = await make_group(alice, [bob, carol]);
    await signal(alice, group, "offer", bob.id);
    await hears(bob.session, "offer", alice);
    await signal(alice, group, "offer", { to: carol.id });
    await hears(carol.session, "offer", alice);
    await signal(carol, group, "answer", { to: alice.id });
    await hears(alice.session, "answer", carol);
    assert.deepEqual(bob.session.seen("event.signal", (e) => e.from === carol.id), []);
  });

  test("a TURN server relays for whom the node has given a login, of either secret", async () => {
    const [alice] = await people(node, 1);
    const { ice_servers, ttl } = await alice.session.call("ice.servers", {});
    assert.equal(ttl, 60);
    assert.equal(ice_servers.length, 2);
    const [login] = await turn_logins(alice);
    assert.deepEqual(login.urls, [turn.url]);
    assert.match(login.username, new RegExp(`^\\d+:${alice.id}$`));

    writeFileSync(node.set["ice.turn_secrets_file"], `${second_secret}\n${first_secret}\n`);
    node.process.kill("SIGHUP");
    const both = await until(async () => {
      const logins = await turn_logins(alice);
      return logins.length === 2 && logins;
    }, "both secrets are in use");
    await Promise.all([login, ...both].map((each) => turn.ready(each)));

    const sign = (username, secret) =>
      ({ username, credential: createHmac("sha1", secret).update(username).digest("base64") });
    const past = `${Math.floor(Date.now() / 1000) - 10}:${alice.id}`;
    assert.equal(await turn.relays(sign(past, first_secret)), false, "expired");
    assert.equal(await turn.relays(sign(login.username, "a guess at the secret")), false, "forged");
  });

  test("who is banned is given no login", async () => {
    const [alice] = await people(node, 1);
    await good(node, "user", "ban", alice.id);
    await alice.session.closed;
    const { status } = await node.http("POST", "/v1/rpc", {
      token: alice.token, body: { jsonrpc: "2.0", id: 1, method: "ice.servers", params: {} } });
    assert.equal(status, 403);
  });
});
