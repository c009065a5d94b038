/// TLS for HTTP and WebSocket: versions, ciphers, and new certificates on SIGHUP.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import tls from "node:tls";
import { ParleyNode } from "./support/node.mjs";
import { Session } from "./support/session.mjs";
import { deferred, until, within } from "./support/wait.mjs";

const dir = mkdtempSync(join(tmpdir(), "parley-tls-"));
const certificate = join(dir, "certificate.pem");
const key = join(dir, "key.pem");
let node;

/// For two days, from that day on where one is given.
function make_certificate(name, { to = certificate, key_to = key, from } = {}) {
  const clock = from ? ["faketime", from] : ["env"];
  const made = spawnSync(clock[0], [...clock.slice(1), "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", `/CN=${name}`,
    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key_to, "-out", to]);
  assert.equal(made.status, 0, `${made.stderr}`);
}

before(async () => {
  make_certificate("first");
  node = await ParleyNode.start({
    set: { "client.tls.certificate": certificate, "client.tls.key": key, "client.handshake_timeout": "1s" },
  });
});

after(async () => {
  await node?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/// {name, protocol, cipher} of a handshake, or the error.
function shake_hands(options = {}) {
  const done = deferred();
  const socket = tls.connect({ host: "127.0.0.1", port: node.port, rejectUnauthorized: false, ...options }, () => {
    done.resolve({
      name: socket.getPeerCertificate().subject.CN,
      protocol: socket.getProtocol(),
      cipher: socket.getCipher().name,
    });
    socket.destroy();
  });
  socket.on("error", (error) => done.resolve({ error: error.code ?? error.message }));
  return within(done.promise, "a handshake");
}

function https(path) {
  const done = deferred();
  get({ host: "127.0.0.1", port: node.port, path, rejectUnauthorized: false }, (answer) => {
    answer.resume();
    answer.on("end", () => done.resolve(answer));
  }).on("error", done.reject);
  return within(done.promise, "an answer");
}

test("HTTP and WebSocket both go through TLS", async () => {
  const { statusCode, headers } = await https("/");
  assert.equal(statusCode, 200);
  assert.ok(headers["strict-transport-security"], "says to stay with TLS");
  const session = await Session.connect(node, { rejectUnauthorized: false });
  assert.equal((await session.fails("session.ping")).code, 401);
  await session.close();
});

test("TLS 1.3 and 1.2 are spoken, older is not", async () => {
  assert.equal((await shake_hands()).protocol, "TLSv1.3");
  assert.equal((await shake_hands({ maxVersion: "TLSv1.2" })).protocol, "TLSv1.2");
  const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" };
  assert.ok((await shake_hands(old)).error);
});

test("ciphers in CBC mode are refused", async () => {
  const cbc = ["ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA384"];
  for (const cipher of cbc) {
    const options = { maxVersion: "TLSv1.2", ciphers: `${cipher}:@SECLEVEL=0` };
    assert.ok((await shake_hands(options)).error, cipher);
  }
  const good = { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" };
  assert.equal((await shake_hands(good)).cipher, "ECDHE-ECDSA-AES128-GCM-SHA256");
});

test("SIGHUP takes a new certificate, and open sessions stay", async () => {
  const session = await Session.connect(node, { rejectUnauthorized: false });
  assert.equal((await shake_hands()).name, "first");
  make_certificate("second");
  node.process.kill("SIGHUP");
  await until(async () => (await shake_hands()).name === "second", "the new certificate");
  assert.equal((await session.fails("session.ping")).code, 401, "still there");
  await session.close();
});

test("a certificate that cannot be read leaves the good one in place", async () => {
  const { name } = await shake_hands();
  spawnSync("sh", ["-c", `echo nonsense > ${certificate}`]);
  node.process.kill("SIGHUP");
  await until(() => /certificate|tls/i.test(node.log.slice(-3).join("")), "it is logged");
  assert.equal((await shake_hands()).name, name);
});

test("who does not shake hands in time is closed", async () => {
  const { connect } = await import("node:net");
  const socket = connect(node.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  await within(new Promise((done) => socket.on("close", done)), "the end");
});

test("plain HTTP on the TLS port ends that connection only", async () => {
  await assert.rejects(fetch(`http://127.0.0.1:${node.port}/`));
  assert.equal((await https("/")).statusCode, 200);
});

test("a certificate that has ended is named, and does not replace a good one", async () => {
  const over = { to: join(dir, "over.pem"), key_to: join(dir, "over-key.pem") };
  make_certificate("over", { ...over, from: "2020-01-01" });
  const own = await ParleyNode.start({
    set: { "client.tls.certificate": over.to, "client.tls.key": over.key_to },
  });
  try {
    assert.match(own.log.join(""), /certificate_not_valid.*over\.pem has ended on \d{4}-\d\d-\d\d/);
    assert.ok(await own.metric("tls_certificate_expiry_seconds") > 1e9);
    make_certificate("good", over);
    own.process.kill("SIGHUP");
    await until(() => own.log.join("").includes('"reloaded"'), "it is read anew");
    const good_until = await own.metric("tls_certificate_expiry_seconds");
    make_certificate("over again", { ...over, from: "2020-01-01" });
    own.process.kill("SIGHUP");
    await until(() => /reload_failed.*has ended on/.test(own.log.join("")), "it is refused");
    assert.equal(await own.metric("tls_certificate_expiry_seconds"), good_until);
  } finally {
    await own.stop();
  }
});
