import { avatar, h, place, show_name } from "./dom.js";

const words = {
  calling: "Calling…",
  ringing: "Wants to talk to you",
  connecting: "Connecting…",
};

/// The call, over everything else, and what can be done with it.
export class CallView {
  constructor(root, store, call, tell) {
    Object.assign(this, { store, call, tell });
    this.remote = h("video", { class: "remote", autoplay: true, playsinline: true, "aria-label": "The other" });
    this.local = h("video", { class: "local", autoplay: true, playsinline: true, "aria-label": "You" });
    this.local.muted = true;
    this.face = h("span", {});
    this.title = h("h2", { id: "call-title" });
    this.status = h("p", { role: "status", class: "quiet" });
    this.answer = h("button", { class: "primary", onclick: () => call.accept() }, "Answer");
    this.end = h("button", { class: "danger", onclick: () => call.hang_up() });
    this.element = h("section", { class: "call", role: "dialog", "aria-labelledby": "call-title", hidden: true },
      this.remote, this.local,
      h("div", { class: "call-head" }, this.face, this.title, this.status),
      h("footer", {}, this.answer, this.end));
    root.append(this.element);
  }

  render() {
    const { call, store } = this;
    const { phase, other, local, remote, is_relayed } = call;
    this.#tell_end();
    this.element.hidden = phase === "none";
    show_stream(this.local, local);
    show_stream(this.remote, remote);
    if (phase === "none") return;
    this.element.dataset.phase = phase;
    const name = store.name_of(other);
    show_name(this.title, name);
    place(this.face, [avatar(name, other)]);
    this.status.textContent = words[phase] ?? (is_relayed ? "Connected over a relay" : "Connected");
    this.answer.hidden = phase !== "ringing";
    this.end.textContent = phase === "ringing" ? "Decline" : "Hang up";
  }

  #tell_end() {
    if (!this.call.ended) return;
    this.tell(this.call.ended);
    this.call.ended = "";
  }
}

export function show_stream(video, stream) {
  if (video.srcObject !== stream) video.srcObject = stream;
  video.hidden = !stream;
}
