/// Sound and pictures from one browser to another. Offers follow WebRTC's
/// perfect negotiation (W3C WebRTC 1.0, section 10.7): where both make one, the
/// polite side gives way, so each may begin whenever it likes.

const relay_key = "parley.calls.relay";
const strangers_key = "parley.strangers.relay";
const restarts_max = 2;

/// Over a TURN server only, so that the other does not see this address.
export const hides_address = () => localStorage.getItem(relay_key) === "yes";

export function hide_address(on) {
  localStorage.setItem(relay_key, on ? "yes" : "no");
}

/// Strangers do not see it unless one lets them.
export const hides_from_strangers = () => localStorage.getItem(strangers_key) !== "no";

export function hide_from_strangers(on) {
  localStorage.setItem(strangers_key, on ? "yes" : "no");
}

/// Whether one of the ICE servers passes on sound and pictures itself.
export const has_relay = (ice_servers) =>
  ice_servers.flatMap((server) => server.urls).some((url) => /^turns?:/i.test(url));

export class Peer {
  #pc = null;
  #is_making_offer = false;
  #is_ignoring_offer = false;
  #is_offer_lost = false;
  #restarts = 0;
  #work;

  /// connecting or connected.
  state = "connecting";
  remote = null;
  /// Whether it goes over a TURN server, once that is known.
  is_relayed = false;

  /// `hides`: over a TURN server only, whatever the profile says.
  /// `begins` says who makes the first offer; both may.
  /// `send(kind, data)` signals to the other, `servers()` names ICE servers,
  /// `changed()` is called when there is something new to see, and
  /// `failed(error)` when there will be no connection.
  constructor({ is_polite, begins, media, hides = false, send, servers, changed, failed }) {
    Object.assign(this, { is_polite, begins, media, hides, send, servers, changed, failed });
    this.#work = this.#open().catch(failed);
  }

  /// What the other has signalled, one after the other: each may have to wait
  /// for the browser.
  take(signal) {
    this.#work = this.#work
      .then(() => this.#pc && this.#negotiate(signal))
      .catch((error) => this.#pc && this.failed(error));
  }

  /// Looks for a way to the other anew, with fresh logins.
  async restart() {
    const pc = this.#pc;
    if (!pc) return;
    try {
      const iceServers = await this.servers();
      if (pc !== this.#pc) return;
      this.begins = true;
      pc.setConfiguration({ ...pc.getConfiguration(), iceServers });
      pc.restartIce();
      // Of these the browser does not say again that they need an offer.
      if (pc.signalingState === "have-local-offer" || !pc.remoteDescription) await this.#offer(pc);
    } catch (error) {
      if (!error.is_transient) throw error; // else the reconnect does it
    }
  }

  /// The other was not there to take it, and makes one on coming back.
  offer_was_lost() {
    this.#is_offer_lost = true;
  }

  close() {
    this.#pc?.close();
    this.#pc = null;
    this.is_closed = true;
    this.remote = null;
  }

  async #open() {
    const iceServers = await this.servers();
    if (this.is_closed) return;
    const hides = this.hides || hides_address();
    this.#create({ iceServers, iceTransportPolicy: hides ? "relay" : "all" });
  }

  #create(configuration) {
    const pc = new RTCPeerConnection(configuration);
    this.#pc = pc;
    pc.onnegotiationneeded = () => (this.begins || pc.remoteDescription) && this.#offer(pc);
    pc.onicecandidate = ({ candidate }) => {
      // One that is lost may be the one too many, or the call has ended.
      if (candidate) this.send("candidate", candidate.toJSON()).catch(() => {});
    };
    pc.ontrack = ({ streams }) => {
      this.remote = streams[0];
      this.changed();
    };
    pc.onconnectionstatechange = () => this.#state_changed(pc);
    for (const track of this.media.getTracks()) pc.addTrack(track, this.media);
  }

  async #offer(pc) {
    try {
      this.#is_making_offer = true;
      this.#is_offer_lost = false;
      await pc.setLocalDescription();
      if (pc === this.#pc) await this.#send_description(pc);
    } catch (error) {
      if (pc === this.#pc && !error.is_transient) this.failed(error);
    } finally {
      this.#is_making_offer = false;
    }
  }

  async #negotiate({ kind, data }) {
    let pc = this.#pc;
    if (kind === "candidate") return this.#add_candidate(pc, data);
    const collides = kind === "offer" && !this.#is_offer_lost
      && (this.#is_making_offer || pc.signalingState !== "stable");
    this.#is_ignoring_offer = collides && !this.is_polite;
    if (this.#is_ignoring_offer) return;
    if (collides && pc.connectionState === "new") pc = this.#give_way(pc);
    await pc.setRemoteDescription({ type: kind, sdp: data.sdp });
    if (kind === "answer") return;
    await pc.setLocalDescription();
    await this.#send_description(pc);
  }

  /// Takes back its own first offer. Chromium 156 names no candidates any more
  /// after a rollback, so it begins with a new connection.
  #give_way(pc) {
    pc.close();
    this.begins = false;
    this.#is_making_offer = false;
    this.#create(pc.getConfiguration());
    return this.#pc;
  }

  /// An answer where an offer of the other came in between, and the reverse.
  #send_description(pc) {
    const { type, sdp } = pc.localDescription;
    return this.send(type, { sdp });
  }

  async #add_candidate(pc, candidate) {
    try {
      await pc.addIceCandidate(candidate);
    } catch (error) {
      if (!this.#is_ignoring_offer) throw error;
    }
  }

  async #state_changed(pc) {
    if (pc !== this.#pc) return;
    if (pc.connectionState === "connected") {
      this.#restarts = 0;
      this.is_relayed = await goes_over_relay(pc);
      if (pc !== this.#pc) return;
      this.state = "connected";
    } else if (pc.connectionState === "failed") {
      this.state = "connecting";
      this.#restarts += 1;
      if (this.#restarts > restarts_max)
        return this.failed(new Error("There is no way to the other from here."));
      await this.restart();
    }
    this.changed();
  }
}

/// Camera and microphone; fails with words for the user.
export async function open_media() {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  } catch (error) {
    const words = {
      NotAllowedError: "Without camera and microphone there is no call.",
      NotFoundError: "There is no camera or microphone.",
      NotReadableError: "Another program has the camera or the microphone.",
    };
    throw new Error(words[error.name] ?? error.message);
  }
}

export function stop_media(media) {
  for (const track of media?.getTracks() ?? []) track.stop();
}

async function goes_over_relay(pc) {
  const stats = await pc.getStats();
  const pairs = [...stats.values()].filter((s) => s.type === "candidate-pair" && s.nominated);
  return pairs.some((pair) => stats.get(pair.localCandidateId)?.candidateType === "relay");
}
