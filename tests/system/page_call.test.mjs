/// Calls of the page in real Chromium with made-up cameras: straight from one
/// to the other, and over a real TURN server only.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, is_there, screenshot } from "./support/browser.mjs";
import { Coturn } from "./support/coturn.mjs";
import { keep_connections, media, pictures_come } from "./support/media.mjs";
import { password, say, Session, sign_up } from "./support/session.mjs";
import { scale } from "./support/wait.mjs";

const patience = { timeout: 30_000 * scale };
let node, browser, turn;

if (!is_there) {
  console.log("SKIPPED ALOUD: page_call needs Chromium (see scripts/setup.sh --tests)");
} else {
  before(async () => {
    [node, turn] = await Coturn.with_node();
    browser = await Browser.launch(media);
  });
  after(async () => {
    await browser?.close();
    await node?.stop();
    await turn?.stop();
  });
  test("two see each other, straight", () => talk({ is_relayed: false }));
  test("two see each other over a relay", () => talk({ is_relayed: true }));
  test("a call that is declined ends for both", decline);
}

/// Two who have talked, each with a page.
async function pages({ is_relayed = false, second = {} } = {}) {
  const users = [await sign_up(node), await sign_up(node)];
  const first = await Session.open(node, users[0]);
  await say(first, users[1].id, "may I call?");
  await first.close();
  const all = [];
  for (const user of users) {
    const options = user === users[1] ? second : {};
    const page = await browser.page(node.http_url, { permissions: ["camera", "microphone"], ...options });
    await keep_connections(page);
    if (is_relayed) await page.evaluate(() => localStorage.setItem("parley.calls.relay", "yes"));
    await page.getByLabel("Handle").fill(user.id);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("list", { name: "Conversations" }).getByRole("button").first().click();
    all.push(page);
  }
  return all;
}

async function talk({ is_relayed }) {
  const [anna, boris] = await pages({ is_relayed });
  await anna.getByRole("button", { name: "Call" }).click();
  await boris.getByRole("button", { name: "Answer" }).click(patience);
  await see_each_other(anna, boris, is_relayed);
  await screenshot(anna, is_relayed ? "call-relayed" : "call");
  if (!is_relayed) await outlive_the_node(anna, boris);
  await anna.getByRole("button", { name: "Hang up" }).click();
  await boris.getByText("The call has ended.").waitFor(patience);
  for (const page of [anna, boris]) {
    await page.locator("section.call").waitFor({ state: "hidden", ...patience });
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
}

async function see_each_other(anna, boris, is_relayed) {
  const words = is_relayed ? "Connected over a relay" : "Connected";
  for (const page of [anna, boris]) await page.getByText(words, { exact: true }).waitFor(patience);
  await Promise.all([pictures_come(anna), pictures_come(boris)]);
}

/// The node forgets the call, and is told of it again.
async function outlive_the_node(...pages) {
  await node.kill("SIGKILL");
  await Promise.all(pages.map((page) => page.getByText("Reconnecting…").waitFor(patience)));
  await node.start();
  await Promise.all(pages.map((page) => page.locator("#banner").waitFor({ state: "hidden", ...patience })));
  await see_each_other(...pages, false);
}

async function decline() {
  const phone = { viewport: { width: 390, height: 780 }, colorScheme: "dark" };
  const [anna, boris] = await pages({ second: phone });
  await screenshot(anna, "call-chat");
  await anna.getByRole("button", { name: "Call" }).click();
  await boris.getByRole("button", { name: "Answer" }).waitFor(patience);
  await screenshot(boris, "call-ringing-phone");
  await screenshot(anna, "call-calling");
  await boris.getByRole("button", { name: "Decline" }).click(patience);
  await anna.getByText("The call has ended.").waitFor(patience);
  for (const page of [anna, boris]) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
}
