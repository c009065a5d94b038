/// A node that stood still while the cluster went on: what was decided about its
/// sessions meanwhile holds before they say or hear anything.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Cluster } from "./support/cluster.mjs";
import { make_group, repeated, Session, sign_up } from "./support/session.mjs";
import { delay, scale, until, within } from "./support/wait.mjs";

/// Long enough for the others to go on without the node.
const suspended_ms = 9_000;

test("who is banned or signed out while a node hangs says nothing through it", async () => {
  const cluster = await Cluster.start(3);
  try {
    const [near, , far] = cluster.nodes;
    const anna = await sign_up(near);
    anna.session = await Session.open(near, anna);
    const users = [];
    for (let i = 0; i < 4; ++i) {
      const user = await repeated(() => sign_up(near));
      user.session = await Session.open(far, user);
      users.push(user);
    }
    const { id: conversation } = await repeated(() => make_group(anna, users));
    await until(() => users.every((u) => u.session.seen("event.conversation").length > 0), "they are members");
    far.process.kill("SIGSTOP");
    const began = Date.now();
    for (const [i, user] of users.entries())
      await repeated(() => near.admin(i % 2 ? "user.ban" : "user.logout", { user: user.id })
        .catch((error) => { throw Object.assign(error, { code: /unavailable/.test(error.message) ? 503 : 500 }); }));
    await delay(Math.max(0, suspended_ms - (Date.now() - began)));
    far.process.kill("SIGCONT");
    // They go on as if nothing had been.
    for (const user of users) {
      let sent = 0;
      const timer = setInterval(() => user.session.call("message.send",
        { conversation, client_id: `${user.id}-${sent += 1}`, text: "late" }).catch(() => {}), 10);
      user.session.closed.then(() => clearInterval(timer));
    }
    await repeated(() => anna.session.call("message.send", { conversation, client_id: "a", text: "secret" }));
    const codes = await Promise.all(users.map(async ({ session }) =>
      (await within(session.closed, "the session is closed", 20_000 * scale)).code));
    assert.deepEqual(codes, users.map((_, i) => (i % 2 ? 4503 : 4501)));
    const { messages } = await anna.session.call("message.history", { conversation });
    assert.deepEqual(messages.map((m) => m.text), ["secret"]);
    for (const { session } of users) assert.equal(session.seen("event.message").length, 0);
  } finally {
    for (const node of cluster.nodes) node.process.kill("SIGCONT");
    await cluster.stop();
  }
});
