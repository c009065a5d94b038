/// The page in real Chromium: two users, a reload and a restart in the middle.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, is_there, screenshot } from "./support/browser.mjs";
import { ParleyNode } from "./support/node.mjs";
import { fresh_handle, password, Session, sign_up } from "./support/session.mjs";
import { scale } from "./support/wait.mjs";

let node, browser;
const patience = { timeout: 15_000 * scale };

if (!is_there) {
  console.log("SKIPPED ALOUD: page needs Chromium (see scripts/setup.sh --tests)");
} else {
  before(async () => {
    node = await ParleyNode.start({ set: { "limits.messages_per_user": "20/100" } });
    browser = await Browser.launch();
  });
  after(async () => {
    await browser?.close();
    await node?.stop();
  });
  test("two users talk through a reload and a restart of the node", talks);
  test("it looks right, light and dark, on a desk and in a hand", looks);
}

async function create_account(page, handle, name) {
  await page.getByRole("button", { name: "Create an account" }).click();
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Name others see").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("button", { name: "New conversation" }).waitFor(patience);
}

async function say(page, text) {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.keyboard.press("Enter");
}

const shows = (page, text) =>
  page.getByRole("log").getByText(text, { exact: true }).waitFor(patience);

const conversation = (page, name) =>
  page.getByRole("list", { name: "Conversations" }).getByRole("button", { name });

async function start_chat(page, handle) {
  await page.getByRole("button", { name: "New conversation" }).click();
  await page.getByLabel("Find people by handle").fill(handle);
  await page.getByRole("button", { name: `@${handle}` }).click();
  await page.getByRole("button", { name: "Start chat" }).click();
}

async function unfold(page, text) {
  const row = page.locator("li.message", { hasText: text }).last();
  await row.hover();
  await row.getByRole("button", { name: "Message actions" }).click();
  return row;
}

async function act(page, text, action) {
  const row = await unfold(page, text);
  await row.getByRole("button", { name: action, exact: true }).click();
}

async function talks() {
  const [anna, boris] = [fresh_handle("anna"), fresh_handle("boris")];
  const one = await browser.page(node.http_url);
  const two = await browser.page(node.http_url);
  await create_account(one, anna, "Anna");
  await create_account(two, boris, "Boris");

  await start_chat(one, boris);
  await say(one, "Hello Boris");
  await shows(one, "Hello Boris");
  await two.getByRole("button", { name: "Anna, 1 unread" }).click();
  await shows(two, "Hello Boris");
  await one.getByText("Read", { exact: true }).waitFor(patience);
  await one.getByText("online").first().waitFor(patience);

  await two.getByLabel("Message", { exact: true }).pressSequentially("Hi");
  await one.getByRole("status").getByText("typing…").waitFor(patience);
  await two.keyboard.press("Enter");
  await shows(one, "Hi");

  await act(one, "Hello Boris", "Edit");
  await say(one, "Hello dear Boris");
  await shows(two, "Hello dear Boris");
  const row = await unfold(one, "Hello dear Boris");
  await act(two, "Hello dear Boris", "React with 👍");
  await one.getByRole("button", { name: /👍, 1/ }).waitFor(patience);
  assert.ok(await row.getByRole("button", { name: "Edit" }).isVisible(), "what was unfolded stays so");
  await one.keyboard.press("Escape");
  await say(one, "to be deleted");
  await shows(two, "to be deleted");
  await act(one, "to be deleted", "Delete");
  await shows(two, "Message deleted");

  await two.reload();
  await conversation(two, "Anna").click();
  await shows(two, "Hello dear Boris");
  await say(two, "after the reload");
  await shows(one, "after the reload");

  await node.kill("SIGKILL");
  await one.getByText("Reconnecting…").waitFor(patience);
  await say(one, "said while it was down");
  await node.start();
  await shows(one, "said while it was down");
  await shows(two, "said while it was down");
  await one.locator("#banner").waitFor({ state: "hidden", ...patience });
  assert.equal(await two.getByText("said while it was down").count(), 2, "once in the log, once in the list");

  await groups(one, two, boris);
  await misses_nothing(one, two);
  for (const page of [one, two]) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
}

async function groups(one, two, boris) {
  await one.getByRole("button", { name: "New conversation" }).click();
  await one.getByLabel("Find people by handle").fill(boris);
  await one.getByRole("button", { name: `@${boris}` }).click();
  await one.getByRole("button", { name: "Make it a group" }).click();
  await one.getByLabel("Group name").fill("Chess club");
  await one.getByRole("button", { name: "Create group" }).click();
  await one.getByRole("heading", { name: "Chess club" }).waitFor(patience);
  await say(one, "First move?");
  await conversation(two, /Chess club/).click();
  await shows(two, "First move?");
  await say(two, "e4");
  await shows(one, "e4");
  await one.getByRole("button", { name: "Conversation details" }).click();
  await one.getByRole("button", { name: "Make admin: Boris" }).click();
  await one.getByRole("button", { name: "Make member: Boris" }).waitFor(patience);
  await one.getByRole("button", { name: "Remove: Boris" }).click();
  await two.getByText("You are no longer a member").waitFor(patience);
  await one.getByRole("button", { name: "Close" }).click();
}

async function misses_nothing(one, two) {
  await conversation(one, /Boris/).click();
  await conversation(two, /Anna/).click();
  await two.context().setOffline(true);
  await node.restart();
  await one.locator("#banner").waitFor({ state: "hidden", ...patience });
  for (let i = 1; i <= 3; ++i) await say(one, `missed ${i}`);
  await shows(one, "missed 3");
  await two.context().setOffline(false);
  for (let i = 1; i <= 3; ++i) await shows(two, `missed ${i}`);
  await two.getByRole("log").getByText("New", { exact: true }).waitFor(patience);
}

/// A conversation with something in it, told by clients without a page.
async function furnish() {
  const names = ["Mira", "Tomás", "Yuki", "Obi"];
  const users = await Promise.all(names.map((name) => sign_up(node, fresh_handle("look"), name)));
  const sessions = await Promise.all(users.map((user) => Session.open(node, user)));
  const me = await sign_up(node, fresh_handle("look"), "Ida");
  const mine = await Session.open(node, me);
  const members = users.map((user) => user.id);
  const { conversation: group } = await mine.call("conversation.create", { kind: "group", title: "Weekend hike", members });
  const lines = [
    [0, "Who is in for Saturday? The forecast looks perfect ☀️"], [1, "Me! I can take two in the car."],
    [4, "Count me in. Shall we start early, before it gets hot?"], [2, "Early is fine."],
    [2, "I would bring the big thermos, and Yuki's famous rice balls for everybody who gets up in time."],
    [3, "What about https://example.org/trails/ridge-walk? 14 km, not too steep, with a lake on the way."],
    [4, "Perfect. 7:30 at the station then."],
  ];
  const everyone = [...sessions, mine];
  let number = 0;
  for (const [who, text] of lines) {
    number += 1;
    const params = { conversation: group.id, client_id: `${number}`, text };
    const { seq } = await everyone[who].call("message.send", params);
    if (number === 1) for (const s of [sessions[1], sessions[2], mine])
      await s.call("message.react", { conversation: group.id, seq, emoji: "🎉" });
  }
  await sessions[1].call("message.send", { to: me.id, client_id: "d", text: "Do you still have my map?" });
  await sessions[3].call("message.send", { to: me.id, client_id: "d1", text: "The photos are great" });
  await sessions[3].call("message.send", { to: me.id, client_id: "d2", text: "Send me the one with the dog!" });
  return { me, sessions };
}

async function looks() {
  const { me, sessions } = await furnish();
  const sizes = { desktop: { width: 1100, height: 720 }, phone: { width: 390, height: 780 } };
  for (const colorScheme of ["light", "dark"]) {
    for (const [size, viewport] of Object.entries(sizes)) {
      const page = await browser.page(node.http_url, { viewport, colorScheme, hasTouch: size === "phone" });
      const name = `${colorScheme}-${size}`;
      await screenshot(page, `${name}-sign-in`);
      await page.getByLabel("Handle").fill(me.id);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await conversation(page, /Weekend hike/).waitFor(patience);
      if (size === "phone") await screenshot(page, `${name}-list`);
      await conversation(page, /Weekend hike/).click();
      await shows(page, "Perfect. 7:30 at the station then.");
      await page.getByRole("button", { name: /🎉, 3/ }).waitFor(patience);
      await screenshot(page, `${name}-chat`);
      await page.getByRole("button", { name: "Conversation details" }).click();
      await page.getByRole("dialog").getByText("Mira").waitFor(patience);
      await screenshot(page, `${name}-details`);
      const is_cut = await page.evaluate(() =>
        document.documentElement.scrollWidth > document.documentElement.clientWidth);
      assert.ok(!is_cut, "nothing sticks out at the side");
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  }
  for (const session of sessions) await session.close();
}
