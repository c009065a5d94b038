import { h } from "./dom.js";

/// The form that signs up or in; `on_done` is called once it has.
export class SignInView {
  #is_new = false;

  constructor(root, store, auth, on_done) {
    this.store = store;
    this.auth = auth;
    this.on_done = on_done;
    this.handle = h("input", {
      id: "handle", name: "username", required: true, minlength: 3, maxlength: 32,
      pattern: "[a-z0-9][a-z0-9_.\\-]{2,31}", autocomplete: "username",
      autocapitalize: "none", spellcheck: "false",
      title: "3 to 32 of a-z, 0-9, dot, dash and underscore",
    });
    this.name = h("input", { id: "display-name", maxlength: 60, autocomplete: "name" });
    this.password = h("input", {
      id: "password", type: "password", required: true, minlength: 8, maxlength: 128,
    });
    this.name_row = field("Name others see (optional)", this.name);
    this.fault = h("p", { class: "fault", role: "alert" });
    this.submit = h("button", { class: "primary", type: "submit" });
    this.swap = h("button", { class: "link", type: "button", onclick: () => this.#swap() });
    this.form = h(
      "form", { class: "card sign-in", onsubmit: (event) => this.#go(event) },
      h("h1", {}, h("span", { class: "logo", "aria-hidden": "true" }), "Parley"),
      h("p", { class: "quiet" }, "Talk. Nothing gets lost."),
      field("Handle", this.handle), this.name_row,
      field("Password", this.password), this.fault, this.submit, this.swap,
    );
    root.append(this.form);
    this.#words();
  }

  render() {
    if (this.store.notice) {
      this.fault.textContent = this.store.notice;
      this.store.notice = "";
    }
  }

  #swap() {
    this.#is_new = !this.#is_new;
    this.fault.textContent = "";
    this.#words();
    this.handle.focus();
  }

  #words() {
    this.name_row.hidden = !this.#is_new;
    this.submit.textContent = this.#is_new ? "Create account" : "Sign in";
    this.swap.textContent = this.#is_new
      ? "I have an account: sign in" : "New here? Create an account";
    this.password.autocomplete = this.#is_new ? "new-password" : "current-password";
  }

  async #go(event) {
    event.preventDefault();
    this.fault.textContent = "";
    this.submit.disabled = true;
    try {
      const [handle, password] = [this.handle.value, this.password.value];
      if (this.#is_new) await this.auth.sign_up(handle, password, this.name.value.trim());
      else await this.auth.sign_in(handle, password);
      this.form.reset();
      this.on_done();
    } catch (error) {
      this.fault.textContent = words_for(error, this.#is_new);
    } finally {
      this.submit.disabled = false;
    }
  }
}

function words_for(error, is_new) {
  if (error.status === 401) return "Handle or password is wrong.";
  if (error.status === 409 && is_new) return "That handle is taken.";
  if (error.status === 429)
    return `Too many tries. Wait ${Math.ceil(error.retry_after_ms / 1000) || 1} s.`;
  return error.status ? error.message : "The node cannot be reached.";
}

export function field(label, input, hint) {
  return h(
    "div", { class: "field" },
    h("label", { for: input.id }, label), input,
    hint ? h("small", { class: "quiet" }, hint) : null,
  );
}
