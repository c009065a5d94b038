import { avatar, h, isolated, time_of } from "./dom.js";

const quick_reactions = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

/// One row of the message list. `with_` holds what can be done to it:
/// on_react, on_edit, on_delete, on_reply.
export function message_row(message, facts, does) {
  const { is_own, is_first, name, can_delete, receipt, quoted } = facts;
  const { sender, seq, ts, deleted, edited_ts } = message;
  const classes = ["message", is_own ? "own" : "", is_first ? "first" : ""];
  return h(
    "li", { class: classes.join(" "), "data-seq": seq },
    is_first && !is_own ? avatar(name, sender) : null,
    h("div", { class: "stack" },
      is_first && !is_own ? h("span", { class: "sender" }, isolated(name)) : null,
      h("div", { class: "held" },
        h("div", { class: deleted ? "bubble deleted" : "bubble" },
          quoted ? h("blockquote", { class: "cut", dir: "auto" }, quoted) : null,
          body_of(message),
          h("span", { class: "meta" }, edited_ts && !deleted ? "edited " : "",
            h("time", { datetime: new Date(ts).toISOString() }, time_of(ts)))),
        deleted ? null : tools(message, { is_own, can_delete }, does)),
      chips(message, (emoji) => does.on_react(message, emoji)),
      receipt ? h("span", { class: "receipt quiet" }, receipt) : null),
  );
}

function body_of({ deleted, text, attachments }) {
  if (deleted) return h("em", {}, "Message deleted");
  const count = attachments?.length ?? 0;
  const files = `${count} attachment${count === 1 ? "" : "s"}`;
  return h("span", { class: "text", dir: "auto" }, text ?? (count ? files : ""));
}

function chips({ reactions, mine }, on_react) {
  const given = Object.entries(reactions ?? {});
  if (given.length === 0) return null;
  return h("div", { class: "chips" }, given.map(([emoji, count]) => h(
    "button",
    {
      class: "chip", "aria-pressed": String(mine?.includes(emoji) ?? false),
      "aria-label": `${emoji}, ${count}. React the same, or take it back`,
      onclick: () => on_react(emoji),
    },
    `${emoji} ${count}`,
  )));
}

/// A button that unfolds what can be done: one stop of the Tab key a message.
function tools(message, { is_own, can_delete }, does) {
  const panel = h("div", { class: "panel", role: "group", "aria-label": "Actions", hidden: true });
  const button = h("button", {
    class: "icon more", "aria-label": "Message actions", "aria-expanded": "false",
    onclick: () => unfold(panel.hidden),
  }, "⋯");
  const unfold = (on) => {
    panel.hidden = !on;
    button.setAttribute("aria-expanded", String(on));
    if (on) panel.querySelector("button").focus();
  };
  const act = (label, f) => h("button", {
    class: "plain", onclick: () => { unfold(false); f(); },
  }, label);
  panel.append(
    h("div", { class: "emoji" }, quick_reactions.map((emoji) => h("button", {
      class: "plain", "aria-label": `React with ${emoji}`,
      onclick: () => { unfold(false); does.on_react(message, emoji); },
    }, emoji))),
    act("Reply", () => does.on_reply(message)),
    is_own ? act("Edit", () => does.on_edit(message)) : "",
    can_delete ? act("Delete", () => does.on_delete(message)) : "",
  );
  const box = h("div", { class: "tools" }, button, panel);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    event.stopPropagation();
    unfold(false);
    button.focus();
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) unfold(false);
  });
  return box;
}

/// A message that the node has not confirmed yet, or has refused.
export function pending_row(message, { on_retry, on_discard }) {
  const { text, failed } = message;
  return h(
    "li", { class: `message own pending ${failed ? "failed" : ""}` },
    h("div", { class: "stack" },
      h("div", { class: "bubble" }, h("span", { class: "text", dir: "auto" }, text),
        h("span", { class: "meta" }, failed ? "" : "sending…")),
      failed ? h("span", { class: "receipt fault" }, `Not sent: ${failed} `,
        h("button", { class: "link", onclick: on_retry }, "Try again"), " ",
        h("button", { class: "link", onclick: on_discard }, "Discard")) : null),
  );
}

/// What happened to a group, in words.
export function change_row({ change, by, users = [], title }, name_of) {
  const who = isolated(name_of(by));
  const whom = users.flatMap((user, i) => [i > 0 ? ", " : "", isolated(name_of(user))]);
  const is_self = users.length === 1 && users[0] === by;
  const words = {
    created: [who, " created the group"],
    updated: title ? [who, " named the group “", isolated(title), "”"] : [who, " changed the group"],
    joined: is_self ? [...whom, " joined"] : [who, " added ", ...whom],
    left: is_self ? [...whom, " left"] : [who, " removed ", ...whom],
    role: [who, " changed the role of ", ...whom],
  };
  return h("li", { class: "note" }, ...(words[change] ?? ["The group changed"]));
}
