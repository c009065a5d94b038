import { avatar, h, isolated, Keyed, moment_of, place } from "./dom.js";

/// The side: who is signed in, and the conversations with what is unread.
export class ListView {
  #rows = new Keyed();

  constructor(root, store, client, meeting, dialogs) {
    this.store = store;
    this.client = client;
    this.me = h("button", {
      class: "me", "aria-label": "Your profile", onclick: () => dialogs.profile(),
    });
    this.list = h("ul", { class: "conversations", "aria-label": "Conversations" });
    this.more = h("button", {
      class: "link", onclick: () => client.load_list(store.list_cursor).catch(() => {}),
    }, "Show more");
    this.empty = h("p", { class: "quiet empty" }, "No conversations yet. Start one with + above.");
    root.append(
      h("header", { class: "bar" }, this.me,
        h("button", {
          class: "icon", "aria-label": "Meet someone", title: "Meet someone",
          onclick: () => meeting.show(),
        }, h("span", { class: "meet-icon", "aria-hidden": "true" })),
        h("button", {
          class: "icon", "aria-label": "New conversation", title: "New conversation",
          onclick: () => dialogs.new_chat(),
        }, "+")),
      h("nav", { class: "scroll" }, this.list, this.empty, this.more),
    );
  }

  render() {
    const { store } = this;
    if (!store.me) return;
    const status = store.presences.get(store.me.id)?.status ?? "online";
    place(this.me, [
      avatar(store.name_of(store.me.id), store.me.id, status),
      h("span", { class: "who" }, h("strong", {}, isolated(store.name_of(store.me.id))),
        h("small", { class: "quiet" }, `@${store.me.id}`)),
    ]);
    const all = store.sorted();
    place(this.list, this.#rows.elements(all.map((c) => this.#row(c))));
    this.empty.hidden = all.length > 0 || store.state !== "open";
    this.more.hidden = !store.list_cursor;
  }

  #row(conversation) {
    const { store } = this;
    const { id, unread, peer, last_message, created_at } = conversation;
    const shown = {
      title: store.title_of(conversation),
      line: preview(store, conversation),
      when: moment_of(last_message?.ts ?? created_at),
      status: peer ? store.presences.get(peer)?.status : "",
      is_open: store.open_id === id,
      unread,
    };
    return {
      key: id,
      state: JSON.stringify(shown),
      make: () => this.#make(conversation, shown),
    };
  }

  #make({ id, peer }, { title, line, when, status, is_open, unread }) {
    const label = `${title}${unread ? `, ${unread} unread` : ""}`;
    return h("li", {}, h(
      "button",
      {
        class: "conversation", "data-id": id, "aria-label": label,
        "aria-current": is_open ? "true" : null,
        onclick: () => this.client.open(id),
      },
      avatar(title, peer ?? id, status),
      h("span", { class: "about" },
        h("span", { class: "line" }, h("strong", {}, isolated(title)),
          h("time", { class: "quiet" }, when)),
        h("span", { class: "line" }, h("span", { class: "quiet cut", dir: "auto" }, line),
          unread ? h("span", { class: "badge" }, unread > 99 ? "99+" : `${unread}`) : null)),
    ));
  }
}

function preview(store, conversation) {
  const { typing, last_message, kind } = conversation;
  if (typing.size > 0) return "typing…";
  if (!last_message) return conversation.is_draft ? "Say hello" : "No messages yet";
  if (last_message.deleted) return "Message deleted";
  const text = last_message.text ?? "Attachment";
  if (last_message.sender === store.me.id) return `You: ${text}`;
  return kind === "group" ? `\u2068${store.name_of(last_message.sender)}\u2069: ${text}` : text;
}
