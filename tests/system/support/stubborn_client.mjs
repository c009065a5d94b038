/// Clients that never give up, and what they may then expect.

import assert from "node:assert/strict";
import { repeated, Session } from "./session.mjs";
import { deferred, until, within } from "./wait.mjs";

/// A client as it should be: it repeats with the same client_id until it is
/// answered, and forgets what it has seen by (conversation, seq).
export class StubbornClient {
  seen = new Map();
  acknowledged = new Map();
  repeated = 0;
  is_over = false;

  /// `pick` says which node is the next to try.
  constructor(pick, user, conversation) {
    Object.assign(this, { pick, user, conversation });
    this.session = user.session;
    this.#listen();
  }

  #listen() {
    const take = (params) => {
      if (params.conversation === this.conversation) this.seen.set(params.seq, params.client_id);
    };
    this.session.on_event = ({ method, params }) => {
      if (method === "event.message") take(params);
    };
  }

  /// The session after the present one is gone.
  reconnect() {
    this.reconnecting ??= until(async () => {
      try {
        const session = await Session.open(this.pick(), this.user);
        this.session = session;
        this.#listen();
        await this.catch_up();
        return true;
      } catch {
        return false;
      }
    }, "reconnected", 60_000).finally(() => { this.reconnecting = null; });
    return this.reconnecting;
  }

  async catch_up() {
    let after = Math.max(0, ...this.contiguous());
    for (;;) {
      const { conversations } = await repeated(() =>
        this.session.call("sync", { conversations: { [this.conversation]: after }, limit: 200 }));
      const page = conversations.find((c) => c.id === this.conversation);
      for (const { params } of page?.events ?? []) {
        this.seen.set(params.seq, params.client_id ?? "");
        after = params.seq;
      }
      if (!page?.has_more) return;
    }
  }

  /// The last position up to which everything is known.
  contiguous() {
    let at = 0;
    while (this.seen.has(at + 1)) at += 1;
    return [at];
  }

  async send_all(name) {
    for (let i = 0; !this.is_over; ++i) await this.send(`${this.user.id.slice(0, 40)}.${name}.${i}`);
  }

  async send(client_id) {
    const params = { conversation: this.conversation, client_id, text: client_id };
    for (;;) {
      try {
        const { seq, duplicate } = await this.session.call("message.send", params);
        this.acknowledged.set(client_id, seq);
        this.seen.set(seq, client_id);
        if (duplicate) this.repeated += 1;
        on_acknowledged();
        return;
      } catch (error) {
        if (error.code && error.code !== 503 && error.code !== 429) throw error;
        if (this.session.ws.readyState !== 1) await this.reconnect();
      }
    }
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

async function whole_log(session, conversation) {
  const events = [];
  for (let after = 0; ;) {
    const { conversations } = await repeated(() =>
      session.call("sync", { conversations: { [conversation]: after }, limit: 200 }));
    const page = conversations.find((c) => c.id === conversation);
    events.push(...(page?.events ?? []));
    if (!page?.has_more) return events;
    after = events.at(-1).params.seq;
  }
}

/// Nothing acknowledged is lost, doubled or elsewhere; everyone has seen all of
/// it. Answers with the numbers.
export async function check(clients, conversation) {
  const log = await whole_log(clients[0].session, conversation);
  const seqs = log.map((e) => e.params.seq);
  assert.deepEqual(seqs, seqs.map((_, i) => i + 1), "positions without a gap");
  const places = new Map();
  for (const { method, params } of log) {
    if (method !== "event.message") continue;
    assert.ok(!places.has(params.client_id), `${params.client_id} is there twice`);
    places.set(params.client_id, params.seq);
  }
  let acknowledged = 0;
  let repeated = 0;
  for (const client of clients) {
    repeated += client.repeated;
    for (const [client_id, seq] of client.acknowledged) {
      assert.equal(places.get(client_id), seq, `${client_id} is lost or elsewhere`);
      acknowledged += 1;
    }
    await client.catch_up();
    for (const [seq, client_id] of client.seen)
      if (client_id) assert.equal(places.get(client_id), seq, "seen where it is");
    assert.equal(client.seen.size, log.length, "each has seen each position");
  }
  return `${acknowledged} acknowledged, ${repeated} of them repeated, ` +
    `${log.length} positions: 0 lost, 0 doubled, 0 gaps`;
}
