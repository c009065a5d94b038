/// What is erased when its time is over: guests who are signed out, reports.

import assert from "node:assert/strict";
import { test } from "node:test";
import { good as good_on } from "./support/cluster.mjs";
import { Session, people, sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";
import { until, within } from "./support/wait.mjs";

const held = with_node({
  set: {
    "auth.token_life": "2s",
    "auth.refresh_life": "2s",
    "moderation.report_retention": "3s",
  },
});

const status_of = async (asker, id) => {
  const answer = await held.node.http("POST", "/v1/rpc", {
    token: asker.token,
    body: { jsonrpc: "2.0", id: 1, method: "user.get", params: { user: id } },
  });
  return answer.body.error?.code ?? answer.status;
};

test("a session ends with its sign-in, and a guest is erased", async () => {
  const { status, body: guest } = await held.node.http("POST", "/v1/auth/guest", { body: {} });
  assert.equal(status, 201);
  const session = await Session.open(held.node, { ...guest, id: guest.user.id });
  assert.equal((await within(session.closed, "the session ends")).code, 4501);
  const member = await sign_up(held.node);
  await until(() => held.node.metric("guests_erased_total"), "the guest is erased");
  const asker = await sign_up(held.node);
  assert.equal(await status_of(asker, guest.user.id), 404);
  assert.equal(await status_of(asker, member.id), 200, "members stay");
});

test("a report and its evidence are erased", async () => {
  const [anna, boris] = await people(held.node, 2);
  const { report } = await anna.session.call("report.create", { user: boris.id, reason: "spam" });
  const listed = () => good_on(held.node, "reports", "list", "--all");
  await until(async () => (await listed()).includes(report), "the report is listed");
  await until(async () => !(await listed()).includes(report), "the report is erased");
  await assert.rejects(held.node.admin("reports.show", { report }), /no such report/);
});
