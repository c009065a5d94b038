/// What the user does. Everything answers a promise; those that fail throw an
/// RpcError with words for the user.

import { random_id } from "./socket.js";

const typing_repeat_ms = 3_000;
const send_patience_ms = 30_000;

export class Actions {
  #sending = new Set();
  #typing = null;
  #read = new Map();

  constructor(store, client) {
    this.store = store;
    this.client = client;
    client.on_ready.push(() => {
      this.#read.clear();
      for (const id of store.conversations.keys()) this.#flush(id);
    });
  }

  // -- messages -------------------------------------------------------------

  /// Shows the message at once and sends it until the node has it: the same
  /// `client_id` again is never a second message.
  send(id, text, reply_to) {
    const conversation = this.store.conversations.get(id);
    const client_id = random_id();
    conversation.pending.set(client_id, { client_id, text, reply_to, ts: Date.now() });
    this.typing(id, false);
    this.store.changed();
    this.#flush(id);
  }

  retry(id, client_id) {
    const conversation = this.store.conversations.get(id);
    delete conversation.pending.get(client_id)?.failed;
    this.store.changed();
    this.#flush(id);
  }

  discard(id, client_id) {
    this.store.conversations.get(id)?.pending.delete(client_id);
    this.store.changed();
  }

  /// One message at a time a conversation, so that they keep their order.
  async #flush(id) {
    if (this.#sending.has(id)) return;
    this.#sending.add(id);
    try {
      for (;;) {
        const conversation = this.store.conversations.get(id);
        const waiting = [...(conversation?.pending.values() ?? [])];
        const next = waiting.find((message) => !message.failed);
        if (!next || !(await this.#send_one(conversation, next))) return;
      }
    } finally {
      this.#sending.delete(id);
    }
  }

  /// Whether there is a point in going on with the next.
  async #send_one(conversation, message) {
    const { client_id, text, reply_to, ts } = message;
    const params = { client_id, text };
    if (conversation.is_draft) params.to = conversation.peer;
    else params.conversation = conversation.id;
    if (reply_to) params.reply_to = reply_to;
    try {
      const sent = await this.client.call("message.send", params);
      await this.#sent(conversation, message, sent);
      return true;
    } catch (error) {
      if (this.store.state !== "open") return false; // sent after reconnecting
      if (error.is_transient && Date.now() - ts < send_patience_ms) {
        await new Promise((wake) =>
          setTimeout(wake, Math.max(200, error.retry_after_ms)));
        return true;
      }
      message.failed = error.message;
      this.store.changed();
      return true;
    }
  }

  async #sent(conversation, { client_id, text, reply_to }, { conversation: id, seq, ts }) {
    conversation.pending.delete(client_id);
    if (conversation.is_draft) {
      await this.client.load_members(id);
      this.store.remove_conversation(conversation.id);
      return this.client.open(id);
    }
    const message = {
      conversation: id, seq, sender: this.store.me.id, client_id, ts,
      type: "text", text, reply_to,
    };
    this.#done("event.message", message);
  }

  /// The session that did it is answered, not told.
  #done(method, params) {
    this.client.on_event(method, params);
  }

  async edit(message, text) {
    const { conversation, seq } = message;
    const params = { conversation, seq, text };
    const answer = await this.client.call("message.edit", params);
    this.#done("event.edited", { conversation, seq: answer.seq, target: seq, text });
  }

  async remove(message) {
    const { conversation, seq } = message;
    const answer = await this.client.call("message.delete", { conversation, seq });
    this.#done("event.deleted", { conversation, seq: answer.seq, target: seq });
  }

  /// Gives the reaction, or takes it back.
  async react(message, emoji) {
    const { conversation, seq } = message;
    const params = { conversation, seq, emoji };
    if (message.mine?.includes(emoji)) params.remove = true;
    await this.client.call("message.react", params);
    await this.client.refresh_message(conversation, seq);
  }

  mark_read(id) {
    const conversation = this.store.conversations.get(id);
    if (!conversation || conversation.is_draft || this.store.state !== "open") return;
    const seq = conversation.last_seq;
    if (conversation.gone || seq <= conversation.read_seq) return;
    if (this.#read.get(id) >= seq) return;
    this.#read.set(id, seq);
    conversation.unread = 0;
    conversation.read_seq = seq;
    this.store.changed();
    this.client.quietly("message.read", { conversation: id, seq });
  }

  /// Says so at most every few seconds, and that it ended.
  typing(id, on) {
    const conversation = this.store.conversations.get(id);
    if (!conversation || conversation.is_draft) return;
    const now = Date.now();
    const was_on = this.#typing?.id === id;
    if (on && was_on && now - this.#typing.at < typing_repeat_ms) return;
    if (!on && !was_on) return;
    this.#typing = on ? { id, at: now } : null;
    this.client.quietly("typing.set", { conversation: id, on });
  }

  // -- conversations --------------------------------------------------------

  /// Opens the direct conversation, which begins with its first message.
  async message_user(user) {
    if (user === this.store.me.id) throw new Error("That is you.");
    for (const c of this.store.conversations.values())
      if (c.kind === "direct" && c.peer === user) return this.client.open(c.id);
    const answer = await this.client.call("user.get", { user });
    this.store.put_user(answer.user);
    const draft = this.store.put_conversation({
      id: `to:${user}`, kind: "direct", peer: user, created_at: Date.now(),
      last_seq: 0, read_seq: 0, unread: 0, member_count: 2,
    });
    Object.assign(draft, { is_draft: true, is_loaded: true, has_older: false });
    this.client.watch([user]);
    return this.client.open(draft.id);
  }

  async create_group(title, members) {
    const params = { kind: "group", title, members, client_id: random_id() };
    const { conversation } = await this.client.call("conversation.create", params);
    this.store.put_conversation(conversation);
    await this.client.open(conversation.id);
  }

  async rename(conversation, title) {
    await this.client.call("conversation.update", { conversation, title });
    await this.client.load_members(conversation);
  }

  async invite(conversation, users) {
    await this.client.call("conversation.invite", { conversation, users });
    await this.client.load_members(conversation);
  }

  async remove_member(conversation, user) {
    await this.client.call("conversation.remove", { conversation, user });
    await this.client.load_members(conversation);
  }

  async set_role(conversation, user, role) {
    await this.client.call("conversation.set_role", { conversation, user, role });
    await this.client.load_members(conversation);
  }

  async leave(conversation) {
    await this.client.call("conversation.leave", { conversation });
    this.store.remove_conversation(conversation);
  }

  // -- people ---------------------------------------------------------------

  async search(prefix) {
    const answer = await this.client.call("user.search", { prefix, limit: 8 });
    for (const user of answer.users) this.store.put_user(user);
    return answer.users.filter((user) => user.id !== this.store.me.id);
  }

  async block(user, on) {
    await this.client.call(on ? "user.block" : "user.unblock", { user });
    if (on) this.store.blocked.add(user);
    else this.store.blocked.delete(user);
    this.store.changed();
  }

  async set_status(status) {
    await this.client.call("presence.set", { status });
    this.store.put_presence({ user: this.store.me.id, status });
  }

  async set_name(display_name) {
    await this.client.call("user.update", { display_name });
    this.store.me = { ...this.store.me, display_name };
    this.store.put_user(this.store.me);
  }
}
