/// Signing in and keeping a good token. What is kept is shared by all tabs of
/// this origin, so that one tab's new refresh token is every tab's.

import { words_for } from "./words.js";

const storage_key = "parley.session";
const refresh_ahead_ms = 90_000;

export class AuthError extends Error {
  constructor(status, body) {
    const error = body?.error ?? {};
    super(words_for({ code: status, data: error.data }));
    this.status = status;
    this.name = error.message ?? "unavailable";
    this.field = error.data?.field;
    this.retry_after_ms = error.data?.retry_after_ms ?? 0;
  }
}

async function post(path, body, token) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
  });
  if (answer.status === 204) return {};
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new AuthError(answer.status, content);
  return content;
}

export class Auth {
  #session = null;
  #refreshing = null;
  #timer = 0;

  /// `on_signed_out` is told when the tokens are no longer good.
  constructor(on_signed_out) {
    this.on_signed_out = on_signed_out;
    this.#session = this.#stored();
    addEventListener("storage", (event) => {
      if (event.key !== storage_key) return;
      this.#session = this.#stored();
      if (!this.#session) this.on_signed_out("");
      else this.#plan();
    });
    this.#plan();
  }

  get user() {
    return this.#session?.user ?? null;
  }

  async sign_up(handle, password, display_name) {
    const body = { handle, password };
    if (display_name) body.display_name = display_name;
    this.#keep(await post("v1/auth/signup", body));
  }

  async sign_in(handle, password) {
    this.#keep(await post("v1/auth/login", { handle, password }));
  }

  async sign_out() {
    const token = this.#session?.token;
    this.forget();
    if (token) await post("v1/auth/logout", {}, token).catch(() => {});
  }

  forget() {
    clearTimeout(this.#timer);
    this.#session = null;
    localStorage.removeItem(storage_key);
  }

  /// A token that is good for a while, refreshed if need be. Throws AuthError
  /// 401 once there is none to be had.
  async token({ fresh = false } = {}) {
    if (!this.#session) throw new AuthError(401, {});
    if (fresh || this.#session.good_until - Date.now() < refresh_ahead_ms)
      await this.#refresh();
    return this.#session.token;
  }

  async #refresh() {
    this.#refreshing ??= this.#locked(() => this.#rotate()).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /// One tab at a time: a refresh token is good for one use only.
  #locked(work) {
    return navigator.locks
      ? navigator.locks.request("parley.refresh", work)
      : work();
  }

  async #rotate() {
    const stored = this.#stored();
    if (stored && stored.refresh_token !== this.#session?.refresh_token) {
      this.#session = stored; // another tab was faster
      this.#plan();
      return;
    }
    const refresh_token = this.#session?.refresh_token;
    try {
      this.#keep(await post("v1/auth/refresh", { refresh_token }));
    } catch (error) {
      if (error.status !== 401 && error.status !== 403) throw error;
      this.forget();
      this.on_signed_out(error.status === 403 ? error.message : "");
      throw error;
    }
  }

  #keep({ user, token, refresh_token, expires_in }) {
    const good_until = Date.now() + expires_in * 1000;
    this.#session = { user, token, refresh_token, good_until };
    localStorage.setItem(storage_key, JSON.stringify(this.#session));
    this.#plan();
  }

  #stored() {
    try {
      return JSON.parse(localStorage.getItem(storage_key));
    } catch {
      return null;
    }
  }

  #plan() {
    clearTimeout(this.#timer);
    if (!this.#session) return;
    const left = this.#session.good_until - Date.now() - refresh_ahead_ms;
    // A failure that is not final is tried again when the token is next used.
    const renew = () => this.token().catch(() => {});
    this.#timer = setTimeout(renew, Math.max(1_000, left));
  }
}
