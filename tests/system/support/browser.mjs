/// Debian's Chromium, by playwright-core.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { scale } from "./wait.mjs";

export const executable = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const is_there = existsSync(executable);

const here = dirname(fileURLToPath(import.meta.url));
const default_out = join(here, "../../../build");

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/// A browser with a profile that is gone afterwards. Contexts: `context()`.
export class Browser {
  static async launch(more = []) {
    const browser = new Browser();
    browser.home = mkdtempSync(join(tmpdir(), "parley-chromium-"));
    browser.inner = await chromium.launch({
      executablePath: executable, args: [...flags, ...more], headless: true,
      env: { ...process.env, HOME: browser.home },
    });
    return browser;
  }

  /// A page of a new user; faults in its console are kept in `faults`.
  async page(url, options = {}) {
    const context = await this.inner.newContext({ viewport: { width: 1100, height: 720 }, ...options });
    context.setDefaultTimeout(30_000 * scale);
    const page = await context.newPage();
    page.faults = [];
    page.on("pageerror", (error) => page.faults.push(error.message));
    page.on("console", (message) => {
      const is_offline = /ERR_CONNECTION_REFUSED|WebSocket connection/.test(message.text());
      if (message.type() === "error" && !is_offline) page.faults.push(message.text());
    });
    await page.goto(url);
    return page;
  }

  async close() {
    await this.inner.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}

export async function screenshot(page, name) {
  const out = join(process.env.PARLEY_OUT_DIR ?? default_out, "screenshots");
  mkdirSync(out, { recursive: true });
  await page.screenshot({ path: join(out, `${name}.png`) });
}
