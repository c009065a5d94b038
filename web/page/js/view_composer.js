import { h } from "./dom.js";

const text_bytes_max = 8192;
const height_max_px = 160;
const encoder = new TextEncoder();

/// Where one writes: a new message, an answer to one, or an edit. What was
/// begun in a conversation is still there on coming back to it.
export class Composer {
  #drafts = new Map();
  #conversation = null;
  #editing = null;
  #replying = null;

  constructor(store, actions) {
    this.store = store;
    this.actions = actions;
    this.input = h("textarea", {
      rows: 1, placeholder: "Write a message", "aria-label": "Message",
      oninput: () => this.#changed(), onkeydown: (event) => this.#key(event),
      onblur: () => this.#typing(false),
    });
    this.what = h("span", { class: "cut" });
    this.context = h("div", { class: "context", hidden: true }, this.what,
      h("button", {
        class: "icon", type: "button", "aria-label": "Cancel", onclick: () => this.#cancel(),
      }, "✕"));
    this.fault = h("p", { class: "fault", role: "alert", hidden: true });
    this.button = h("button", { class: "primary round", type: "submit", "aria-label": "Send" }, "➤");
    this.element = h("form", { class: "composer", onsubmit: (event) => this.#submit(event) },
      this.context, this.fault, h("div", { class: "row" }, this.input, this.button));
  }

  render(conversation, is_new) {
    if (is_new) this.#move_to(conversation);
    this.#conversation = conversation;
    this.input.disabled = conversation.gone;
    this.button.disabled = conversation.gone;
  }

  edit(message) {
    this.#editing = message;
    this.#replying = null;
    this.input.value = message.text;
    this.#show("Editing");
  }

  reply_to(message) {
    this.#editing = null;
    this.#replying = message;
    this.#show(`Reply to ${this.store.name_of(message.sender)}: ${message.text ?? ""}`);
  }

  #move_to(conversation) {
    if (this.#conversation && !this.#editing)
      this.#drafts.set(this.#conversation.id, this.input.value);
    this.#forget_context();
    this.input.value = this.#drafts.get(conversation.id) ?? "";
    this.#fit();
    if (matchMedia("(hover: hover)").matches) this.input.focus();
  }

  #show(words) {
    this.what.textContent = words;
    this.context.hidden = false;
    this.#fit();
    this.input.focus();
  }

  #cancel() {
    if (this.#editing) this.input.value = "";
    this.#forget_context();
    this.#fit();
    this.input.focus();
  }

  #forget_context() {
    this.#editing = null;
    this.#replying = null;
    this.context.hidden = true;
    this.#say("");
  }

  #changed() {
    this.#fit();
    this.#say(this.#is_too_long() ? "This is too long for one message." : "");
    this.#typing(this.input.value.trim() !== "");
  }

  #is_too_long() {
    return encoder.encode(this.input.value.trim()).length > text_bytes_max;
  }

  #typing(on) {
    if (this.#conversation && !this.#editing) this.actions.typing(this.#conversation.id, on);
  }

  #key(event) {
    if (event.key === "Escape" && !this.context.hidden) this.#cancel();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.element.requestSubmit();
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text || this.#is_too_long()) return;
    const [editing, reply_to] = [this.#editing, this.#replying?.seq];
    this.input.value = "";
    this.#forget_context();
    this.#fit();
    if (!editing) {
      delete this.#conversation.new_after;
      this.actions.send(this.#conversation.id, text, reply_to);
      return;
    }
    try {
      if (text !== editing.text) await this.actions.edit(editing, text);
    } catch (error) {
      this.edit({ ...editing, text });
      this.#say(error.message);
    }
  }

  #say(words) {
    this.fault.textContent = words;
    this.fault.hidden = !words;
  }

  #fit() {
    const { style } = this.input;
    style.height = "auto";
    style.height = `${Math.min(this.input.scrollHeight, height_max_px)}px`;
  }
}
