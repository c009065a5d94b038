/// A user who meets one stranger after the other, whatever happens to the nodes,
/// and remembers what it was told.

import { randomInt } from "node:crypto";
import { Session } from "./session.mjs";
import { delay, until, within } from "./wait.mjs";

export class Seeker {
  session = null;
  /// The match it is in, as far as it knows.
  match = null;
  /// Every `found`, by conversation; and when the first of each came.
  found = new Map();
  is_over = false;
  #wake = () => {};

  /// `node_of` answers a node that is there.
  constructor(node_of, user) {
    this.node_of = node_of;
    this.user = user;
  }

  async run() {
    while (!this.is_over) {
      try {
        await this.#open();
        await (this.match ? this.#talk() : this.#seek());
      } catch (error) {
        // The node is gone, or asks to be asked again.
        if (typeof error.code !== "number" || error.code === 503) await delay(20);
        else if (error.code === 403 || error.code === 404) this.match = null;
        else if (error.code !== 409) throw error;
        else await this.#told(200);
      }
    }
  }

  /// No longer waits, and knows what is still to be known.
  async settle() {
    await until(async () => {
      try {
        await this.#open();
        await this.session.call("match.cancel");
        return true;
      } catch {
        return false;
      }
    }, `${this.user.id} has settled`);
  }

  async #open() {
    if (this.session?.ws.readyState === 1) return;
    this.session?.ws.terminate();
    const on_event = (event) => this.#hear(event);
    this.session = await Session.open(this.node_of(), this.user, { on_event, patience: 3_000 });
  }

  #hear({ method, params }) {
    if (method !== "event.match") return true;
    const { state, conversation, partner } = params;
    if (state === "found") {
      this.match = conversation;
      if (!this.found.has(conversation))
        this.found.set(conversation, { partner: partner.id, at: Date.now() });
    } else if (state === "ended" && this.match === conversation) {
      this.match = null;
    }
    this.#wake();
    return true;
  }

  #told(ms) {
    const told = new Promise((done) => { this.#wake = done; });
    return within(told, "event.match", ms).catch(() => {});
  }

  async #seek() {
    const told = this.#told(300);
    await this.session.call("match.enqueue", { self: {}, interests: ["tea"] });
    await told;
  }

  async #talk() {
    const conversation = this.match;
    const client_id = `${randomInt(2 ** 40)}`;
    await this.session.call("message.send", { conversation, client_id, text: "hello" });
    await delay(100 + randomInt(200));
    if (this.match !== conversation) return;
    await this.session.call(randomInt(2) ? "match.leave" : "match.next");
    if (this.match === conversation) this.match = null;
  }
}

/// What is wrong with the records, or does not agree with what was told.
export function judge(records, seekers) {
  const faults = [];
  const by_user = new Map(seekers.map((seeker) => [seeker.user.id, []]));
  for (const record of records)
    for (const user of [record.first, record.second]) by_user.get(user).push(record);
  const known = new Map(records.map((record) => [record.conversation, record]));
  for (const { user, found } of seekers) {
    const mine = by_user.get(user.id).sort((a, b) => a.began - b.began);
    mine.forEach((record, i) => {
      const next = mine[i + 1];
      if (next && (!record.ended || record.ended > next.began))
        faults.push(`${user.id} in two matches: ${record.conversation} and ${next.conversation}`);
    });
    for (const [conversation, { partner }] of found) {
      const record = known.get(conversation);
      const both = record && [record.first, record.second];
      if (!record || !both.includes(user.id) || !both.includes(partner) || partner === user.id)
        faults.push(`${user.id} was told of ${conversation} with ${partner}, the record is ${JSON.stringify(record)}`);
    }
  }
  const knows = new Set(seekers.flatMap((seeker) => [...seeker.found.keys()]));
  for (const record of records)
    if (!record.ended && !knows.has(record.conversation)) faults.push(`nobody was told of ${record.conversation}`);
  return faults;
}
