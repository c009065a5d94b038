import { avatar, h, place } from "./dom.js";
import { hide_from_strangers, hides_from_strangers } from "./peer.js";
import { show_stream } from "./view_call.js";
import { field } from "./view_sign_in.js";

const genders = ["female", "male", "other"];
const languages = "ar bn cs da de el en es fa fi fr he hi hu id it ja ko ms nl no pl pt ro ru sv th tr uk ur vi zh".split(" ");
const [youngest, oldest] = [18, 99];
const kept_key = "parley.wishes";

/// Meeting a stranger: the form with the wishes, the wait, and the pictures
/// beside the chat.
export class MeetView {
  #is_drawn = false;

  constructor(root, store, meeting, dialogs) {
    Object.assign(this, { store, meeting, dialogs });
    this.form = new WishesForm((wishes) => meeting.look(wishes), () => meeting.hide());
    this.remote = video("remote", "The other");
    this.local = video("local", "You");
    this.local.muted = true;
    this.words = h("p", { role: "status", class: "stage-words" });
    this.buttons = h("footer", {});
    this.stage = h("div", { class: "stage" }, this.remote, this.words, this.local, this.buttons);
    this.element = h("section", { class: "meet", "aria-label": "Meet someone", hidden: true },
      this.form.element, this.stage);
    root.prepend(this.element);
    setInterval(() => meeting.phase === "waiting" && this.#render_words(), 1_000);
  }

  render() {
    const { meeting } = this;
    const { phase, is_shown, local, remote } = meeting;
    document.body.dataset.meet = is_shown ? phase : "";
    this.element.hidden = !is_shown;
    this.form.element.hidden = phase !== "none";
    this.stage.hidden = phase === "none";
    show_stream(this.local, local);
    show_stream(this.remote, remote);
    this.form.render(meeting);
    this.#render_words();
    if (this.#is_drawn === phase) return;
    this.#is_drawn = phase;
    place(this.buttons, this.#buttons_for(phase));
  }

  #buttons_for(phase) {
    const { meeting, dialogs } = this;
    const button = (words, kind, onclick) => h("button", { class: kind, type: "button", onclick }, words);
    if (phase === "waiting") return [button("Cancel", "plain", () => meeting.stop())];
    if (phase !== "met") return [];
    return [
      button("Next", "primary", () => meeting.next()),
      button("Leave", "plain", () => meeting.stop()),
      button("Report", "plain", () => dialogs.report(meeting)),
      button("Block", "danger", () => dialogs.attempt(() => meeting.block())),
    ];
  }

  #render_words() {
    const { phase, is_connected, is_relayed, remote, words } = this.meeting;
    const now = words || (phase === "waiting" ? waiting_words(this.meeting)
      : is_connected ? (is_relayed ? "Connected over a relay" : "Connected") : "Connecting…");
    if (this.words.textContent !== now) this.words.textContent = now;
    this.stage.dataset.state = remote && is_connected ? "seen" : "unseen";
  }
}

function waiting_words({ since, queue }) {
  const waited = Math.max(0, Math.round((Date.now() - since) / 1000));
  const usual = queue.expected_wait_ms?.p50;
  const others = queue.waiting > 1 ? `${queue.waiting} are waiting. ` : "";
  const hint = usual === undefined || usual === null ? "" : ` It usually takes ${words_of(usual)}.`;
  return `Looking for somebody… ${others}${words_of(waited * 1000)} so far.${hint}`;
}

function words_of(ms) {
  const s = Math.max(1, Math.round(ms / 1000));
  return s < 90 ? `${s} s` : `${Math.round(s / 60)} min`;
}

function video(name, label) {
  return h("video", { class: name, autoplay: true, playsinline: true, "aria-label": label });
}

/// What one is and whom one would like to meet; kept in this browser.
class WishesForm {
  constructor(on_go, on_back) {
    const kept = JSON.parse(localStorage.getItem(kept_key) ?? "{}");
    this.gender = select("meet-gender", ["", ...genders], kept.gender, "not said");
    this.age = number("meet-age", kept.age);
    this.language = select("meet-language", ["", ...languages], kept.language ?? own_language(), "not said", name_of_language);
    this.interests = h("input", { id: "meet-interests", maxlength: 300, placeholder: "chess, hiking", value: kept.interests ?? "" });
    this.wanted_gender = select("meet-want-gender", ["", ...genders], kept.wanted_gender, "anybody");
    this.from = number("meet-from", kept.from);
    this.to = number("meet-to", kept.to);
    this.same_language = h("input", { id: "meet-same", type: "checkbox" });
    this.same_language.checked = kept.same_language ?? true;
    this.hide = h("input", { id: "meet-hide", type: "checkbox", onchange: () => this.render(this.shown) });
    this.hide.checked = hides_from_strangers();
    this.address = h("p", { id: "meet-address", class: "quiet", role: "status" });
    this.fault = h("p", { class: "fault", role: "alert" });
    this.go = h("button", { class: "primary", type: "submit" }, "Start");
    this.element = h("form", { class: "card wishes", onsubmit: (event) => {
      event.preventDefault();
      on_go(this.#wishes());
    } },
    h("header", {}, h("button", { class: "icon back", type: "button", "aria-label": "Back to conversations", onclick: on_back }, "‹"),
      h("h1", {}, "Meet someone")),
    h("p", { class: "quiet" }, "You see and hear each other, and can write. Nobody else sees it."),
    h("fieldset", {}, h("legend", {}, "You"),
      h("div", { class: "pair" }, field("Gender", this.gender), field("Age", this.age)),
      field("Language", this.language), field("Interests", this.interests)),
    h("fieldset", {}, h("legend", {}, "Whom you would like to meet"),
      field("Gender", this.wanted_gender),
      h("div", { class: "pair" }, field("Age from", this.from), field("to", this.to)),
      h("label", { class: "check" }, this.same_language, "Who speaks my language")),
    h("label", { class: "check" }, this.hide, "Hide my network address"), this.address,
    this.fault, h("footer", {}, this.go));
  }

  render(meeting) {
    const { words, is_elsewhere, can_hide } = meeting;
    this.shown = meeting;
    this.hide.disabled = can_hide === false;
    const address = can_hide === false ? "This server has no relay: who you meet can learn your network address."
      : this.hide.checked ? "" : "Who you meet can learn your network address.";
    if (this.address.textContent !== address) this.address.textContent = address;
    if (this.fault.textContent !== words) this.fault.textContent = words;
    this.go.textContent = is_elsewhere ? "Meet here instead" : "Start";
  }

  #wishes() {
    hide_from_strangers(this.hide.checked);
    const said = {
      gender: this.gender.value, age: this.age.value, language: this.language.value,
      interests: this.interests.value, wanted_gender: this.wanted_gender.value,
      from: this.from.value, to: this.to.value, same_language: this.same_language.checked,
    };
    localStorage.setItem(kept_key, JSON.stringify(said));
    const self = {};
    if (said.gender) self.gender = said.gender;
    if (said.age) self.age = Number(said.age);
    if (said.language) self.language = [said.language];
    const want = {};
    if (said.wanted_gender) want.gender = [said.wanted_gender];
    if (said.from || said.to) want.age = [Number(said.from || youngest), Number(said.to || oldest)];
    if (said.same_language && said.language) want.language = [said.language];
    const interests = said.interests.split(",").map((tag) => tag.trim()).filter(Boolean);
    return { self, want, interests: interests.slice(0, 10) };
  }
}

function select(id, values, chosen, words_for_none, name = (value) => value) {
  const element = h("select", { id }, values.map((value) =>
    h("option", { value }, value ? name(value) : words_for_none)));
  if (values.includes(chosen)) element.value = chosen;
  return element;
}

function number(id, value) {
  return h("input", { id, type: "number", min: youngest, max: oldest, inputmode: "numeric", value: value ?? "" });
}

function own_language() {
  return navigator.language.split("-")[0];
}

function name_of_language(code) {
  return new Intl.DisplayNames(undefined, { type: "language" }).of(code);
}
