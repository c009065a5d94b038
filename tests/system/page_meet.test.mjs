/// Strangers meet on the page, in real Chromium with made-up cameras.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, is_there, screenshot } from "./support/browser.mjs";
import { Coturn } from "./support/coturn.mjs";
import { keep_connections, media, pictures_come } from "./support/media.mjs";
import { fresh_handle, password, sign_up } from "./support/session.mjs";
import { scale, until } from "./support/wait.mjs";

const patience = { timeout: 30_000 * scale };
let node, browser, turn;

if (!is_there) {
  console.log("SKIPPED ALOUD: page_meet needs Chromium (see scripts/setup.sh --tests)");
} else {
  before(async () => {
    [node, turn] = await Coturn.with_node({ "queues.default.met_for": "0ms" });
    browser = await Browser.launch(media);
  });
  after(async () => {
    await browser?.close();
    await node?.stop();
    await turn?.stop();
  });
  test("strangers meet, one goes on to the next, blocks and reports", meets);
  test("offers that cross are no hindrance", cross);
}

async function open_page(name, options = {}) {
  const user = await sign_up(node, fresh_handle(name.toLowerCase()), name);
  const page = await browser.page(node.http_url, { permissions: ["camera", "microphone"], ...options });
  page.user = user;
  await keep_connections(page);
  await page.getByLabel("Handle").fill(user.id);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Meet someone" }).click();
  return page;
}

async function start(page, interests) {
  await page.getByLabel("Interests").fill(interests);
  await page.getByRole("button", { name: "Start" }).click();
}

const says = (page, words) => page.getByText(words, { exact: true }).first().waitFor(patience);

async function meets() {
  const [anna, boris] = [await open_page("Anna"), await open_page("Boris")];
  await start(anna, "chess, tea");
  await anna.getByText(/^Looking for somebody… \d+ s so far/).waitFor(patience);
  await screenshot(anna, "meet-waiting");
  await start(boris, "Chess, cars");
  await says(anna, "You both like chess");
  await says(boris, "Anna");
  await Promise.all([pictures_come(anna), pictures_come(boris)]);
  await boris.getByLabel("Message", { exact: true }).fill("Hello stranger");
  await boris.keyboard.press("Enter");
  await anna.getByRole("log").getByText("Hello stranger").waitFor(patience);
  await screenshot(anna, "meet-desktop");

  const clara = await open_page("Clara", { viewport: { width: 390, height: 780 }, colorScheme: "dark" });
  await screenshot(clara, "meet-form-phone");
  await clara.evaluate(() => localStorage.setItem("parley.calls.relay", "yes"));
  await start(clara, "tea");
  await anna.getByRole("button", { name: "Next" }).click();
  await says(boris, "The other has gone on to the next.");
  await says(anna, "You both like tea");
  await Promise.all([pictures_come(anna), pictures_come(clara)]);
  await says(clara, "Connected over a relay");
  await screenshot(clara, "meet-phone");

  await clara.getByRole("button", { name: "Leave" }).click();
  await says(anna, "The other has left.");
  await blocks(clara, anna);
  await reports(boris, anna);
  for (const page of [anna, boris, clara]) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
}

async function blocks(page, other) {
  for (const each of [other, page]) await start(each, "tea");
  await page.getByRole("button", { name: "Block" }).click();
  await says(other, "The other has left.");
  await until(async () => {
    const body = { to: page.user.id, client_id: fresh_handle(), text: "Why?" };
    return (await node.http("POST", "/v1/messages", { token: other.user.token, body })).status === 403;
  }, "the other can't write");
}

async function reports(page, other) {
  for (const each of [other, page]) await start(each, "tea");
  await page.getByRole("button", { name: "Report" }).click();
  await page.getByLabel("Reason").selectOption("Nudity");
  await page.getByRole("button", { name: "Report and leave" }).click();
  await says(other, "The meeting was ended.");
  const { reports: all } = await until(async () => {
    const found = await node.admin("reports.list", { user: other.user.id });
    return found.reports.length > 0 ? found : null;
  }, "the report has come");
  assert.equal(all[0].reason, "nudity");
}

/// Pairs of peers in one page, both of which make an offer at once.
async function cross() {
  const page = await browser.page(node.http_url, { permissions: ["camera", "microphone"] });
  const all = await page.evaluate(async () => {
    const { open_media, Peer } = await import("/js/peer.js");
    const media = await open_media();
    const pair = () => Promise.all([true, false].map((is_polite, at, ends) => new Promise((done, failed) => {
      ends[at] = new Peer({
        is_polite, begins: true, media, failed, servers: async () => [],
        send: async (kind, data) => ends[1 - at].take({ kind, data }),
        changed: () => ends[at].state === "connected" && done(at),
      });
    })));
    return Promise.all(Array.from({ length: 5 }, pair));
  });
  assert.equal(all.length, 5);
  await page.context().close();
}
