/// A foreign client: npm's ws, and JSON-RPC by hand.

import { randomBytes } from "node:crypto";
import WebSocket from "ws";
import { deferred, patience_ms, until, within } from "./wait.mjs";

export const password = "correct horse battery";
let made = 0;

export function fresh_handle(stem = "user") {
  made += 1;
  return `${stem}-${made}-${randomBytes(4).toString("hex")}`;
}

/// Signs up: {id, token, refresh_token, handle}.
export async function sign_up(node, handle = fresh_handle(), display_name) {
  const body = { handle, password };
  if (display_name) body.display_name = display_name;
  const answer = await node.http("POST", "/v1/auth/signup", { body });
  if (answer.status !== 201) {
    const why = new Error(`signup: ${answer.status} ${JSON.stringify(answer.body)}`);
    throw Object.assign(why, { code: answer.status });
  }
  return { ...answer.body, id: answer.body.user.id };
}

export class CallError extends Error {
  constructor({ code, message, data }) {
    super(`${code} ${message}: ${data?.detail}`);
    this.code = code;
    this.name_on_wire = message;
    this.data = data ?? {};
  }
}

/// What a client does that is told `unavailable`, as it may be while a shard
/// changes its owner: asks again.
export const repeated = (ask) => until(() => ask().catch((error) => {
  if (error.code !== 503) throw error;
  return null;
}), "an answer that is not unavailable");

export class Session {
  events = [];
  #waiting = [];
  #calls = new Map();
  #next_id = 1;
  #frames = [];
  #frame_waiting = null;

  /// `patience` is how long a call may take; `on_event` is given each event and
  /// answers whether it has taken it.
  constructor(url, { patience = patience_ms, on_event, ...options } = {}) {
    this.patience = patience;
    this.on_event = on_event;
    this.ws = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.opened = new Promise((done, fail) => {
      this.ws.once("open", done);
      this.ws.once("error", fail);
    });
    this.opened.catch(() => {});
    this.closed = new Promise((done) => {
      this.ws.once("close", (code, reason) => done({ code, reason: `${reason}` }));
    });
    this.closed.then(() => this.#fail_calls());
    this.ws.on("error", () => {});
    this.ws.on("message", (data) => this.#receive(JSON.parse(data)));
  }

  /// A socket that has not said who it is.
  static async connect(node, { query = "", ...options } = {}) {
    const session = new Session(node.ws_url + query, options);
    try {
      await within(session.opened, "the socket opens", session.patience);
    } catch (error) {
      session.ws.terminate();
      throw error;
    }
    return session;
  }

  /// A session of the user, authenticated by session.open.
  static async open(node, user, { device_id, ...options } = {}) {
    const session = await Session.connect(node, options);
    const params = { token: user.token };
    if (device_id) params.device_id = device_id;
    session.info = await session.call("session.open", params);
    session.user = user.id;
    return session;
  }

  send_text(text) {
    this.ws.send(text);
  }

  /// The result, or throws CallError.
  call(method, params = {}) {
    const id = this.#next_id++;
    const call = deferred();
    this.#calls.set(id, call);
    this.send_text(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return within(call.promise, `answer to ${method}`, this.patience);
  }

  /// The error of a call that must fail.
  async fails(method, params = {}) {
    try {
      const result = await this.call(method, params);
      throw new Error(`${method} did not fail: ${JSON.stringify(result)}`);
    } catch (error) {
      if (error instanceof CallError) return error;
      throw error;
    }
  }

  /// Sends what is given as it is; answers the next frame that is no event and
  /// answers none of the calls above.
  raw(text) {
    this.send_text(text);
    return this.raw_answer();
  }

  raw_answer() {
    if (this.#frames.length > 0) return Promise.resolve(this.#frames.shift());
    this.#frame_waiting = deferred();
    return within(this.#frame_waiting.promise, "an answer");
  }

  /// The first event of that name that fits, which is then forgotten.
  next(name, fits = () => true, ms = patience_ms) {
    const wanted = (event) => event.method === name && fits(event.params);
    const at = this.events.findIndex(wanted);
    if (at >= 0) return Promise.resolve(this.events.splice(at, 1)[0].params);
    const waiter = { wanted, ...deferred() };
    this.#waiting.push(waiter);
    return within(waiter.promise, `${name} for ${this.user}`, ms);
  }

  /// What has come of that name; nothing is forgotten.
  seen(name, fits = () => true) {
    return this.events.filter((e) => e.method === name && fits(e.params))
      .map((e) => e.params);
  }

  close() {
    this.ws.close(1000);
    return within(this.closed, "the socket closes");
  }

  #receive(frame) {
    if (frame.method) this.#event(frame);
    else if (this.#calls.has(frame.id)) this.#answer(frame);
    else if (this.#frame_waiting) {
      this.#frame_waiting.resolve(frame);
      this.#frame_waiting = null;
    } else this.#frames.push(frame);
  }

  #answer({ id, result, error }) {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error) call.reject(new CallError(error));
    else call.resolve(result);
  }

  #event(event) {
    if (this.on_event?.(event)) return;
    const at = this.#waiting.findIndex(({ wanted }) => wanted(event));
    if (at < 0) this.events.push(event);
    else this.#waiting.splice(at, 1)[0].resolve(event.params);
  }

  #fail_calls() {
    for (const { promise, reject } of this.#calls.values()) {
      promise.catch(() => {});
      reject(new Error("the socket was closed"));
    }
    this.#calls.clear();
  }
}

/// Users with an open session each: [{…user, session}].
export async function people(node, count) {
  const all = [];
  for (let i = 0; i < count; ++i) {
    const user = await sign_up(node);
    all.push({ ...user, session: await Session.open(node, user) });
  }
  return all;
}

let sent = 0;

/// Sends with a fresh client_id.
export function say(session, where, text) {
  sent += 1;
  const key = /^[dgm]\./.test(where) ? "conversation" : "to";
  return session.call("message.send", { [key]: where, client_id: `c${sent}`, text });
}

export async function make_group(owner, members, more = {}) {
  const params = { kind: "group", title: "Group", members: members.map((m) => m.id), ...more };
  const { conversation } = await owner.session.call("conversation.create", params);
  return conversation;
}
