/// Made-up cameras, and what comes of their pictures at the other end.

import { scale, until } from "./wait.mjs";

/// What Chromium is started with.
export const media = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
  "--allow-loopback-in-peer-connection", "--autoplay-policy=no-user-gesture-required"];

/// Lets the page's latest connection be asked; before it makes any.
export const keep_connections = (page) => page.evaluate(() => {
  const Plain = RTCPeerConnection;
  window.RTCPeerConnection = class extends Plain {
    constructor(...args) {
      super(...args);
      window.latest_connection = this;
    }
  };
});

/// What the page's latest connection has come to.
const state_of = (page) => page.evaluate(async () => {
  const pc = window.latest_connection;
  let decoded = 0;
  for (const s of (await pc?.getStats())?.values() ?? [])
    if (s.type === "inbound-rtp" && s.kind === "video") decoded += s.framesDecoded ?? 0;
  return {
    connection: pc?.connectionState, ice: pc?.iceConnectionState, signaling: pc?.signalingState,
    decoded, words: document.querySelector("[role=status]")?.textContent,
  };
});

const decoded_by = ({ connection, decoded }) => connection === "connected" ? decoded : 0;

/// Until the page is connected and has decoded some more pictures.
export async function pictures_come(page, ms = 30_000 * scale) {
  const before = decoded_by(await state_of(page));
  let last;
  const come = async () => decoded_by(last = await state_of(page)) >= before + 15;
  await until(come, "pictures come", ms).catch((error) => {
    error.message += `: ${JSON.stringify(last)}`;
    throw error;
  });
}
