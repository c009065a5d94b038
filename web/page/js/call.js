/// A video call with the other of a direct conversation: who rings whom, and
/// when it is over. What connects the two browsers is a Peer.

import { open_media, Peer, stop_media } from "./peer.js";

export class Call {
  #peer = null;
  #early = [];

  /// none, calling, ringing, connecting or connected.
  phase = "none";
  conversation = null;
  other = null;
  local = null;
  /// Why the last call ended, in words.
  ended = "";

  constructor(store, client) {
    Object.assign(this, { store, client });
    client.on_signal.push((signal) => this.#take(signal));
    client.on_ready.push(() => this.#reconnected());
    addEventListener("pagehide", () => this.hang_up());
  }

  get remote() {
    return this.#peer?.remote ?? null;
  }

  get is_relayed() {
    return Boolean(this.#peer?.is_relayed);
  }

  async start({ id, peer }) {
    if (this.phase !== "none") return;
    this.#become("calling", { conversation: id, other: peer });
    await this.#with_media(() => this.#send("ring"));
  }

  async accept() {
    if (this.phase !== "ringing") return;
    this.#become("connecting");
    await this.#with_media(() => this.#connect());
  }

  hang_up() {
    if (this.phase === "none") return;
    this.#send("hangup").catch(() => {}); // the node notices by itself
    this.#end();
  }

  /// Goes on once there is a picture of one's own, unless it is over by then.
  async #with_media(go_on) {
    const { conversation } = this;
    try {
      const media = await open_media();
      if (this.conversation !== conversation) return stop_media(media);
      this.local = media;
      this.store.changed();
      await go_on();
    } catch (error) {
      if (this.conversation === conversation) this.#fail(error);
    }
  }

  // -- signals ----------------------------------------------------------------

  #take({ conversation, from, kind, data }) {
    if (conversation.startsWith("m.")) return; // strangers do not ring
    if (conversation !== this.conversation) return kind === "ring" && this.#ring(conversation, from);
    if (from !== this.other) return; // the call is with somebody else
    if (kind === "hangup") return this.#hung_up(data?.reason);
    // A ring while calling: both call at once, which is as good as an answer.
    if (kind !== "ring") this.#early.push({ kind, data });
    if (this.phase === "calling" && this.local) this.#connect();
    else if (this.#peer) this.#hand_over();
  }

  /// Who has only lost the node is still to be seen, and will come back.
  #hung_up(reason) {
    if (reason === "offline" && this.phase === "connected") this.#peer.offer_was_lost();
    else this.#end(ends[reason] ?? "The call has ended.");
  }

  #hand_over() {
    for (const signal of this.#early.splice(0)) this.#peer.take(signal);
  }

  #ring(conversation, from) {
    if (this.phase !== "none") {
      const data = { reason: "busy" };
      return this.client.quietly("signal.send", { conversation, to: from, kind: "hangup", data });
    }
    this.client.need_user(from);
    this.#become("ringing", { conversation, other: from });
  }

  /// Another session has taken this one's place, and the node is to know.
  #reconnected() {
    if (this.phase === "calling" && this.local) this.#send("ring").catch((error) => this.#fail(error));
    this.#peer?.restart();
  }

  #send(kind, data) {
    const { conversation, other } = this;
    return this.client.call("signal.send", { conversation, to: other, kind, data });
  }

  // -- the connection ---------------------------------------------------------

  #connect() {
    const { client, conversation, other, local, store } = this;
    // Any rule will do on which both agree.
    const is_polite = store.me.id < other;
    const peer = new Peer({
      is_polite,
      // The offer is how the caller learns that the call was answered.
      begins: this.phase === "ringing" || !is_polite,
      media: local,
      send: (kind, data) => client.call("signal.send", { conversation, to: other, kind, data }),
      servers: async () => (await client.call("ice.servers", {})).ice_servers,
      changed: () => this.#peer === peer && this.#become(peer.state),
      failed: (error) => this.#peer === peer && this.#fail(error),
    });
    this.#peer = peer;
    this.#become("connecting");
    this.#hand_over();
  }

  #become(phase, more = {}) {
    Object.assign(this, { phase, ended: "" }, more);
    this.store.changed();
  }

  #fail(error) {
    this.hang_up();
    this.#end(error.message);
  }

  #end(words = "") {
    this.#peer?.close();
    stop_media(this.local);
    this.#peer = null;
    this.#early = [];
    this.#become("none", { conversation: null, other: null, local: null });
    this.ended = words;
  }
}

const ends = {
  busy: "The other is in another call.",
  offline: "The other is not here now.",
  timeout: "Nobody answered.",
  declined: "You declined on another device.",
  answered_elsewhere: "You answered on another device.",
  gone: "The connection to the other was lost.",
};
