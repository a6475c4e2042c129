import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api";
import { VoiceLink } from "./whip";

/** A peer connection that the test moves from state to state. */
class TestPeer {
  static all: TestPeer[] = [];
  connectionState = "new";
  iceGatheringState = "complete";
  localDescription: { sdp: string } | null = null;
  answer: string | null = null;
  transceivers: unknown[][] = [];
  closed = false;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: ((event: { streams: string[]; track: string }) => void) | null = null;

  constructor() {
    TestPeer.all.push(this);
  }
  sends: unknown[] = [];
  addTransceiver(...entry: unknown[]) {
    this.transceivers.push(entry);
    return { sender: { replaceTrack: async (track: unknown) => void this.sends.push(track) } };
  }
  async createOffer() {
    return { sdp: "offer" };
  }
  async setLocalDescription(description: { sdp: string }) {
    this.localDescription = description;
  }
  async setRemoteDescription({ sdp }: { sdp: string }) {
    this.answer = sdp;
  }
  close() {
    this.closed = true;
  }
  become(state: string) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

const last = () => TestPeer.all.at(-1) ?? new TestPeer();
let requests: [string, string | undefined][];
let refuse: ApiError | null;
let signal: AbortSignal | null | undefined;

const request = async (path: string, init: RequestInit) => {
  signal = init.signal ?? signal;
  requests.push([init.method ?? "GET", path]);
  if (refuse) throw refuse;
  return new Response("answer", { status: 201, headers: { Location: `/whip/r/${requests.length}` } });
};
const link = (track: MediaStreamTrack | null = null) =>
  new VoiceLink(() => "/whip/r", track, { request, onRemote: () => undefined });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", TestPeer);
  TestPeer.all = [];
  requests = [];
  refuse = null;
});
afterEach(() => vi.unstubAllGlobals());

describe("VoiceLink", () => {
  it("offers, takes the answer and leaves the resource when it goes", async () => {
    const voice = link({} as MediaStreamTrack);
    await voice.start();
    expect(last().answer).toBe("answer");
    expect(last().transceivers).toEqual([[{}, { direction: "sendrecv" }]]);
    last().become("connected");
    expect(voice.state.value).toBe("connected");
    voice.close();
    expect(requests.at(-1)).toEqual(["DELETE", `${location.origin}/whip/r/1`]);
    expect(last().closed).toBe(true);
  });

  it("takes back an offer that is on its way when it is not waited for any more", async () => {
    const voice = link();
    await voice.start();
    expect(signal?.aborted).toBe(false);
    voice.close();
    expect(signal?.aborted).toBe(true);
  });

  it("sends nothing while it is muted, and after it came back", async () => {
    const track = {} as MediaStreamTrack;
    const voice = link(track);
    await voice.start();
    voice.mute(true);
    expect(last().sends).toEqual([null]);
    last().become("failed");
    await vi.advanceTimersByTimeAsync(1000);
    expect([TestPeer.all.length, last().sends]).toEqual([2, [null]]);
    voice.mute(false);
    expect(last().sends).toEqual([null, track]);
    voice.close();
  });

  it("only receives without a microphone", async () => {
    await link().start();
    expect(last().transceivers).toEqual([["audio", { direction: "recvonly" }]]);
  });

  it("comes back when the connection fails, and lets a short loss heal", async () => {
    const voice = link();
    await voice.start();
    last().become("connected");
    last().become("disconnected");
    await vi.advanceTimersByTimeAsync(2000);
    last().become("connected");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(TestPeer.all.length).toBe(1);
    last().become("failed");
    expect(voice.state.value).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(1000);
    expect(TestPeer.all.length).toBe(2);
    expect(requests.map(([method]) => method)).toEqual(["POST", "POST"]); // our next offer ends the first
    voice.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(TestPeer.all.length).toBe(2);
  });

  it("tries again while the server is away, and stops when it is refused", async () => {
    refuse = new ApiError(0, "away");
    const voice = link();
    await voice.start();
    expect(voice.state.value).toBe("reconnecting");
    refuse = new ApiError(403, "not allowed");
    await vi.advanceTimersByTimeAsync(1000);
    expect(voice.state.value).toBe("refused");
    expect(voice.problem.value).toBe("not allowed");
    const count = TestPeer.all.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(TestPeer.all.length).toBe(count);
  });

  it("comes back at once when something else has reached the server", async () => {
    refuse = new ApiError(0, "away");
    const voice = link();
    await voice.start();
    for (let i = 0; i < 5; i += 1) await vi.advanceTimersByTimeAsync(20_000);
    refuse = null;
    const count = TestPeer.all.length;
    voice.hurry();
    await vi.advanceTimersByTimeAsync(0);
    last().become("connected");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(TestPeer.all.length).toBe(count + 1);
    voice.hurry(); // nothing to do
    last().become("disconnected");
    voice.hurry();
    expect(voice.state.value).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(1000);
    expect(TestPeer.all.length).toBe(count + 2);
    voice.close();
    voice.hurry();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(TestPeer.all.length).toBe(count + 2);
  });

  it("gives a resource back that was granted after we had gone", async () => {
    const voice = link();
    const starting = voice.start();
    voice.close();
    await starting;
    expect(requests.at(-1)?.[0]).toBe("DELETE");
    expect(voice.state.value).toBe("closed");
  });
});
