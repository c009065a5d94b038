/// Keeps the store true to the node: loads, follows events, catches up after
/// a reconnect, and asks for names, members and presence as they are needed.

import { Socket } from "./socket.js";

const page = 50;
const list_page = 50;
const lookups_at_once = 8;
const watched_members_max = 100;

export class Client {
  #delivered = new Map();
  #delivered_timer = 0;
  #watched = new Set();
  #lookups = [];
  #looking = 0;
  #asked = new Set();
  #loading = new Set();

  constructor(store, auth) {
    this.store = store;
    this.auth = auth;
    const url = new URL("v1/ws", document.baseURI);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new Socket(url.href, {
      token: (fresh) => auth.token({ fresh }),
      on_open: (session) => this.#opened(session),
      on_state: (state) => this.#state(state),
      on_event: (method, params) => this.on_event(method, params),
      on_verdict: (code) => this.#verdict(code),
    });
  }

  start() {
    this.store.reset(this.auth.user);
    this.socket.start();
  }

  stop(notice = "") {
    this.socket.stop();
    this.#asked.clear();
    this.#watched.clear();
    this.store.reset(null);
    this.store.notice = notice;
    this.#state("signed_out");
  }

  call(method, params) {
    return this.socket.call(method, params);
  }

  /// Called whenever the connection is good again.
  on_ready = [];

  /// Called with each `event.signal`, and with each `event.match`.
  on_signal = [];
  on_match = [];

  // -- the connection -------------------------------------------------------

  #state(state) {
    this.store.state = state;
    this.store.changed();
  }

  #verdict(code) {
    const words = {
      4501: "You were signed out. Please sign in again.",
      4503: "This account has been suspended.",
      4509: "This session was opened elsewhere. Sign in to go on here.",
    };
    this.auth.forget();
    this.stop(words[code] ?? `The node ended the session (${code}).`);
  }

  async #opened({ user }) {
    this.store.me = user;
    this.store.put_user(user);
    this.#asked.clear();
    const watched = [...this.#watched];
    this.#watched.clear();
    try {
      await this.load_list();
      await this.#load_blocked();
      await this.#catch_up();
      await this.watch(watched);
    } catch (error) {
      if (!error.is_transient) throw error;
      return; // the connection went again; so will this
    }
    for (const ready of this.on_ready) ready();
  }

  async load_list(cursor) {
    const params = { limit: list_page };
    if (cursor) params.cursor = cursor;
    const answer = await this.call("conversation.list", params);
    for (const summary of answer.conversations) this.#know(summary);
    this.store.list_cursor = answer.cursor ?? "";
    this.store.changed();
  }

  async #load_blocked() {
    const blocked = new Set();
    let cursor;
    do {
      const answer = await this.call("user.blocked", cursor ? { cursor } : {});
      for (const user of answer.users) blocked.add(user);
      cursor = answer.cursor;
    } while (cursor);
    this.store.blocked = blocked;
    this.store.changed();
  }

  /// What the user has set on another device.
  #set_elsewhere({ profile, presence, block, conversation, muted_until }) {
    if (profile) {
      this.store.me = profile;
      this.store.put_user(profile);
    }
    if (presence) this.store.put_presence(presence);
    if (block?.on) this.store.blocked.add(block.user);
    if (block && !block.on) this.store.blocked.delete(block.user);
    const known = this.store.conversations.get(conversation);
    if (known) known.muted_until = muted_until;
    this.store.changed();
  }

  /// Pulls what was missed in the conversations whose messages are here. Where
  /// that is very much, the end is loaded anew instead. What is new beyond one
  /// answer comes with the next.
  async #catch_up() {
    let cursor;
    do {
      const seen = this.#positions();
      if (Object.keys(seen).length === 0) return;
      const params = { conversations: seen, limit: 200 };
      if (cursor) params.cursor = cursor;
      const answer = await this.call("sync", params);
      for (const missed of answer.conversations) await this.#take_missed(missed);
      for (const summary of answer.new) this.#know(summary);
      cursor = answer.cursor;
    } while (cursor);
  }

  #positions() {
    const seen = {};
    for (const c of this.store.conversations.values())
      if (c.is_loaded && !c.is_draft) seen[c.id] = c.seen;
    return seen;
  }

  async #take_missed({ id, events, has_more }) {
    const conversation = this.store.conversations.get(id);
    if (events.length > 0) conversation.new_after ??= conversation.seen;
    if (has_more) await this.#load_anew(id);
    else for (const { method, params } of events)
      this.on_event(method, params, { from_log: true });
  }

  async #load_anew(id) {
    this.store.unload(id);
    if (this.store.open_id === id) await this.load_newest(id);
  }

  // -- events ---------------------------------------------------------------

  on_event(method, params, origin) {
    if (method === "event.presence") return this.store.put_presence(params);
    if (method === "event.signal") return this.on_signal.forEach((take) => take(params));
    if (method === "event.match") return this.on_match.forEach((take) => take(params));
    if (method === "event.settings") return this.#set_elsewhere(params);
    if (method === "event.gap") return this.#gap(params);
    const left = this.store.apply(method, params, origin);
    if (left === "hole") this.#gap(params);
    if (left === "unknown") this.fetch_conversation(params.conversation);
    if (left === "members") this.load_members(params.conversation);
    if (left === "message") this.refresh_message(params.conversation, params.target);
    if (method === "event.message") this.#delivered_at(params);
  }

  /// Events were dropped: they are in the log, so they are pulled.
  async #gap({ conversation }) {
    const known = this.store.conversations.get(conversation);
    if (!known) return this.fetch_conversation(conversation);
    if (this.#loading.has(`gap ${conversation}`)) return;
    this.#loading.add(`gap ${conversation}`);
    try {
      if (known.is_loaded) await this.#catch_up();
      await this.load_members(conversation);
    } catch (error) {
      if (!error.is_transient) throw error; // else the reconnect does it
    } finally {
      this.#loading.delete(`gap ${conversation}`);
    }
  }

  #know(summary) {
    const conversation = this.store.put_conversation(summary);
    if (conversation.kind !== "group") {
      if (!conversation.peer) this.load_members(summary.id);
      else this.#met(conversation);
    }
    if (summary.last_message) this.need_user(summary.last_message.sender);
    if (summary.unread > 0)
      this.#delivered_at({ conversation: summary.id, seq: summary.last_seq });
    return conversation;
  }

  #met({ id, peer }) {
    this.need_user(peer);
    this.watch([peer]);
    const draft = `to:${peer}`;
    if (!this.store.conversations.has(draft)) return;
    const { pending } = this.store.conversations.get(draft);
    const conversation = this.store.conversations.get(id);
    for (const [key, value] of pending) conversation.pending.set(key, value);
    const was_open = this.store.open_id === draft;
    this.store.remove_conversation(draft);
    if (was_open) this.open(id);
  }

  async fetch_conversation(id) {
    if (this.#loading.has(id)) return;
    this.#loading.add(id);
    try {
      const answer = await this.call("conversation.get", { conversation: id });
      this.#know(answer.conversation);
      this.#put_members(id, answer.members);
    } catch (error) {
      // Not a member any more, or the reconnect brings it.
      if (error.code !== 403 && error.code !== 404 && !error.is_transient)
        throw error;
    } finally {
      this.#loading.delete(id);
    }
  }

  #delivered_at({ conversation, seq, sender }) {
    if (sender === this.store.me.id) return;
    this.#delivered.set(conversation, seq);
    this.#delivered_timer ||= setTimeout(() => {
      this.#delivered_timer = 0;
      for (const [id, at] of this.#delivered)
        this.quietly("message.delivered", { conversation: id, seq: at });
      this.#delivered.clear();
    }, 400);
  }

  /// For what may be lost without harm.
  quietly(method, params) {
    return this.call(method, params).catch(() => null);
  }

  // -- what is looked at ----------------------------------------------------

  async open(id) {
    const left = this.store.open_id;
    if (left && left !== id) this.store.trim(left);
    this.store.open_id = id;
    this.store.changed();
    const conversation = this.store.conversations.get(id);
    if (!conversation || conversation.is_draft) return;
    if (left !== id) this.#mark_new(conversation);
    if (!conversation.members) this.load_members(id);
    if (!conversation.is_loaded) await this.load_newest(id);
  }

  /// Where the line above what is new goes.
  #mark_new(conversation) {
    delete conversation.new_after;
    if (conversation.unread > 0) conversation.new_after = conversation.read_seq;
  }

  async load_newest(id) {
    const answer = await this.quietly("message.history", {
      conversation: id,
      limit: page,
    });
    if (!answer) return;
    const { messages, has_more } = answer;
    this.store.put_history(id, messages, { has_more, is_newest: true });
    this.#need_senders(messages);
  }

  async load_older(id) {
    const conversation = this.store.conversations.get(id);
    if (!conversation?.has_older || this.#loading.has(`older ${id}`)) return;
    this.#loading.add(`older ${id}`);
    const oldest = Math.min(...conversation.messages.keys(), conversation.last_seq + 1);
    const params = { conversation: id, before: oldest, limit: page };
    const answer = await this.quietly("message.history", params);
    this.#loading.delete(`older ${id}`);
    if (!answer) return;
    const { messages, has_more } = answer;
    this.store.put_history(id, messages, { has_more, is_newest: false });
    this.#need_senders(messages);
  }

  /// Loads one message as it stands now.
  async refresh_message(conversation, seq) {
    const params = { conversation, after: seq - 1, limit: 1 };
    const answer = await this.quietly("message.history", params);
    const message = answer?.messages[0];
    if (message?.seq === seq) this.store.put_message({ mine: [], ...message });
  }

  async load_members(id) {
    const answer = await this.quietly("conversation.get", { conversation: id });
    if (!answer) return;
    this.store.put_conversation(answer.conversation);
    this.#put_members(id, answer.members);
  }

  #put_members(id, members) {
    this.store.put_members(id, members);
    const conversation = this.store.conversations.get(id);
    const ids = members.slice(0, watched_members_max).map((m) => m.user);
    if (conversation.kind !== "group") this.#met(conversation);
    if (this.store.open_id === id || members.length < 20)
      for (const user of ids) this.need_user(user);
    if (this.store.open_id === id) this.watch(ids);
  }

  #need_senders(messages) {
    for (const sender of new Set(messages.map((m) => m.sender)))
      this.need_user(sender);
  }

  /// Looks the name up, unless it is known; a few at a time.
  need_user(id) {
    if (!id || this.store.users.has(id) || this.#asked.has(id)) return;
    this.#asked.add(id);
    this.#lookups.push(id);
    if (this.#looking < lookups_at_once) this.#look_up();
  }

  async #look_up() {
    this.#looking += 1;
    while (this.#lookups.length > 0) {
      const answer = await this.quietly("user.get", { user: this.#lookups.shift() });
      if (answer) this.store.put_user(answer.user);
    }
    this.#looking -= 1;
  }

  async watch(users) {
    const fresh = users.filter((u) => u !== this.store.me?.id && !this.#watched.has(u));
    if (fresh.length === 0) return;
    for (const user of fresh) this.#watched.add(user);
    const answer = await this.quietly("presence.watch", { users: fresh.slice(0, 500) });
    for (const presence of answer?.presences ?? []) this.store.put_presence(presence);
  }
}
