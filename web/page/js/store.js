/// What this page knows: conversations, messages, users. It applies events and
/// answers of the node, each as often as it likes: what was applied already
/// changes nothing. Knows nothing of the page or the connection.

const messages_kept = 400;

export class Store {
  me = null;
  state = "signed_out";
  conversations = new Map();
  users = new Map();
  presences = new Map();
  blocked = new Set();
  list_cursor = "";
  open_id = null;
  /// The conversation with a stranger that goes on now: the only one of its
  /// kind that is shown.
  met_id = null;
  notice = "";

  #listeners = new Set();
  #is_dirty = false;

  subscribe(listener) {
    this.#listeners.add(listener);
  }

  /// Tells the listeners once, however much changed in this turn.
  changed() {
    if (this.#is_dirty) return;
    this.#is_dirty = true;
    setTimeout(() => {
      this.#is_dirty = false;
      for (const listener of this.#listeners) listener();
    });
  }

  reset(me) {
    this.me = me;
    this.conversations = new Map();
    this.users = new Map();
    this.presences = new Map();
    this.blocked = new Set();
    this.list_cursor = "";
    this.open_id = null;
    this.met_id = null;
    if (me) this.users.set(me.id, me);
    this.changed();
  }

  get opened() {
    return this.conversations.get(this.open_id) ?? null;
  }

  name_of(id) {
    return this.users.get(id)?.display_name || id;
  }

  title_of(conversation) {
    if (conversation.title) return conversation.title;
    if (conversation.peer) return this.name_of(conversation.peer);
    return conversation.kind === "group" ? "Group" : "…";
  }

  /// Latest activity first.
  sorted() {
    const when = (c) => c.last_message?.ts ?? c.created_at;
    return this.#shown().sort((a, b) => when(b) - when(a));
  }

  unread_total() {
    let total = 0;
    for (const c of this.#shown()) total += c.unread;
    return total;
  }

  #shown() {
    return [...this.conversations.values()]
      .filter((c) => c.kind !== "match" || c.id === this.met_id);
  }

  put_user(user) {
    this.users.set(user.id, user);
    this.changed();
  }

  put_presence(presence) {
    this.presences.set(presence.user, presence);
    this.changed();
  }

  /// Takes a conversation as the node describes it.
  put_conversation(summary) {
    const known = this.conversations.get(summary.id) ?? {
      messages: new Map(),
      pending: new Map(),
      members: null,
      peer: null,
      typing: new Map(),
      seen: 0,
      is_loaded: false,
      has_older: true,
      gone: false,
    };
    const conversation = Object.assign(known, summary, { gone: false });
    if (!conversation.is_loaded) conversation.seen = summary.last_seq;
    this.#guess_peer(conversation);
    this.conversations.set(summary.id, conversation);
    this.changed();
    return conversation;
  }

  put_members(id, members) {
    const conversation = this.conversations.get(id);
    if (!conversation) return;
    conversation.members = new Map(members.map((m) => [m.user, m]));
    this.#guess_peer(conversation);
    this.changed();
  }

  #guess_peer(conversation) {
    if (conversation.kind === "group" || conversation.peer) return;
    const ids = [...(conversation.members?.keys() ?? [])];
    ids.push(conversation.last_message?.sender);
    const peer = ids.find((id) => id && id !== this.me?.id);
    if (peer) conversation.peer = peer;
  }

  remove_conversation(id) {
    this.conversations.delete(id);
    if (this.open_id === id) this.open_id = null;
    this.changed();
  }

  /// A page of history; `is_newest` where it ends at the end of the log.
  put_history(id, messages, { has_more, is_newest }) {
    const conversation = this.conversations.get(id);
    if (!conversation) return;
    for (const message of messages) this.put_message(message);
    conversation.has_older = has_more;
    if (is_newest) conversation.is_loaded = true;
    this.changed();
  }

  put_message(message) {
    const conversation = this.conversations.get(message.conversation);
    if (!conversation) return;
    conversation.messages.set(message.seq, message);
    const last = conversation.last_message;
    if (!last || last.seq <= message.seq) conversation.last_message = message;
    conversation.pending.delete(message.client_id);
    this.#guess_peer(conversation);
    this.changed();
  }

  /// Forgets the messages, to load them anew.
  unload(id) {
    const conversation = this.conversations.get(id);
    if (!conversation) return;
    conversation.messages.clear();
    conversation.is_loaded = false;
    conversation.has_older = true;
    conversation.seen = conversation.last_seq;
  }

  /// Of a conversation that nobody looks at, only the end is kept.
  trim(id) {
    const conversation = this.conversations.get(id);
    if (!conversation || conversation.messages.size <= messages_kept) return;
    const seqs = [...conversation.messages.keys()].sort((a, b) => a - b);
    for (const seq of seqs.slice(0, -messages_kept))
      conversation.messages.delete(seq);
    conversation.has_older = true;
  }

  /// Applies an event of a conversation. Returns what is left to be done by
  /// whoever can ask the node: "unknown", "hole" (events before this one were
  /// not seen), "members", "message" or nothing. What comes from `sync` is
  /// `from_log`: there, a missing position is one that this user may not see.
  apply(method, params, { from_log = false } = {}) {
    const conversation = this.conversations.get(params.conversation);
    if (!conversation) return method === "event.typing" ? "" : "unknown";
    this.changed();
    const is_news = !params.seq || params.seq > conversation.last_seq;
    if (params.seq && this.#leaves_hole(conversation, params.seq, from_log))
      return "hole";
    switch (method) {
      case "event.message":
        this.#apply_message(conversation, params, is_news);
        return "";
      case "event.edited":
        this.patch(conversation, params.target, {
          text: params.text,
          edited_ts: params.edited_ts ?? Date.now(),
        });
        return "";
      case "event.deleted":
        this.mark_deleted(conversation, params.target);
        return "";
      case "event.reaction":
        return conversation.messages.has(params.target) ? "message" : "";
      case "event.receipt":
        return this.#apply_receipt(conversation, params);
      case "event.typing":
        this.#apply_typing(conversation, params);
        return "";
      case "event.conversation":
        return this.#apply_change(conversation, params);
      default:
        return "";
    }
  }

  #leaves_hole(conversation, seq, from_log) {
    const { seen, is_loaded } = conversation;
    if (is_loaded && !from_log && seq > seen + 1) return true;
    conversation.seen = Math.max(seen, seq);
    conversation.last_seq = Math.max(conversation.last_seq, seq);
    return false;
  }

  #apply_message(conversation, message, is_news) {
    this.put_message(message);
    conversation.typing.delete(message.sender);
    const is_own = message.sender === this.me.id;
    if (is_news && !is_own && message.seq > conversation.read_seq)
      conversation.unread += 1;
  }

  patch(conversation, seq, changes) {
    const message = conversation.messages.get(seq);
    if (message) conversation.messages.set(seq, { ...message, ...changes });
    if (conversation.last_message?.seq === seq)
      conversation.last_message = { ...conversation.last_message, ...changes };
    this.changed();
  }

  mark_deleted(conversation, seq) {
    const nothing = { text: undefined, attachments: undefined };
    this.patch(conversation, seq, { ...nothing, reactions: {}, deleted: true });
  }

  #apply_receipt(conversation, { user, delivered_seq, read_seq }) {
    if (!user) return "";
    const member = conversation.members?.get(user);
    if (member) {
      member.read_seq = Math.max(member.read_seq, read_seq ?? 0);
      member.delivered_seq = Math.max(
        member.delivered_seq, delivered_seq ?? 0, read_seq ?? 0);
    }
    const is_own = user === this.me.id && read_seq > conversation.read_seq;
    if (!is_own) return "";
    conversation.read_seq = read_seq;
    if (read_seq < conversation.last_seq) return "members";
    conversation.unread = 0;
    return "";
  }

  #apply_typing(conversation, { user, on }) {
    clearTimeout(conversation.typing.get(user));
    conversation.typing.delete(user);
    if (!on) return;
    // The node says when it ends, but what it says may be dropped.
    const timer = setTimeout(() => {
      conversation.typing.delete(user);
      this.changed();
    }, 8_000);
    conversation.typing.set(user, timer);
  }

  #apply_change(conversation, params) {
    const { change, users = [], seq } = params;
    conversation.messages.set(seq, { ...params, is_change: true });
    if (change === "left" && users.includes(this.me.id)) {
      conversation.gone = true;
      conversation.members = null;
      return "";
    }
    return "members";
  }
}
