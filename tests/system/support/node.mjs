/// A real parleyd in a directory of its own.

import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { deferred, patience_ms, within } from "./wait.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const default_bin = resolve(here, "../../../build/dev/bin");
export const bin_dir = process.env.PARLEY_BIN_DIR ?? default_bin;

/// So that tests are limited by what they test only.
const generous = {
  "limits.auth_per_address": "off",
  "limits.connections_per_address": "off",
  "limits.messages_per_user": "off",
  "limits.units_per_user": "off",
  "limits.units_per_address": "off",
  "limits.signals_per_session": "off",
  "auth.argon2.memory": "8MiB",
  "auth.argon2.passes": "1",
  "auth.queue_max": "1000",
};

export class ParleyNode {
  process = null;
  exited = null;
  log = [];

  /// `prefix` are words that a command begins with which runs elsewhere, where
  /// `host` is its address; `log_file` gets all that it logs.
  constructor({ set = {}, dir, args = [], host = "127.0.0.1", prefix = [], log_file } = {}) {
    this.is_own_dir = dir === undefined;
    this.dir = dir ?? mkdtempSync(join(tmpdir(), "parley-test-"));
    this.set = { ...generous, ...set };
    this.args = args;
    this.prefix = prefix;
    this.log_file = log_file;
    this.host = host;
    this.addresses = { client: `${host}:0`, ops: `${host}:0` };
  }

  static async start(options) {
    const node = new ParleyNode(options);
    await node.start();
    return node;
  }

  /// Answers once the node has said where it listens. A node that was started
  /// before gets the ports it had.
  async start() {
    const settings = Object.entries(this.set)
      .filter(([, value]) => value !== null)
      .flatMap(([key, value]) => ["--set", `${key}=${value}`]);
    const file = join(this.dir, "node.json");
    rmSync(file, { force: true });
    const { client, ops } = this.addresses;
    const args = ["--data-dir", this.dir, "--client", client, "--ops", ops,
      ...settings, ...this.args];
    const [command, ...words] = [...this.prefix, join(bin_dir, "parleyd"), ...args];
    this.process = spawn(command, words, { stdio: ["ignore", "pipe", "pipe"] });
    this.#keep_log();
    this.exited = new Promise((done) => {
      this.process.on("exit", (code, signal) => done({ code, signal }));
      this.process.on("error", (error) => done({ code: -1, signal: error.message }));
    });
    this.info = await this.#ready(file);
    this.addresses = { client: this.info.client, ops: this.info.ops };
    return this;
  }

  #keep_log() {
    const keep = (chunk) => {
      if (this.log_file) appendFileSync(this.log_file, chunk);
      this.log.push(chunk);
      if (this.log.length > 2_000) this.log.shift();
    };
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", keep);
    }
  }

  async #ready(file) {
    const seen = deferred();
    const look = () => {
      if (!existsSync(file)) return;
      try {
        const info = JSON.parse(readFileSync(file, "utf8"));
        if (info.pid === this.process.pid) seen.resolve(info);
      } catch {
        // Half written: there will be another change.
      }
    };
    const watcher = watch(this.dir, look);
    look();
    this.exited.then(({ code, signal }) =>
      seen.reject(new Error(`parleyd ended: ${code ?? signal}\n${this.log.join("")}`)));
    try {
      return await within(seen.promise, "the node is ready", 3 * patience_ms);
    } finally {
      watcher.close();
    }
  }

  get is_running() {
    return this.process !== null && this.process.exitCode === null && this.process.signalCode === null;
  }

  get is_tls() {
    return Boolean(this.set["client.tls.certificate"]);
  }

  get http_url() {
    return `${this.is_tls ? "https" : "http"}://${this.addresses.client}`;
  }

  get ws_url() {
    return `${this.is_tls ? "wss" : "ws"}://${this.addresses.client}/v1/ws`;
  }

  get ops_url() {
    return `http://${this.addresses.ops}`;
  }

  get port() {
    return Number(this.addresses.client.split(":").pop());
  }

  kill(signal = "SIGKILL") {
    this.process.kill(signal);
    return within(this.exited, `exit after ${signal}`, 2 * patience_ms);
  }

  async restart(signal = "SIGKILL") {
    await this.kill(signal);
    await this.start();
  }

  async stop() {
    if (this.is_running) await this.kill("SIGKILL");
    if (this.is_own_dir) rmSync(this.dir, { recursive: true, force: true });
  }

  /// POSTs or GETs JSON: {status, body, headers}.
  async http(method, path, { body, token, headers = {} } = {}) {
    if (token) headers.Authorization = `Bearer ${token}`;
    const init = { method, headers };
    if (body !== undefined) {
      headers["Content-Type"] ??= "application/json";
      init.body = typeof body === "string" ? body : JSON.stringify(body);
    }
    const answer = await fetch(this.http_url + path, init);
    const text = await answer.text();
    const is_json = answer.headers.get("content-type")?.includes("json");
    return {
      status: answer.status,
      headers: answer.headers,
      body: is_json && text ? JSON.parse(text) : text,
    };
  }

  /// GETs, or POSTs what is given.
  async ops(path, body) {
    const headers = { "Content-Type": "application/json" };
    const token = this.set["ops.token"];
    if (token) headers.Authorization = `Bearer ${token}`;
    const method = body ? "POST" : "GET";
    const signal = AbortSignal.timeout(patience_ms);
    const answer = await fetch(this.ops_url + path, { method, headers, body, signal });
    return { status: answer.status, text: await answer.text() };
  }

  /// What parleyctl asks for.
  async admin(method, params = {}) {
    const { text } = await this.ops("/v1/admin", JSON.stringify({ method, params }));
    const { result, error } = JSON.parse(text);
    if (error) throw new Error(`${method}: ${text}`);
    return result;
  }

  /// The sum of a metric over all of its labels that have `labels`.
  async metric(name, labels = "") {
    const { text } = await this.ops("/metrics");
    let sum = 0;
    for (const line of text.split("\n")) {
      const found = /^([a-zA-Z_:][\w:]*)(\{[^}]*\})? (\S+)/.exec(line);
      if (found && found[1] === name && (found[2] ?? "").includes(labels))
        sum += Number(found[3]);
    }
    return sum;
  }
}
