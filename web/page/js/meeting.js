/// Meeting a stranger: wishes, waiting, and the meeting, which is a conversation
/// of two with pictures.

import { has_relay, hides_from_strangers, open_media, Peer, stop_media } from "./peer.js";

export class Meeting {
  #peer = null;
  #early = [];
  #is_wanted = false;

  /// none, waiting or met.
  phase = "none";
  conversation = null;
  partner = null;
  local = null;
  wishes = null;
  /// How many wait, how long it takes as a rule, and since when this one does.
  queue = {};
  since = 0;
  /// Why the last meeting ended or none could begin, in words.
  words = "";
  /// The user waits or meets somebody on another device.
  is_elsewhere = false;
  /// Whether there is a TURN server to go over; null until that is known.
  can_hide = null;

  constructor(store, client) {
    Object.assign(this, { store, client });
    client.on_signal.push((signal) => this.#take(signal));
    client.on_match.push((event) => this.#matched(event));
    client.on_ready.push(() => this.#reconnected());
    addEventListener("pagehide", () => this.stop());
  }

  get remote() {
    return this.#peer?.remote ?? null;
  }

  get is_connected() {
    return this.#peer?.state === "connected";
  }

  get is_relayed() {
    return Boolean(this.#peer?.is_relayed);
  }

  /// Whether it is what the user looks at.
  get is_shown() {
    const { open_id } = this.store;
    return open_id ? open_id === this.conversation : this.#is_wanted;
  }

  show() {
    this.#is_wanted = true;
    this.#learn_servers().catch(() => {});
    this.client.open(this.conversation);
  }

  hide() {
    this.#is_wanted = false;
    this.client.open(null);
  }

  // -- what the user does -----------------------------------------------------

  /// `wishes`: {self, want, interests}, as match.enqueue takes them.
  async look(wishes) {
    if (this.phase !== "none") return;
    this.wishes = wishes;
    this.#become("waiting", { since: Date.now(), queue: {} });
    try {
      if (this.is_elsewhere) await this.#give_up_elsewhere();
      this.local ??= await open_media();
      await this.#learn_servers();
      if (this.phase === "waiting") await this.#enqueue("match.enqueue", wishes);
      else this.#drop_media();
    } catch (error) {
      this.is_elsewhere = error.code === 409;
      this.#stop_with(this.is_elsewhere
        ? "You are meeting somebody on another device." : error.message);
    }
  }

  async next() {
    if (this.phase !== "met") return;
    const { conversation } = this;
    await this.#part();
    this.#become("waiting", { since: Date.now(), queue: {} });
    try {
      await this.#enqueue("match.next", { conversation });
    } catch (error) {
      this.#stop_with(error.message);
    }
  }

  /// Ends whatever there is.
  async stop() {
    const { phase, conversation } = this;
    if (phase === "none") return;
    const parted = this.#part();
    const left = phase === "met" ? this.client.quietly("match.leave", { conversation })
      : this.client.quietly("match.cancel", {});
    this.#stop_with("");
    await Promise.all([parted, left]);
  }

  async block() {
    const { id } = this.partner;
    await this.stop();
    await this.client.call("user.block", { user: id });
  }

  /// `whom`: {partner, conversation}, which may be over meanwhile.
  async report({ partner, conversation }, reason, text) {
    const params = { user: partner.id, conversation, reason };
    if (text) params.text = text;
    await this.client.call("report.create", params);
    if (this.conversation === conversation) await this.stop();
  }

  async #learn_servers() {
    const { ice_servers } = await this.client.call("ice.servers", {});
    this.can_hide = has_relay(ice_servers);
    this.store.changed();
  }

  async #enqueue(method, params) {
    this.queue = await this.client.call(method, params);
    this.store.changed();
  }

  /// The ticket may have been given up meanwhile.
  #reconnected() {
    this.#peer?.restart();
    if (this.phase === "waiting" && this.local)
      this.client.call("match.enqueue", this.wishes).catch((error) => {
        if (error.code !== 409 && !error.is_transient) this.#stop_with(error.message);
      });
  }

  #give_up_elsewhere() {
    this.is_elsewhere = false;
    return Promise.all(["match.cancel", "match.leave"].map((m) => this.client.quietly(m, {})));
  }

  // -- what the node says -----------------------------------------------------

  #matched({ state, conversation, partner, polite, reason, waiting }) {
    if (state === "found" && this.phase === "waiting") return this.#meet(conversation, partner, polite);
    if (state === "expired" && this.phase === "waiting") return this.#stop_with("Nobody came. Try again, or wish for less.");
    if (state !== "ended" || conversation !== this.conversation) return;
    this.#part();
    // The other was not there at all, and the node looks for somebody else.
    if (waiting && this.local) return this.#become("waiting", { since: Date.now(), queue: {} });
    this.#stop_with(ends[reason] ?? "The meeting has ended.");
  }

  #meet(conversation, partner, is_polite) {
    const { client, store } = this;
    const send = (kind, data) =>
      client.call("signal.send", { conversation, to: partner.id, kind, data });
    const peer = new Peer({
      is_polite, begins: !is_polite, send,
      media: this.local,
      hides: this.can_hide && hides_from_strangers(),
      servers: async () => (await client.call("ice.servers", {})).ice_servers,
      changed: () => store.changed(),
      failed: (error) => this.#peer === peer && this.#say(error.message),
    });
    this.#peer = peer;
    store.put_user(partner);
    store.met_id = conversation;
    this.#become("met", { conversation, partner });
    for (const signal of this.#early.splice(0)) this.#take(signal);
    client.fetch_conversation(conversation).then(() => this.conversation === conversation && this.show());
  }

  /// Signals may come before the news of the match.
  #take(signal) {
    if (!signal.conversation.startsWith("m.")) return;
    if (this.phase === "waiting") return this.#early.push(signal);
    if (signal.conversation !== this.conversation || signal.from !== this.partner.id) return;
    if (signal.kind === "hangup") return signal.data?.reason === "offline" && this.#peer.offer_was_lost();
    if (signal.kind !== "ring") this.#peer.take(signal);
  }

  // -- endings ----------------------------------------------------------------

  /// Hangs up first: who is in a call can't begin another.
  async #part() {
    const { conversation } = this;
    this.#peer?.close();
    this.#peer = null;
    this.#early = [];
    this.store.met_id = null;
    this.conversation = null;
    this.partner = null;
    if (!conversation) return;
    this.store.remove_conversation(conversation);
    await this.client.quietly("signal.send", { conversation, kind: "hangup" });
  }

  #stop_with(words) {
    this.#drop_media();
    this.#become("none", { words });
  }

  #drop_media() {
    stop_media(this.local);
    this.local = null;
  }

  #say(words) {
    this.words = words;
    this.store.changed();
  }

  #become(phase, more = {}) {
    Object.assign(this, { phase, words: "" }, more);
    this.store.changed();
  }
}

const ends = {
  left: "The other has left.",
  next: "The other has gone on to the next.",
  disconnected: "The connection to the other was lost.",
  reported: "The meeting was ended.",
};
