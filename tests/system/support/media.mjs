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

const decoded = (page) => page.evaluate(async () => {
  const pc = window.latest_connection;
  if (pc?.connectionState !== "connected") return 0;
  let count = 0;
  for (const s of (await pc.getStats()).values())
    if (s.type === "inbound-rtp" && s.kind === "video") count += s.framesDecoded ?? 0;
  return count;
});

/// Until the page is connected and has decoded some more pictures.
export async function pictures_come(page, ms = 30_000 * scale) {
  const before = await decoded(page);
  await until(async () => (await decoded(page)) >= before + 15, "pictures come", ms);
}
