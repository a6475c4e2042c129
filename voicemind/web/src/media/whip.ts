import { ApiError } from "../api";
import { Backoff } from "../backoff";
import { Signal } from "../signal";
import type { Link, VoiceState } from "./link";

// A STUN server that does not answer keeps gathering going for long; what was found by then is enough.
const GATHER_MS = 1500;
// A short loss of packets shows as "disconnected" and heals by itself.
const HEAL_MS = 4000;

interface Options {
  /** Sends a request with our token, raising ApiError. */
  request: (path: string, init: RequestInit) => Promise<Response>;
  iceServers?: RTCIceServer[];
  onRemote: (stream: MediaStream) => void;
}

/** Our voice in the room over WebRTC, signalled by WHIP (RFC 9725); comes back by itself when it breaks. */
export class VoiceLink implements Link {
  readonly state = new Signal<VoiceState>("connecting");
  readonly problem = new Signal<string | null>(null);
  private peer: RTCPeerConnection | null = null;
  private resource: string | null = null;
  private sender: RTCRtpSender | null = null;
  private muted = false;
  private offer = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly backoff = new Backoff();

  /** `path`: where an offer made now goes. Without `track` we only listen. */
  constructor(
    private readonly path: () => string,
    private readonly track: MediaStreamTrack | null,
    private readonly options: Options,
  ) {}

  async start(): Promise<void> {
    if (this.state.value === "closed") return;
    clearTimeout(this.timer);
    const peer = new RTCPeerConnection({
      iceServers: this.options.iceServers ?? [],
      bundlePolicy: "max-bundle",
    });
    this.peer = peer;
    peer.ontrack = (event) => this.options.onRemote(event.streams[0] ?? new MediaStream([event.track]));
    peer.onconnectionstatechange = () => this.changed(peer);
    if (this.track) {
      this.sender = peer.addTransceiver(this.track, { direction: "sendrecv" }).sender;
      if (this.muted) this.mute(true);
    } else peer.addTransceiver("audio", { direction: "recvonly" });
    try {
      await this.negotiate(peer);
    } catch (error) {
      if (peer === this.peer) this.failed(error);
    }
  }

  /** A track that is only disabled would go on to send silence. */
  mute(muted: boolean): void {
    this.muted = muted;
    void this.sender?.replaceTrack(muted ? null : this.track).catch(() => undefined); // it is closed, then
  }

  hurry(): void {
    const waits = this.state.value === "reconnecting" && !this.peer;
    if (!waits && this.peer?.connectionState !== "disconnected") return;
    this.backoff.reset();
    if (waits) void this.start();
    else this.again();
  }

  close(): void {
    this.state.set("closed");
    clearTimeout(this.timer);
    this.release();
  }

  private async negotiate(peer: RTCPeerConnection): Promise<void> {
    await peer.setLocalDescription(await peer.createOffer());
    await gathered(peer);
    const headers = { "Content-Type": "application/sdp", Accept: "application/sdp" };
    const body = peer.localDescription?.sdp ?? "";
    this.offer = new AbortController();
    const { signal } = this.offer;
    const response = await this.options.request(this.path(), { method: "POST", headers, body, signal });
    const place = response.headers.get("Location");
    const resource = place && new URL(place, response.url || location.href).href;
    const sdp = await response.text();
    if (peer !== this.peer) {
      if (resource) void this.options.request(resource, { method: "DELETE" }).catch(() => undefined);
      return;
    }
    this.resource = resource;
    await peer.setRemoteDescription({ type: "answer", sdp });
  }

  private changed(peer: RTCPeerConnection): void {
    if (peer !== this.peer) return;
    clearTimeout(this.timer);
    if (peer.connectionState === "connected") {
      this.backoff.reset();
      this.state.set("connected");
    } else if (peer.connectionState === "disconnected") {
      this.timer = setTimeout(() => this.again(), HEAL_MS);
    } else if (peer.connectionState === "failed") {
      this.again();
    }
  }

  private failed(error: unknown): void {
    const status = error instanceof ApiError ? error.status : 0;
    if (status >= 400 && status < 500 && status !== 429) {
      this.problem.set(error instanceof Error ? error.message : null);
      this.state.set("refused");
      this.release();
    } else {
      this.again();
    }
  }

  private again(): void {
    if (this.state.value === "closed") return;
    this.state.set("reconnecting");
    this.resource = null; // the server lets go of it when we come back, or has forgotten it already
    this.release();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.start(), this.backoff.next());
  }

  private release(): void {
    // An offer that waits for a network would take our place in the room from whatever connects before it.
    this.offer.abort();
    this.peer?.close();
    this.peer = null;
    this.sender = null;
    const resource = this.resource;
    this.resource = null;
    // `keepalive` lets the request outlive the page that is being closed; a lost one is found out by the server.
    if (resource)
      void this.options.request(resource, { method: "DELETE", keepalive: true }).catch(() => undefined);
  }
}

function gathered(peer: RTCPeerConnection): Promise<void> {
  if (peer.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((done) => {
    const timer = setTimeout(done, GATHER_MS);
    peer.onicegatheringstatechange = () => {
      if (peer.iceGatheringState !== "complete") return;
      clearTimeout(timer);
      done();
    };
  });
}
