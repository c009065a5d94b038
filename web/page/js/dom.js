/// Makes elements without markup: what users wrote can only ever be text.

/// h("button", {class: "plain", onclick: f, "aria-label": "x"}, "text", node…)
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((c) => c !== null && c !== false));
  return element;
}

/// A name or a title: whatever is in it leaves the order of what stands beside
/// it alone.
export const isolated = (name) => h("bdi", {}, name);

/// Shows a name alone in an element.
export function show_name(element, name) {
  if (element.textContent !== name || !element.firstElementChild) element.replaceChildren(isolated(name));
}

/// Makes the children of `parent` those of `wanted`, moving and leaving alone
/// what is there already, so that focus and scrolling survive.
export function place(parent, wanted) {
  let at = parent.firstChild;
  for (const node of wanted) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/// Elements that are made anew only when what they show has changed.
export class Keyed {
  #known = new Map();

  /// `rows`: {key, state, make}; `state` says by itself what is shown.
  elements(rows) {
    const next = new Map();
    const result = rows.map(({ key, state, make }) => {
      const known = this.#known.get(key);
      const entry = known?.state === state ? known : { state, element: make() };
      next.set(key, entry);
      return entry.element;
    });
    this.#known = next;
    return result;
  }
}

const avatar_colours = 8;

export function avatar(name, id, status) {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.codePointAt(0)) >>> 0;
  const letters = [...name.trim()].slice(0, 1).join("").toUpperCase();
  const dot = status && h("span", { class: `dot ${status}` });
  return h(
    "span",
    { class: `avatar colour-${sum % avatar_colours}`, "aria-hidden": "true" },
    letters || "?",
    dot || null,
  );
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const day_ms = 86_400_000;

export const time_of = (ts) => clock.format(ts);

export function day_of(ts) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (ts >= midnight) return "Today";
  if (ts >= midnight - day_ms) return "Yesterday";
  return ts >= midnight - 6 * day_ms ? weekday.format(ts) : date.format(ts);
}

export const moment_of = (ts) => (day_of(ts) === "Today" ? time_of(ts) : day_of(ts));
