/// Clients that never give up, and what has happened to them.

import { performance } from "node:perf_hooks";
import { check } from "../chaos/checker.mjs";
import { CallError, repeated, Session } from "./session.mjs";
import { deferred, delay, patience_ms, within } from "./wait.mjs";

/// What chaos/checker.mjs checks, as clients write it down.
export class History {
  sends = [];
  reads = [];
  views = [];
  /// Sessions that were opened in place of another: {user, at, why}.
  reconnects = [];

  now() {
    return performance.now();
  }
}

const unavailable = new Set([429, 503]);
const is_final = (error) => error instanceof CallError && !unavailable.has(error.code);
/// A node that has given no good answer for so long is left.
const refused_max_ms = 2_000;

/// A client as it should be: it repeats with the same client_id until it is
/// answered, goes elsewhere where it gets no good answer, and asks for what it
/// was told to have missed.
export class StubbornClient {
  is_over = false;
  /// Whether it gives up a send that has just failed.
  gives_up = () => false;
  #at = new Map();
  #ahead = new Map();
  #catching_up = new Set();

  /// `pick` says which node is the next to try, given the last one.
  constructor(pick, user, conversations, history, { patience = 10_000 } = {}) {
    Object.assign(this, { pick, user, conversations, history, patience });
    for (const each of conversations) {
      this.#at.set(each, 0);
      this.#ahead.set(each, new Set());
    }
  }

  /// Opens the first session.
  open() {
    return this.#reconnect("begin");
  }

  /// Goes to that node, if it is at another.
  async move(node) {
    await this.connecting;
    if (this.node !== node) await this.#reconnect("moved", () => node);
  }

  /// Until it has asked for all that it knows to have missed.
  async level() {
    await this.connecting;
    while (this.#catching_up.size > 0) await Promise.all(this.#catching_up);
  }

  /// Sends until it is acknowledged; false where it gave up.
  async send(conversation, client_id) {
    const { history } = this;
    const send = { conversation, user: this.user.id, client_id, started: history.now() };
    history.sends.push(send);
    for (;;) {
      await this.connecting;
      const { session } = this;
      try {
        const params = { conversation, client_id, text: client_id };
        const { seq, duplicate } = await session.call("message.send", params);
        Object.assign(send, { ended: history.now(), seq, duplicate });
        session.good_at = send.ended;
        this.#know(conversation, seq);
        on_acknowledged();
        return true;
      } catch (error) {
        send.failures = (send.failures ?? 0) + 1;
        await this.#bear(session, error);
        if (this.is_over || this.gives_up()) return false;
      }
    }
  }

  /// Asks once for the newest message of a conversation.
  async read(conversation) {
    const { history, session } = this;
    const started = history.now();
    try {
      const { messages } = await session.call("message.history", { conversation, limit: 1 });
      // What made the conversation comes before all messages.
      const { seq, client_id } = messages[0] ?? { seq: 1 };
      session.good_at = history.now();
      history.reads.push({ conversation, started, ended: session.good_at, seq, client_id,
        by: `${this.user.id} at ${session.info.node}` });
    } catch (error) {
      await this.#bear(session, error);
    }
  }

  /// Gives up all that is under way.
  async close() {
    this.is_over = true;
    this.session?.ws.terminate();
    await this.connecting;
  }

  async #bear(session, error) {
    if (is_final(error)) throw error;
    // One that asks rarely has not heard anything good for long.
    if (!(session.bad_since > session.good_at)) session.bad_since = this.history.now();
    const is_alive = this.history.now() - session.bad_since < refused_max_ms;
    if (error instanceof CallError && is_alive) await delay(error.data.retry_after_ms ?? 100);
    else await this.#leave(session, error.message);
  }

  #leave(session, why) {
    if (session === this.session && !this.connecting) this.#reconnect(why);
    return this.connecting;
  }

  #reconnect(why, pick = this.pick) {
    this.session?.ws.terminate();
    if (this.session) why = `${this.node.set["node.name"]}: ${why}`;
    this.connecting = this.#connect(why, pick).finally(() => { this.connecting = null; });
    return this.connecting;
  }

  async #connect(why, pick) {
    for (let pause = 20; !this.is_over; pause = Math.min(2 * pause, 500)) {
      const views = new Map(this.conversations.map((each) => [each, []]));
      const on_event = (event) => this.#take(views, event);
      try {
        this.node = pick(this.node);
        const session = await Session.open(this.node, this.user, { patience: this.patience, on_event });
        this.session = session;
        session.good_at = this.history.now();
        session.closed.then(({ code, reason }) => this.#leave(session, `closed: ${code} ${reason}`));
        this.history.reconnects.push({ user: this.user.id, at: session.good_at, why });
        this.#catch_up(session, views);
        return;
      } catch (error) {
        if (is_final(error)) throw error;
        await delay(pause);
      }
    }
  }

  #take(views, { method, params }) {
    const { conversation, seq } = params;
    const told = views.get(conversation);
    if (method === "event.goaway") {
      const { session } = this;
      setTimeout(() => this.#leave(session, "goaway"), params.reconnect_after_ms);
    } else if (told && method === "event.gap") {
      told.push({ gap: params.last_seq });
      // One that comes right behind the answer to session.open may be seen before
      // it, and then what was missed is asked for all the same.
      if (this.session) this.#track(this.#pull(this.session, conversation));
    } else if (told && seq) {
      told.push({ seq, client_id: params.client_id });
      this.#know(conversation, seq);
    }
    return true;
  }

  #know(conversation, seq) {
    const ahead = this.#ahead.get(conversation).add(seq);
    let at = this.#at.get(conversation);
    while (ahead.delete(at + 1)) at += 1;
    this.#at.set(conversation, at);
    if (seq <= at) ahead.delete(seq);
  }

  #track(work) {
    this.#catching_up.add(work);
    work.finally(() => this.#catching_up.delete(work));
  }

  #catch_up(session, views) {
    for (const conversation of this.conversations)
      this.#track(this.#pull(session, conversation).then((from) => {
        if (from === null) return;
        this.history.views.push({ conversation, user: this.user.id, from, session,
          name: `${this.user.id} at ${session.info.node}, ${session.info.session_id}`,
          told: views.get(conversation) });
      }));
  }

  /// Up to which position the conversation is now known; null where the session
  /// ended before.
  async #pull(session, conversation) {
    while (session.ws.readyState === 1) {
      const started = this.history.now();
      const after = this.#at.get(conversation);
      try {
        const { conversations } = await session.call("sync",
          { conversations: { [conversation]: after }, limit: 200 });
        session.good_at = this.history.now();
        const page = conversations.find((c) => c.id === conversation);
        for (const { params } of page?.events ?? []) this.#know(conversation, params.seq);
        if (page?.has_more) continue;
        const { seq, client_id } = page?.events.at(-1)?.params ?? { seq: after };
        this.history.reads.push({ conversation, started, ended: this.history.now(), seq, client_id,
          by: `${this.user.id} at ${session.info.node}, by sync` });
        return seq;
      } catch (error) {
        await this.#bear(session, error);
      }
    }
    return null;
  }
}

let wanted = 0;
let enough = deferred();

function on_acknowledged() {
  wanted -= 1;
  if (wanted === 0) enough.resolve();
}

/// After so many more answers.
export function after_answers(count) {
  wanted = count;
  enough = deferred();
  return within(enough.promise, `${count} answers`, 60_000);
}

/// A whole conversation from a position on, as the checker wants it.
export async function read_log(session, conversation, source, now, base = 0) {
  const events = [];
  for (let started, after = base; ; after = events.at(-1)?.seq ?? base) {
    started = now();
    const { conversations } = await repeated(() =>
      session.call("sync", { conversations: { [conversation]: after }, limit: 200 }));
    const page = conversations.find((c) => c.id === conversation);
    for (const { params } of page?.events ?? []) {
      const { seq, client_id, ts } = params;
      events.push({ seq, client_id, sender: params.sender ?? params.by, ts });
    }
    if (!page?.has_more) return { conversation, source, started, events };
  }
}

/// What is wrong with all that has happened. What is still on its way to a
/// session is given time.
export async function judge({ sends, reads, views }, logs, base) {
  for (const end = Date.now() + patience_ms; ; await delay(50)) {
    const faults = check({ base, sends, reads, logs,
      views: views.map((view) => ({ ...view, is_open: view.session.ws.readyState === 1 })) });
    if (Date.now() > end || !faults.some((fault) => fault.kind === "untold")) return faults;
  }
}
