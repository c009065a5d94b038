/// One connection that keeps itself: it authenticates, answers calls by id,
/// notices a dead peer, and comes back after a close that allows it.

import { words_for } from "./words.js";

const call_timeout_ms = 15_000;
const silence_timeout_ms = 10_000;
const backoff_first_ms = 400;
const backoff_max_ms = 20_000;

export class RpcError extends Error {
  constructor({ code, message, data } = {}) {
    super(words_for({ code: code ?? 503, data }));
    this.code = code ?? 503;
    this.name = message ?? "unavailable";
    this.retry_after_ms = data?.retry_after_ms ?? 0;
  }

  /// Whether the same call may succeed later.
  get is_transient() {
    return this.code === 503 || this.code === 429;
  }
}

const offline = () =>
  new RpcError({ code: 503, message: "unavailable", data: { detail: "offline" } });

export class Socket {
  #ws = null;
  #calls = new Map();
  #next_id = 1;
  #attempts = 0;
  #retry_timer = 0;
  #pulse_timer = 0;
  #goaway_until = 0;
  #heard_at = 0;
  #wanted = false;
  #heartbeat_ms = 25_000;
  #device_id = random_id();

  /// `hooks`: token(fresh), on_open(session), on_state(state), on_event(method,
  /// params), on_verdict(code): the node does not want this session back.
  constructor(url, hooks) {
    this.url = url;
    this.hooks = hooks;
    addEventListener("online", () => this.#retry_now());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#retry_now();
    });
  }

  start() {
    this.#wanted = true;
    this.#attempts = 0;
    this.#connect();
  }

  stop() {
    this.#wanted = false;
    clearTimeout(this.#retry_timer);
    this.#drop(1000);
  }

  /// Answers the result or throws RpcError.
  call(method, params = {}) {
    if (this.#ws?.readyState !== WebSocket.OPEN)
      return Promise.reject(offline());
    const id = this.#next_id++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#calls.delete(id);
        reject(offline());
      }, call_timeout_ms);
      this.#calls.set(id, { resolve, reject, timer });
      this.#ws.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  #connect(fresh = false) {
    clearTimeout(this.#retry_timer);
    this.#retry_timer = 0;
    this.hooks.on_state("connecting");
    const token = this.hooks.token(fresh);
    const ws = new WebSocket(this.url);
    this.#ws = ws;
    ws.onopen = () => this.#open(ws, token);
    ws.onmessage = ({ data }) => this.#receive(ws, data);
    ws.onclose = ({ code }) => this.#closed(ws, code);
    token.catch((error) => {
      if (ws !== this.#ws) return;
      if (error.status === 401 || error.status === 403) this.stop();
      else ws.close();
    });
  }

  async #open(ws, token_promise) {
    try {
      const token = await token_promise;
      if (ws !== this.#ws) return;
      const params = { token, device_id: this.#device_id };
      const session = await this.call("session.open", params);
      this.#attempts = 0;
      this.#heartbeat_ms = session.heartbeat_ms;
      this.#watch_pulse(ws);
      this.hooks.on_state("open");
      this.hooks.on_open(session);
    } catch (error) {
      if (ws !== this.#ws) return;
      if (error.code === 401) this.#closed(ws, 4501);
      else ws.close();
    }
  }

  #receive(ws, data) {
    if (ws !== this.#ws) return;
    this.#heard_at = Date.now();
    const frame = JSON.parse(data);
    if (frame.method === "event.goaway") this.#go_away(frame.params);
    else if (frame.method) this.hooks.on_event(frame.method, frame.params);
    else this.#answer(frame);
  }

  #answer({ id, result, error }) {
    const call = this.#calls.get(id);
    if (!call) return;
    this.#calls.delete(id);
    clearTimeout(call.timer);
    if (error) call.reject(new RpcError(error));
    else call.resolve(result);
  }

  /// Leaves when told to, or earlier if the node closes first.
  #go_away({ reconnect_after_ms }) {
    this.#goaway_until = Date.now() + reconnect_after_ms;
    clearTimeout(this.#retry_timer);
    this.#retry_timer = setTimeout(() => {
      this.#drop(1000);
      this.#connect();
    }, reconnect_after_ms);
  }

  #closed(ws, code) {
    if (ws !== this.#ws) return;
    this.#drop(1000);
    if (!this.#wanted) return;
    if (code === 4501 && this.#attempts === 0) {
      this.#attempts = 1; // the token may just be old: once, with a new one
      this.#connect(true);
    } else if (code >= 4500 && code < 5000) {
      this.#wanted = false;
      this.hooks.on_state("closed");
      this.hooks.on_verdict(code);
    } else {
      this.#retry_later();
    }
  }

  #retry_later() {
    this.hooks.on_state("waiting");
    const most = Math.min(backoff_max_ms, backoff_first_ms * 2 ** this.#attempts);
    this.#attempts += 1;
    const spread = most / 2 + (Math.random() * most) / 2;
    const delay = Math.max(spread, this.#goaway_until - Date.now());
    this.#goaway_until = 0;
    clearTimeout(this.#retry_timer);
    this.#retry_timer = setTimeout(() => this.#connect(), delay);
  }

  #retry_now() {
    if (this.#wanted && !this.#ws) this.#connect();
  }

  /// The browser answers the node's pings by itself but never says when they
  /// stop coming, so silence is asked about.
  #watch_pulse(ws) {
    clearInterval(this.#pulse_timer);
    this.#heard_at = Date.now();
    this.#pulse_timer = setInterval(async () => {
      if (Date.now() - this.#heard_at < this.#heartbeat_ms) return;
      const late = setTimeout(() => this.#closed(ws, 4001), silence_timeout_ms);
      await this.call("session.ping").catch(() => {});
      clearTimeout(late);
    }, this.#heartbeat_ms);
  }

  #drop(code) {
    clearInterval(this.#pulse_timer);
    const ws = this.#ws;
    this.#ws = null;
    ws?.close(code);
    for (const { reject, timer } of this.#calls.values()) {
      clearTimeout(timer);
      reject(offline());
    }
    this.#calls.clear();
  }
}

export function random_id() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}
