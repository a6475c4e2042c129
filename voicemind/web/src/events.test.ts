import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RoomEvents } from "./events";

class TestSocket {
  static readonly OPEN = 1;
  static all: TestSocket[] = [];
  readyState = 1;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    TestSocket.all.push(this);
  }
  close() {
    this.readyState = 3;
  }
  say(frame: unknown) {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
  fail(code: number) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

let events: RoomEvents;
const socket = () => TestSocket.all.at(-1) ?? new TestSocket("");

beforeEach(() => {
  vi.useFakeTimers();
  TestSocket.all = [];
  vi.stubGlobal("WebSocket", TestSocket);
  events = new RoomEvents("ws://here/events/r");
});
afterEach(() => {
  events.close();
  vi.unstubAllGlobals();
});

it("shows what is being said until the turn is final", () => {
  socket().say({ type: "interim", data: { track: "p1.1", speaker: "p1", text: "shall" } });
  socket().say({ type: "interim", data: { track: "p2.4", speaker: "p2", text: "yes" } });
  socket().say({ type: "interim", data: { track: "p1.1", speaker: "p1", text: "shall we" } });
  expect(events.interims.value).toEqual([
    { track: "p1.1", speaker: "p1", text: "shall we" },
    { track: "p2.4", speaker: "p2", text: "yes" },
  ]);
  socket().say({ seq: 4, type: "turn", data: { id: "t1", track: "p1.1", text: "Shall we?" } });
  expect(events.interims.value).toEqual([
    { track: "p1.1", speaker: "p1", text: "Shall we?", turn: "t1" },
    { track: "p2.4", speaker: "p2", text: "yes" },
  ]);
  vi.advanceTimersByTime(6_000);
  expect(events.interims.value).toEqual([{ track: "p2.4", speaker: "p2", text: "yes" }]);
});

it("keeps what is said next apart from the turn before it", () => {
  const said = (text: string) =>
    socket().say({ type: "interim", data: { track: "p1", speaker: "p1", text } });
  said("shall we");
  socket().say({ seq: 4, type: "turn", data: { id: "t1", track: "p1", text: "Shall we?" } });
  said("let us");
  expect(events.interims.value.map(({ text }) => text)).toEqual(["Shall we?", "let us"]);
  socket().say({ seq: 5, type: "turn", data: { id: "t0", track: "p9", text: "Nobody saw this in grey." } });
  expect(events.interims.value).toHaveLength(2);
});

it("forgets an interim that nothing followed", () => {
  socket().say({ type: "interim", data: { track: "p1", text: "hm" } });
  vi.advanceTimersByTime(12_000);
  expect(events.interims.value).toEqual([]);
});

it("keeps words for us alone until they are put away", () => {
  socket().say({ seq: 1, type: "nudge", to: "me", data: { insight: { id: "d1", text: "You speak much." } } });
  expect(events.nudges.value).toEqual([{ id: "d1", text: "You speak much." }]);
  events.dismissNudge("d1");
  expect(events.nudges.value).toEqual([]);
});

it("bears frames that make no sense", () => {
  for (const frame of ["{", "null", "[]", { type: "nudge", data: { insight: 3 } }, { type: "interim" }])
    socket().say(frame);
  expect(events.nudges.value).toEqual([]);
});

it("comes back unless it was sent away for good", () => {
  socket().fail(1006);
  vi.advanceTimersByTime(1000);
  expect(TestSocket.all.length).toBe(2);
  socket().fail(4401);
  vi.advanceTimersByTime(60_000);
  expect(TestSocket.all.length).toBe(2);
});

it("knows what an owner decided about us", () => {
  expect(events.role.value).toBe(undefined);
  socket().say({ seq: 1, type: "role", to: "me", data: { participant: "me", role: "read" } });
  expect(events.role.value).toBe("read");
  socket().say({ seq: 2, type: "role", to: "me", data: { participant: "me", role: "emperor" } });
  expect(events.role.value).toBe("read");
  socket().say({ seq: 3, type: "role", to: "me", data: { participant: "me", role: null } });
  expect(events.role.value).toBe(null);
});

it("stays away once it was sent away, whatever comes back", () => {
  socket().fail(4403);
  window.dispatchEvent(new Event("online"));
  events.connect();
  vi.advanceTimersByTime(60_000);
  expect(TestSocket.all.length).toBe(1);
});
