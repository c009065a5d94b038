import { Composer } from "./view_composer.js";
import { avatar, day_of, h, Keyed, place, show_name } from "./dom.js";
import { change_row, message_row, pending_row } from "./view_message.js";

const close_ms = 5 * 60_000;
const near_px = 80;
const older_px = 300;

/// The opened conversation: head, messages, and where one writes.
export class ChatView {
  #rows = new Keyed();
  #shown_id = null;
  #is_at_end = true;
  #oldest = 0;

  constructor(root, store, client, actions, call, meeting, dialogs) {
    Object.assign(this, { root, store, client, actions, meeting, dialogs });
    this.title = h("h2", { id: "chat-title" });
    this.subtitle = h("small", { class: "quiet", role: "status" });
    this.face = h("span", {});
    this.call_button = h("button", {
      class: "icon", "aria-label": "Call", title: "Call",
      onclick: () => call.start(store.opened),
    }, h("span", { class: "call-icon", "aria-hidden": "true" }));
    this.details_button = h("button", {
      class: "icon info", "aria-label": "Conversation details", title: "Details",
      onclick: () => dialogs.details(store.open_id),
    }, h("span", { "aria-hidden": "true" }, "i"));
    this.head = h("header", { class: "bar" },
      h("button", {
        class: "icon back", "aria-label": "Back to conversations",
        onclick: () => client.open(null),
      }, "‹"),
      this.face, h("div", { class: "about" }, this.title, this.subtitle),
      this.call_button,
      this.details_button);
    this.list = h("ol", {
      class: "messages", role: "log", "aria-labelledby": "chat-title", tabindex: "0",
    });
    this.scroller = h("div", { class: "scroll", onscroll: () => this.#scrolled() }, this.list);
    this.to_end = h("button", {
      class: "to-end", hidden: true, onclick: () => this.#go_to_end(),
    }, "↓ New messages");
    this.composer = new Composer(store, actions);
    this.nothing = h("p", { class: "quiet nothing" }, "Pick a conversation, or start one.");
    this.main = h("div", { class: "chat" }, this.head, this.scroller, this.to_end,
      this.composer.element);
    root.append(this.nothing, this.main);
    document.addEventListener("visibilitychange", () => this.#read());
  }

  render() {
    const conversation = this.store.opened;
    this.main.hidden = !conversation;
    this.nothing.hidden = Boolean(conversation) || this.meeting.is_shown;
    if (!conversation) {
      this.#shown_id = null;
      return;
    }
    const is_new = this.#shown_id !== conversation.id;
    this.#shown_id = conversation.id;
    this.#render_head(conversation);
    this.composer.render(conversation, is_new);
    this.#render_messages(conversation, is_new);
    this.#read();
  }

  #render_head(conversation) {
    const { store } = this;
    const title = store.title_of(conversation);
    const status = store.presences.get(conversation.peer)?.status;
    show_name(this.title, title);
    place(this.face, [avatar(title, conversation.peer ?? conversation.id, status)]);
    this.call_button.hidden = conversation.kind !== "direct" || Boolean(conversation.is_draft)
      || store.blocked.has(conversation.peer);
    this.details_button.hidden = conversation.kind === "match";
    const shared = this.meeting.partner?.shared_interests ?? [];
    const line = conversation.kind === "match" && shared.length > 0 && conversation.typing.size === 0
      ? `You both like ${shared.join(", ")}` : subtitle(store, conversation, status);
    if (this.subtitle.textContent !== line) this.subtitle.textContent = line;
  }

  #render_messages(conversation, is_new) {
    const { scroller } = this;
    const from_end = scroller.scrollHeight - scroller.scrollTop;
    const seqs = [...conversation.messages.keys()].sort((a, b) => a - b);
    const grew_above = !is_new && seqs[0] < this.#oldest;
    this.#oldest = seqs[0] ?? 0;
    const focused = focus_within(this.list);
    place(this.list, this.#rows.elements(this.#describe(conversation, seqs)));
    if (focused && document.activeElement === document.body) focus_again(this.list, focused);
    if (is_new || this.#is_at_end) this.#go_to_end();
    else if (grew_above) scroller.scrollTop = scroller.scrollHeight - from_end;
    this.to_end.hidden = this.#is_at_end || conversation.unread === 0;
    if (seqs.length > 0 && scroller.scrollHeight <= scroller.clientHeight)
      this.client.load_older(conversation.id);
  }

  /// The rows: messages, what happened in between, and lines for days.
  #describe(conversation, seqs) {
    const rows = [];
    let before = null;
    let is_past_new = false;
    const last_own = this.#last_own(conversation, seqs);
    for (const seq of seqs) {
      const message = conversation.messages.get(seq);
      const ts = message.ts ?? before?.ts ?? conversation.created_at;
      const day = day_of(ts);
      if (!before || day_of(before.ts) !== day) {
        rows.push(line(`day ${day}`, "day", day));
        before = null;
      }
      if (!is_past_new && this.#is_new(conversation, message)) {
        is_past_new = true;
        rows.push(line("new", "new", "New"));
        before = null;
      }
      const follows = before && before.sender === message.sender
        && !before.is_change && ts - before.ts < close_ms;
      rows.push(message.is_change ? this.#change(message)
        : this.#message(conversation, message, !follows, seq === last_own));
      before = { ...message, ts };
    }
    for (const message of conversation.pending.values())
      rows.push(this.#pending(conversation, message));
    return rows;
  }

  #is_new({ new_after }, { seq, sender, is_change }) {
    return new_after !== undefined && seq > new_after && !is_change
      && sender !== this.store.me.id;
  }

  #last_own({ messages, pending }, seqs) {
    if (pending.size > 0) return 0;
    return seqs.findLast((seq) => messages.get(seq).sender === this.store.me.id);
  }

  #message(conversation, message, is_first, is_last_own) {
    const { store, actions } = this;
    const me = store.me.id;
    const is_own = message.sender === me;
    const role = conversation.members?.get(me)?.role ?? "member";
    const facts = {
      is_own, is_first,
      name: store.name_of(message.sender),
      can_delete: is_own || (conversation.kind === "group" && role !== "member"),
      receipt: is_last_own && !message.deleted ? receipt(store, conversation, message.seq) : "",
      quoted: quote(store, conversation, message.reply_to),
    };
    const tell = (promise) => promise.catch((error) => this.dialogs.tell(error.message));
    const does = {
      on_react: (m, emoji) => tell(actions.react(m, emoji)),
      on_edit: (m) => this.composer.edit(m),
      on_reply: (m) => this.composer.reply_to(m),
      on_delete: (m) => tell(actions.remove(m)),
    };
    return {
      key: `m ${message.seq}`,
      state: JSON.stringify([message, facts]),
      make: () => message_row(message, facts, does),
    };
  }

  #change(event) {
    const names = (event.users ?? []).concat(event.by).map((u) => this.store.name_of(u));
    return {
      key: `m ${event.seq}`,
      state: names.join("\n"),
      make: () => change_row(event, (user) => this.store.name_of(user)),
    };
  }

  #pending({ id }, message) {
    const { client_id, failed } = message;
    return {
      key: `p ${client_id}`,
      state: failed ?? "",
      make: () => pending_row(message, {
        on_retry: () => this.actions.retry(id, client_id),
        on_discard: () => this.actions.discard(id, client_id),
      }),
    };
  }

  #go_to_end() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#is_at_end = true;
    this.to_end.hidden = true;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.#is_at_end = scrollHeight - scrollTop - clientHeight < near_px;
    if (this.#is_at_end) this.#read();
    const conversation = this.store.opened;
    if (conversation?.is_loaded && scrollTop < older_px)
      this.client.load_older(conversation.id);
  }

  /// Read is what the end of was on a page that can be seen.
  #read() {
    if (this.store.opened?.is_loaded && this.#is_at_end && !document.hidden)
      this.actions.mark_read(this.store.open_id);
  }
}

/// Which control of which message has the focus: a receipt may make that row
/// anew while somebody is about to use it.
function focus_within(list) {
  const control = document.activeElement;
  const row = list.contains(control) && control.closest("[data-seq]");
  return row && {
    seq: row.dataset.seq,
    label: control.textContent,
    is_unfolded: Boolean(control.closest(".panel")),
  };
}

function focus_again(list, { seq, label, is_unfolded }) {
  const row = list.querySelector(`[data-seq="${seq}"]`);
  const more = row?.querySelector(".more");
  more?.focus();
  if (!more || !is_unfolded) return;
  more.click();
  [...row.querySelectorAll(".panel button")].find((b) => b.textContent === label)?.focus();
}

function line(key, kind, text) {
  return { key, state: text, make: () => h("li", { class: `line-${kind}` }, h("span", {}, text)) };
}

function subtitle(store, conversation, status) {
  const { typing, kind, member_count, gone, peer } = conversation;
  const blocked = kind === "direct" && store.blocked.has(peer);
  const names = [...typing.keys()].map((user) => store.name_of(user));
  if (gone) return "You are no longer a member";
  if (blocked) return "Blocked";
  if (names.length === 1) return kind !== "group" ? "typing…" : `\u2068${names[0]}\u2069 is typing…`;
  if (names.length > 1) return `${names.length} people are typing…`;
  if (kind === "group") return `${member_count} member${member_count === 1 ? "" : "s"}`;
  const said = store.presences.get(peer)?.text;
  return [status, said].filter(Boolean).join(" · ");
}

function receipt(store, { kind, members, peer }, seq) {
  if (!members) return "";
  if (kind !== "group") {
    const { read_seq = 0, delivered_seq = 0 } = members.get(peer) ?? {};
    if (read_seq >= seq) return "Read";
    return delivered_seq >= seq ? "Delivered" : "Sent";
  }
  const others = [...members.values()].filter((m) => m.user !== store.me.id);
  const count = others.filter((m) => m.read_seq >= seq).length;
  return count > 0 ? `Read by ${count}` : "Sent";
}

function quote(store, { messages }, seq) {
  if (!seq) return "";
  const message = messages.get(seq);
  if (!message || message.deleted) return "An earlier message";
  return `\u2068${store.name_of(message.sender)}\u2069: ${message.text ?? ""}`;
}
