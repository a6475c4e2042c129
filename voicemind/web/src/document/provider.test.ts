import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as sync from "y-protocols/sync";
import * as Y from "yjs";
import { Backoff } from "../backoff";
import { SyncProvider } from "./provider";
import { TestSocket } from "./socket.fixture";

let doc: Y.Doc;
let awareness: Awareness;
let provider: SyncProvider;
const server = new Y.Doc();

const step1 = (encoder: encoding.Encoder) => {
  encoding.writeVarUint(encoder, 0);
  sync.writeSyncStep1(encoder, server);
};
const step2 = (encoder: encoding.Encoder) => {
  encoding.writeVarUint(encoder, 0);
  sync.writeSyncStep2(encoder, server, Y.encodeStateVector(doc));
};
const ack = (count: number) => (encoder: encoding.Encoder) => {
  encoding.writeVarUint(encoder, 100);
  encoding.writeVarUint(encoder, count);
};

function online() {
  provider.connect();
  const socket = TestSocket.last;
  socket.open();
  socket.hear(step2);
  socket.hear(step1);
  return socket;
}

beforeEach(() => {
  vi.useFakeTimers();
  TestSocket.all = [];
  doc = new Y.Doc();
  awareness = new Awareness(doc);
  provider = new SyncProvider("ws://here/sync/r?ack=1", doc, awareness, {
    WebSocket: TestSocket as unknown as typeof WebSocket,
    backoff: new Backoff(1000, 8000, () => 1),
  });
});

afterEach(() => {
  provider.destroy();
  awareness.destroy();
});

describe("SyncProvider", () => {
  it("shakes hands: step 1 and awareness first, step 2 when asked, one message a frame", () => {
    awareness.setLocalStateField("user", { name: "Ada" });
    const socket = online();
    expect(socket.kinds()).toEqual(["step1", "awareness", "step2"]);
    expect(provider.state.value).toMatchObject({ link: "online", synced: true });
  });

  it("calls changes saved only when the server has them on disk", () => {
    const socket = online();
    socket.hear(ack(1));
    expect(provider.state.value.unsaved).toBe(0);
    doc.getMap("m").set("a", 1);
    doc.getMap("m").set("b", 2);
    expect(provider.state.value.unsaved).toBe(2);
    socket.hear(ack(2));
    expect(provider.state.value.unsaved).toBe(1);
    socket.hear(ack(3));
    expect(provider.state.value.unsaved).toBe(0);
  });

  it("does not call offline changes saved before they were sent", () => {
    doc.getMap("m").set("offline", true);
    provider.connect();
    const socket = TestSocket.last;
    socket.open();
    doc.getMap("m").set("early", true); // before the server has asked for what it lacks
    socket.hear(ack(1));
    expect(provider.state.value.unsaved).toBeGreaterThan(0);
    socket.hear(step1);
    socket.hear(ack(2));
    expect(provider.state.value.unsaved).toBe(0);
  });

  it("sends changes made offline when it is back", () => {
    online().fail();
    doc.getMap("m").set("while", "away");
    vi.advanceTimersByTime(1000);
    const socket = TestSocket.last;
    socket.open();
    socket.hear(step1);
    const frame = socket.sent[socket.kinds().indexOf("step2")];
    const copy = new Y.Doc();
    const decoder = decoding.createDecoder(frame ?? new Uint8Array());
    decoding.readVarUint(decoder);
    sync.readSyncMessage(decoder, encoding.createEncoder(), copy, null);
    expect(copy.getMap("m").toJSON()).toEqual({ while: "away" });
  });

  it("does not send back what came in", () => {
    const socket = online();
    const before = socket.sent.length;
    const other = new Y.Doc();
    other.getMap("m").set("theirs", 1);
    socket.hear((encoder) => {
      encoding.writeVarUint(encoder, 0);
      sync.writeUpdate(encoder, Y.encodeStateAsUpdate(other));
    });
    expect(doc.getMap("m").get("theirs")).toBe(1);
    expect(socket.sent.length).toBe(before);
  });

  it("shows others' awareness, does not echo it, and forgets it when the link is gone", () => {
    const socket = online();
    const before = socket.sent.length;
    const other = new Awareness(new Y.Doc());
    other.setLocalStateField("user", { name: "Bob" });
    socket.hear((encoder) => {
      encoding.writeVarUint(encoder, 1);
      encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(other, [other.clientID]));
    });
    expect(awareness.getStates().has(other.clientID)).toBe(true);
    expect(socket.sent.length).toBe(before);
    socket.fail();
    expect(awareness.getStates().has(other.clientID)).toBe(false);
    other.destroy();
  });

  it("is believed when it comes back to a server that saw it leave", () => {
    awareness.setLocalStateField("user", { name: "Ada" });
    const observer = new Awareness(new Y.Doc());
    const lastState = (socket: TestSocket) => {
      const decoder = decoding.createDecoder(
        socket.sent[socket.kinds().lastIndexOf("awareness")] ?? new Uint8Array(),
      );
      decoding.readVarUint(decoder);
      return decoding.readVarUint8Array(decoder);
    };
    const first = online();
    applyAwarenessUpdate(observer, lastState(first), null);
    observer.states.delete(doc.clientID); // the observer is told that the client left; it keeps the count
    first.fail();
    vi.advanceTimersByTime(1000);
    TestSocket.last.open();
    applyAwarenessUpdate(observer, lastState(TestSocket.last), null);
    expect(observer.getStates().get(doc.clientID)).toMatchObject({ user: { name: "Ada" } });
    observer.destroy();
  });

  it("comes back by itself, waiting longer each time, and at once when the network is back", () => {
    online().fail(4503, "draining");
    const waits: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const count = TestSocket.all.length;
      let waited = 0;
      while (TestSocket.all.length === count) {
        vi.advanceTimersByTime(500);
        waited += 500;
      }
      waits.push(waited);
      if (i < 4) TestSocket.last.fail();
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 8000]);
    TestSocket.last.fail();
    window.dispatchEvent(new Event("online"));
    expect(TestSocket.all.length).toBe(7);
  });

  it("is offline from a lost connection until the next one stands, whatever is tried between", () => {
    provider.connect();
    expect(provider.state.value.link).toBe("connecting");
    TestSocket.last.open();
    const shown: string[] = [];
    provider.state.subscribe(() => shown.push(provider.state.value.link));
    TestSocket.last.fail();
    vi.advanceTimersByTime(1000);
    TestSocket.last.fail();
    vi.advanceTimersByTime(2000);
    expect(new Set(shown)).toEqual(new Set(["offline"]));
    TestSocket.last.open();
    expect(provider.state.value.link).toBe("online");
  });

  it("stops for good at a close code 44xx and tells why", () => {
    online().fail(4401, "expired");
    vi.advanceTimersByTime(60_000);
    provider.connect();
    expect(TestSocket.all.length).toBe(1);
    expect(provider.state.value).toMatchObject({ link: "stopped", reason: { code: 4401, text: "expired" } });
  });

  it("goes offline at once when the browser says so", () => {
    online();
    window.dispatchEvent(new Event("offline"));
    expect(provider.state.value).toMatchObject({
      link: "offline",
      synced: false,
    });
    expect(TestSocket.last.readyState).toBe(3);
  });

  it("gives up a connection that has been silent for 30 s", () => {
    online();
    vi.advanceTimersByTime(29_000);
    expect(provider.state.value.link).toBe("online");
    vi.advanceTimersByTime(6000);
    expect(provider.state.value.link).not.toBe("online");
  });

  it("begins again after a frame that cannot be read, and the document is unharmed", () => {
    const socket = online();
    doc.getMap("m").set("a", 1);
    socket.hear((encoder) => {
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarUint(encoder, 2);
      encoding.writeVarUint8Array(encoder, new Uint8Array([255, 255, 3]));
    });
    expect(provider.state.value.link).toBe("offline");
    vi.advanceTimersByTime(1000);
    expect(TestSocket.all.length).toBe(2);
    expect(doc.getMap("m").toJSON()).toEqual({ a: 1 });
  });

  it("learns that it may only look on, and that it may write again", () => {
    const socket = online();
    socket.hear((encoder) => {
      encoding.writeVarUint(encoder, 2);
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarString(encoder, "read only");
    });
    expect(provider.state.value.denied).toBe(true);
    provider.welcome();
    expect(provider.state.value.denied).toBe(false);
  });
});
