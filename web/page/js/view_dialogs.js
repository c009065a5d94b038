import { avatar, h, isolated, Keyed, place } from "./dom.js";
import { hide_address, hides_address } from "./peer.js";
import { field } from "./view_sign_in.js";

const search_delay_ms = 200;
const prefix_min = 2;
const report_text_max = 300;
const report_reasons = [
  ["harassment", "Harassment or threats"], ["nudity", "Nudity"], ["spam", "Advertising or fraud"],
  ["minor", "Seems to be a child"], ["other", "Something else"],
];

/// The dialogs: new conversation, details of one, own profile, and faults.
export class Dialogs {
  #members = new Keyed();
  #refresh = null;

  constructor(root, store, client, actions, on_sign_out) {
    Object.assign(this, { store, client, actions, on_sign_out });
    this.dialog = h("dialog", { "aria-labelledby": "dialog-title", onclose: () => this.#closed() });
    this.toast = h("p", { class: "toast", role: "alert", hidden: true });
    root.append(this.dialog, this.toast);
  }

  render() {
    if (this.dialog.open) this.#refresh?.();
  }

  tell(words) {
    this.toast.textContent = words;
    this.toast.hidden = false;
    clearTimeout(this.toast_timer);
    this.toast_timer = setTimeout(() => { this.toast.hidden = true; }, 5_000);
  }

  /// Says what went wrong, if anything.
  attempt(work) {
    return work().catch((error) => this.tell(error.message));
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  // -- a new conversation ---------------------------------------------------

  new_chat() {
    const chosen = new Set();
    const people = h("ul", { class: "people", "aria-label": "People" });
    const picked = h("p", { class: "picked" });
    const title = h("input", { id: "group-title", maxlength: 80, placeholder: "Group name" });
    const group = h("div", { class: "field", hidden: true }, h("label", { for: "group-title" }, "Group name"), title);
    const go = h("button", { class: "primary", type: "button" });
    const show = () => {
      picked.textContent = [...chosen].map((u) => `\u2068${this.store.name_of(u)}\u2069`).join(", ");
      group.hidden = chosen.size < 2 && !title.value;
      go.disabled = chosen.size === 0;
      go.textContent = chosen.size > 1 || title.value ? "Create group" : "Start chat";
    };
    const toggle = (user) => {
      if (!chosen.delete(user)) chosen.add(user);
      show();
    };
    const search = this.#search_field("search", people, toggle, chosen);
    const as_group = h("button", {
      class: "link", type: "button",
      onclick: () => { group.hidden = false; title.focus(); },
    }, "Make it a group");
    title.addEventListener("input", show);
    go.addEventListener("click", () => this.#attempt(async () => {
      const users = [...chosen];
      if (users.length > 1 || title.value)
        await this.actions.create_group(title.value.trim() || "Group", users);
      else await this.actions.message_user(users[0]);
    }));
    show();
    this.#open("New conversation", search, people, picked, group, as_group, h("footer", {}, go));
  }

  #search_field(id, list, on_pick, chosen) {
    let timer = 0;
    const look = async () => {
      const prefix = input.value.trim().toLowerCase();
      const found = prefix.length >= prefix_min ? await this.actions.search(prefix).catch(() => []) : [];
      if (prefix === input.value.trim().toLowerCase())
        place(list, found.map((user) => this.#pick(user, on_pick, chosen)));
    };
    const input = h("input", {
      id, type: "search", autocomplete: "off", autocapitalize: "none",
      oninput: () => { clearTimeout(timer); timer = setTimeout(look, search_delay_ms); },
    });
    return field("Find people by handle", input);
  }

  #pick({ id, display_name }, on_pick, chosen) {
    const button = h("button", {
      class: "person", type: "button", "aria-pressed": String(chosen.has(id)),
      onclick: () => {
        on_pick(id);
        button.setAttribute("aria-pressed", String(chosen.has(id)));
      },
    }, avatar(display_name || id, id),
    h("span", { class: "who" }, h("strong", {}, isolated(display_name || id)), h("small", { class: "quiet" }, `@${id}`)));
    return h("li", {}, button);
  }

  // -- details --------------------------------------------------------------

  details(id) {
    const conversation = this.store.conversations.get(id);
    if (!conversation) return;
    if (conversation.kind === "direct") this.#person_details(conversation);
    else this.#group_details(conversation);
  }

  #person_details({ peer }) {
    const block = h("button", { class: "danger", type: "button" });
    block.addEventListener("click", () => this.#attempt(() =>
      this.actions.block(peer, !this.store.blocked.has(peer)), { stays: true }));
    this.#refresh = () => {
      block.textContent = this.store.blocked.has(peer) ? "Unblock" : "Block";
    };
    const name = this.store.name_of(peer);
    this.#open(name, h("p", { class: "quiet" }, `@${peer}`),
      h("p", {}, "Who is blocked can neither write to you nor see whether you are here."),
      h("footer", {}, block));
  }

  #group_details(conversation) {
    const { id } = conversation;
    const list = h("ul", { class: "people", "aria-label": "Members" });
    const found = h("ul", { class: "people", "aria-label": "People to add" });
    const title = h("input", { id: "title", value: conversation.title ?? "", maxlength: 80 });
    const rename = h("button", { class: "plain", type: "button", onclick: () =>
      this.#attempt(() => this.actions.rename(id, title.value.trim()), { stays: true }) }, "Rename");
    const invite = this.#search_field("invite", found, (user) =>
      this.#attempt(() => this.actions.invite(id, [user]), { stays: true }), new Set());
    const manage = h("div", {}, h("div", { class: "row" }, field("Group name", title), rename), invite, found);
    const leave = h("button", { class: "danger", type: "button", onclick: () =>
      this.#attempt(() => this.actions.leave(id)) }, "Leave group");
    this.#refresh = () => {
      const { members } = this.store.conversations.get(id) ?? {};
      const own_role = members?.get(this.store.me.id)?.role;
      manage.hidden = own_role !== "owner" && own_role !== "admin";
      const rows = [...(members?.values() ?? [])].map((m) => this.#member(id, m, own_role));
      place(list, this.#members.elements(rows));
    };
    this.#open(this.store.title_of(conversation), manage,
      h("h3", {}, "Members"), list, h("footer", {}, leave));
  }

  #member(id, { user, role }, own_role) {
    const { store, actions } = this;
    const status = store.presences.get(user)?.status;
    const name = store.name_of(user);
    const may_manage = user !== store.me.id && role !== "owner";
    const act = (label, f) => h("button", {
      class: "plain", type: "button", "aria-label": `${label}: ${name}`,
      onclick: () => this.#attempt(f, { stays: true }),
    }, label);
    const next_role = role === "admin" ? "member" : "admin";
    return {
      key: user,
      state: JSON.stringify([role, own_role, name, status]),
      make: () => h("li", { class: "person" }, avatar(name, user, status),
        h("span", { class: "who" }, h("strong", {}, isolated(name)), h("small", { class: "quiet" }, role)),
        own_role === "owner" && may_manage
          ? act(`Make ${next_role}`, () => actions.set_role(id, user, next_role)) : null,
        (own_role === "owner" || (own_role === "admin" && role === "member")) && may_manage
          ? act("Remove", () => actions.remove_member(id, user)) : null),
    };
  }

  // -- the stranger one meets -------------------------------------------------

  report(meeting) {
    const { partner, conversation } = meeting;
    const reason = h("select", { id: "report-reason" },
      report_reasons.map(([value, words]) => h("option", { value }, words)));
    const text = h("textarea", { id: "report-text", rows: 3, maxlength: report_text_max });
    const send = h("button", { class: "danger", type: "button", onclick: () => this.#attempt(() =>
      meeting.report({ partner, conversation }, reason.value, text.value.trim())) }, "Report and leave");
    this.#open("Report", h("p", {}, "Moderators see the last messages of this conversation. The two of you will not meet again."),
      field("Reason", reason), field("What happened (optional)", text), h("footer", {}, send));
  }

  // -- own profile ----------------------------------------------------------

  profile() {
    const { store, actions } = this;
    const { id, display_name } = store.me;
    const name = h("input", { id: "own-name", value: display_name ?? "", maxlength: 60 });
    const now = store.presences.get(id)?.status ?? "online";
    const status = h("select", { id: "own-status" },
      ["online", "away", "busy", "invisible"].map((s) => h("option", { value: s }, s)));
    status.value = now;
    const relay = h("input", { id: "own-relay", type: "checkbox" });
    relay.checked = hides_address();
    const save = h("button", { class: "primary", type: "button", onclick: () =>
      this.#attempt(async () => {
        hide_address(relay.checked);
        const wanted = name.value.trim();
        if (wanted && wanted !== display_name) await actions.set_name(wanted);
        if (status.value !== now) await actions.set_status(status.value);
      }) }, "Save");
    const leave = h("button", { class: "plain", type: "button", onclick: () => {
      this.close();
      this.on_sign_out();
    } }, "Sign out");
    this.#open("You", h("p", { class: "quiet" }, `@${id}`), field("Name others see", name),
      field("Status", status),
      h("label", { class: "check" }, relay, "Hide my address from those I call"),
      h("footer", {}, leave, save));
  }

  // -- how they work --------------------------------------------------------

  #open(title, ...content) {
    const shut = h("button", {
      class: "icon", type: "button", "aria-label": "Close", onclick: () => this.close(),
    }, "✕");
    this.fault = h("p", { class: "fault", role: "alert" });
    place(this.dialog, [
      h("header", { class: "bar" }, h("h2", { id: "dialog-title" }, isolated(title)), shut),
      h("div", { class: "content" }, ...content, this.fault),
    ]);
    this.#refresh?.();
    this.dialog.showModal();
  }

  #closed() {
    this.#refresh = null;
  }

  async #attempt(work, { stays = false } = {}) {
    this.fault.textContent = "";
    try {
      await work();
      if (!stays) this.close();
    } catch (error) {
      this.fault.textContent = error.message;
    }
  }
}
