/// PROTOCOL section 5: signing up and in, tokens, and what ends them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fresh_handle, password, Session, sign_up } from "./support/session.mjs";
import { with_node } from "./support/test_node.mjs";
import { within } from "./support/wait.mjs";

const held = with_node();
const post = (path, body, token) => held.node.http("POST", `/v1/auth/${path}`, { body, token });

function assert_error({ status, body }, code, name) {
  assert.equal(status, code, JSON.stringify(body));
  assert.equal(body.error.message, name);
  assert.equal(typeof body.error.data.detail, "string");
}

test("signup answers 201 with the user and a pair of tokens", async () => {
  const handle = fresh_handle();
  const { status, body } = await post("signup", { handle, password, display_name: "Ännä" });
  assert.equal(status, 201);
  assert.equal(body.user.id, handle);
  assert.equal(body.user.display_name, "Ännä");
  assert.equal(body.user.guest, false);
  assert.ok(body.user.created_at > 1.7e12);
  assert.equal(body.expires_in, 900);
  assert.match(body.token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.ok(JSON.parse(Buffer.from(body.token.split(".")[0], "base64url")).kid);
});

test("a handle is claimed once, even by many at a time", async () => {
  const handle = fresh_handle();
  const tries = Array.from({ length: 8 }, () => post("signup", { handle, password }));
  const statuses = (await Promise.all(tries)).map((a) => a.status).sort();
  assert.deepEqual(statuses, [201, ...Array(7).fill(409)]);
  assert_error(await post("signup", { handle, password }), 409, "conflict");
});

test("signup names the parameter that is wrong", async () => {
  const faults = [
    [{ handle: "ab", password }, "handle"],
    [{ handle: "-anna", password }, "handle"],
    [{ handle: "a".repeat(33), password }, "handle"],
    [{ handle: 7, password }, "handle"],
    [{ password }, "handle"],
    [{ handle: fresh_handle() }, "password"],
    [{ handle: fresh_handle(), password: "1234567" }, "password"],
    [{ handle: fresh_handle(), password: "x".repeat(129) }, "password"],
    [{ handle: fresh_handle(), password, display_name: "x".repeat(129) }, "display_name"],
  ];
  for (const [body, field] of faults) {
    const answer = await post("signup", body);
    assert_error(answer, 400, "Invalid params");
    assert.equal(answer.body.error.code, -32602);
    assert.equal(answer.body.error.data.field, field, JSON.stringify(body));
  }
});

test("passwords are counted in characters, not bytes", async () => {
  const short = "ä".repeat(128);
  const { status } = await post("signup", { handle: fresh_handle(), password: short });
  assert.equal(status, 201);
});

test("nobody signs up as a guest", async () => {
  const answer = await post("signup", { handle: "guest-abcdefghijkl", password });
  assert.ok([400, 409].includes(answer.status), JSON.stringify(answer.body));
});

test("login wants the right password", async () => {
  const user = await sign_up(held.node);
  const good = await post("login", { handle: user.id, password });
  assert.equal(good.status, 200);
  assert.equal(good.body.user.id, user.id);
  assert_error(await post("login", { handle: user.id, password: "wrong password" }), 401, "unauthenticated");
  assert_error(await post("login", { handle: fresh_handle(), password }), 401, "unauthenticated");
});

test("capitals of a handle and forms of a password make no difference", async () => {
  const handle = fresh_handle();
  const spelled = handle[0].toUpperCase() + handle.slice(1);
  const typed = "pässwörter";
  const made = await post("signup", { handle: spelled, password: typed.normalize("NFD") });
  assert.equal(made.status, 201);
  assert.equal(made.body.user.id, handle);
  for (const password of [typed.normalize("NFC"), typed.normalize("NFD")])
    assert.equal((await post("login", { handle: handle.toUpperCase(), password })).status, 200);
  assert.equal((await post("signup", { handle: spelled, password })).status, 409);
  const session = await Session.open(held.node, await sign_up(held.node));
  assert.equal((await session.call("user.get", { user: spelled })).user.id, handle);
  await session.close();
});

test("a ban is told to who knows the password, and to nobody else", async () => {
  const user = await sign_up(held.node);
  await held.node.admin("user.ban", { user: user.id, reason: "spam" });
  const wrong = await post("login", { handle: user.id, password: "wrong password" });
  const unknown = await post("login", { handle: fresh_handle(), password });
  assert.equal(wrong.status, 401);
  assert.deepEqual(wrong.body, unknown.body);
  const parts = user.refresh_token.split("~");
  const forged = [parts[0], "0".repeat(26), parts[2]].join("~");
  assert_error(await post("refresh", { refresh_token: forged }), 401, "unauthenticated");
  assert_error(await post("login", { handle: user.id, password }), 403, "forbidden");
  assert_error(await post("refresh", { refresh_token: user.refresh_token }), 403, "forbidden");
});

test("a refresh whose answer was lost may be asked for again", async () => {
  const user = await sign_up(held.node);
  const session = await Session.open(held.node, user);
  await post("refresh", { refresh_token: user.refresh_token });
  const again = await post("refresh", { refresh_token: user.refresh_token });
  assert.equal(again.status, 200);
  const next = await post("refresh", { refresh_token: again.body.refresh_token });
  assert.equal(next.status, 200);
  await session.call("session.ping");
  await session.close();
});

test("guests get a handle of their own and may do little", async () => {
  const { status, body } = await post("guest", { display_name: "Visitor" });
  assert.equal(status, 201);
  assert.match(body.user.id, /^guest-[0-9a-hjkmnp-tv-z]{12}$/);
  assert.equal(body.user.guest, true);
  const session = await Session.open(held.node, { id: body.user.id, token: body.token });
  const other = await sign_up(held.node);
  const params = { to: other.id, client_id: "1", text: "hello" };
  assert.equal((await session.fails("message.send", params)).code, 403);
  assert.equal((await session.fails("conversation.list")).code, 403);
  await session.close();
});

test("check says whose token it is", async () => {
  const user = await sign_up(held.node);
  const good = await held.node.http("GET", "/v1/auth/check", { token: user.token });
  assert.equal(good.status, 200);
  assert.equal(good.body.user.id, user.id);
  assert.ok(good.body.expires_in > 890 && good.body.expires_in <= 900);
  for (const token of [undefined, "nonsense", `${user.token}x`])
    assert_error(await held.node.http("GET", "/v1/auth/check", { token }), 401, "unauthenticated");
});

test("an unsigned token and one with another algorithm are refused", async () => {
  const user = await sign_up(held.node);
  const [head, body, signature] = user.token.split(".");
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
  const fields = JSON.parse(Buffer.from(body, "base64url"));
  const forged = Buffer.from(JSON.stringify({ ...fields, sub: "admin" })).toString("base64url");
  const tokens = [`${none}.${body}.`, `${none}.${body}.${signature}`, `${head}.${forged}.${signature}`];
  for (const token of tokens)
    assert_error(await held.node.http("GET", "/v1/auth/check", { token }), 401, "unauthenticated");
});

test("a refresh token is good once; again, it revokes the family", async () => {
  const user = await sign_up(held.node);
  const session = await Session.open(held.node, user);
  const second = await post("refresh", { refresh_token: user.refresh_token });
  assert.equal(second.status, 200);
  assert.notEqual(second.body.refresh_token, user.refresh_token);
  const next = await post("refresh", { refresh_token: second.body.refresh_token });
  assert.equal(next.status, 200);
  assert_error(await post("refresh", { refresh_token: user.refresh_token }), 401, "unauthenticated");
  assert.equal((await within(session.closed, "close")).code, 4501);
  const third = await post("refresh", { refresh_token: next.body.refresh_token });
  assert_error(third, 401, "unauthenticated");
  const check = await held.node.http("GET", "/v1/auth/check", { token: next.body.token });
  assert_error(check, 401, "unauthenticated");
});

test("refresh refuses what is no refresh token", async () => {
  const user = await sign_up(held.node);
  for (const refresh_token of ["", "x", user.token, `${user.refresh_token}x`, "x".repeat(300)]) {
    const { status } = await post("refresh", { refresh_token });
    assert.ok(status === 401 || status === 400, `${status}`);
  }
  assert_error(await post("refresh", {}), 400, "Invalid params");
});

test("logout revokes its own family and closes its sockets with 4501", async () => {
  const first = await sign_up(held.node);
  const login = await post("login", { handle: first.id, password });
  const second = { id: first.id, ...login.body };
  const [one, two] = [await Session.open(held.node, first), await Session.open(held.node, second)];
  const answer = await post("logout", {}, first.token);
  assert.equal(answer.status, 204);
  assert.equal((await within(one.closed, "close")).code, 4501);
  await two.call("session.ping");
  const reopened = await Session.connect(held.node);
  assert.equal((await reopened.fails("session.open", { token: first.token })).code, 401);
  assert_error(await post("logout", {}, first.token), 401, "unauthenticated");
  await two.close();
});

test("tokens and refresh tokens survive kill -9", async () => {
  const user = await sign_up(held.node);
  await held.node.restart();
  const session = await Session.open(held.node, user);
  assert.equal(session.info.user.id, user.id);
  const { status } = await post("refresh", { refresh_token: user.refresh_token });
  assert.equal(status, 200);
  await session.close();
});

test("auth calls that do not exist or are asked in another way", async () => {
  assert.equal((await post("nothing", {})).status, 404);
  const got = await held.node.http("GET", "/v1/auth/login");
  assert.equal(got.status, 405);
  assert_error(await post("login", "{"), 400, "Parse error");
  assert_error(await post("login", "[]"), 400, "Invalid params");
});
