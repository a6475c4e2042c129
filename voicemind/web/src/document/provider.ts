import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as auth from "y-protocols/auth";
import {
  type Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from "y-protocols/awareness";
import * as sync from "y-protocols/sync";
import type * as Y from "yjs";
import { Backoff } from "../backoff";
import { Signal } from "../signal";

const SYNC = 0;
const AWARENESS = 1;
const AUTH = 2;
const QUERY_AWARENESS = 3;
const ACK = 100;
// The server says something at least every 10 s; a connection silent for this long is dead.
const SILENCE_MS = 30_000;

/** `unsaved`: how many of our changes are not yet known to be on the server's disk. */
export interface SyncState {
  link: "offline" | "connecting" | "online" | "stopped";
  synced: boolean;
  unsaved: number;
  /** Why the server closed for good (a close code 44xx). */
  reason: { code: number; text: string } | null;
  /** The server takes no changes from us: we look on. */
  denied: boolean;
}

interface Options {
  WebSocket?: typeof WebSocket;
  backoff?: Backoff;
}

interface AwarenessChange {
  added: number[];
  updated: number[];
  removed: number[];
}

/** Keeps a document and its awareness in step with `/sync/{room}`: the y-websocket protocol, one message a frame. */
export class SyncProvider {
  readonly state = new Signal<SyncState>({
    link: "offline",
    synced: false,
    unsaved: 0,
    reason: null,
    denied: false,
  });
  private socket: WebSocket | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setInterval> | undefined;
  private heard = 0;
  private sent = 0;
  private answered = false;
  private wanted = false;
  private lost = false;
  private readonly Socket: typeof WebSocket;
  private readonly backoff: Backoff;

  constructor(
    private readonly url: string,
    private readonly doc: Y.Doc,
    private readonly awareness: Awareness,
    options: Options = {},
  ) {
    this.Socket = options.WebSocket ?? WebSocket;
    this.backoff = options.backoff ?? new Backoff();
    doc.on("update", this.onUpdate);
    awareness.on("update", this.onAwareness);
    window.addEventListener("online", this.onOnline);
    window.addEventListener("offline", this.onOffline);
  }

  connect(): void {
    this.wanted = true;
    clearTimeout(this.retry);
    if (this.socket || this.state.value.link === "stopped") return;
    // Once a connection was lost we are offline until the next one stands: each attempt is nothing to show.
    if (!this.lost) this.set({ link: "connecting" });
    const socket = new this.Socket(this.url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.heard = Date.now();
    socket.onopen = () => this.opened(socket);
    socket.onmessage = (event) => this.received(socket, event.data);
    socket.onclose = (event) => this.closed(socket, event.code, event.reason);
    this.watchdog = setInterval(() => {
      if (Date.now() - this.heard > SILENCE_MS) this.drop();
    }, 3000);
  }

  /** Takes it that changes are welcome again: we were told so, and the server asks for what it had refused. */
  welcome(): void {
    this.set({ denied: false });
  }

  disconnect(): void {
    this.wanted = false;
    clearTimeout(this.retry);
    this.drop();
  }

  destroy(): void {
    removeAwarenessStates(this.awareness, [this.doc.clientID], "left");
    this.disconnect();
    this.doc.off("update", this.onUpdate);
    this.awareness.off("update", this.onAwareness);
    window.removeEventListener("online", this.onOnline);
    window.removeEventListener("offline", this.onOffline);
  }

  private set(change: Partial<SyncState>): void {
    this.state.set({ ...this.state.value, ...change });
  }

  private opened(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.sent = 0;
    this.answered = false;
    this.set({ link: "online", denied: false });
    this.send(SYNC, (encoder) => sync.writeSyncStep1(encoder, this.doc));
    // Written anew, our state counts one further: a server that saw us leave would not believe the old count.
    this.awareness.setLocalState(this.awareness.getLocalState());
  }

  private received(socket: WebSocket, data: unknown): void {
    if (socket !== this.socket || !(data instanceof ArrayBuffer)) return;
    this.heard = Date.now();
    try {
      this.handle(decoding.createDecoder(new Uint8Array(data)));
    } catch (error) {
      // A frame that cannot be read leaves us unsure of the rest: begin again with a fresh handshake.
      socket.close(4000, String(error).slice(0, 100));
      this.drop();
    }
  }

  private handle(decoder: decoding.Decoder): void {
    const type = decoding.readVarUint(decoder);
    if (type === SYNC) this.handleSync(decoder);
    else if (type === AWARENESS)
      applyAwarenessUpdate(this.awareness, decoding.readVarUint8Array(decoder), this);
    else if (type === QUERY_AWARENESS) this.sendAwareness();
    else if (type === AUTH) auth.readAuthMessage(decoder, this.doc, () => this.set({ denied: true }));
    else if (type === ACK) this.acknowledged(decoding.readVarUint(decoder));
  }

  /** `count`: how many of this connection's changes are on the server's disk. */
  private acknowledged(count: number): void {
    // What was changed offline travels in our Step2: until that is sent, nothing can be called saved.
    if (this.answered) this.set({ unsaved: Math.max(0, this.sent - count) });
  }

  private handleSync(decoder: decoding.Decoder): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, SYNC);
    const kind = sync.readSyncMessage(decoder, encoder, this.doc, this, (error) => {
      throw error;
    });
    if (encoding.length(encoder) > 1) {
      this.sent += 1;
      this.answered = true;
      this.set({ unsaved: this.state.value.unsaved || 1 });
      this.socket?.send(encoding.toUint8Array(encoder));
    }
    if (kind !== sync.messageYjsSyncStep2) return;
    // Not before: a server that takes connections and drops them at once must not be asked without pause.
    this.backoff.reset();
    this.set({ synced: true });
  }

  private closed(socket: WebSocket, code: number, reason: string): void {
    if (socket !== this.socket) return;
    this.forget();
    if (code >= 4400 && code < 4500) this.stop(code, reason);
    else if (this.wanted && navigator.onLine !== false) {
      this.retry = setTimeout(() => this.connect(), this.backoff.next());
    }
  }

  /** Leaves the socket behind without waiting for its close event, which a dead network never sends. */
  private drop(): void {
    const socket = this.socket;
    if (!socket) return;
    this.closed(socket, 1006, "");
    socket.close();
  }

  private stop(code: number, text: string): void {
    this.wanted = false;
    this.socket?.close();
    this.forget();
    this.set({ link: "stopped", reason: { code, text } });
  }

  private forget(): void {
    clearInterval(this.watchdog);
    this.socket = null;
    this.lost = true;
    this.set({ link: "offline", synced: false });
    const others = [...this.awareness.getStates().keys()].filter((id) => id !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, this);
  }

  private send(type: number, write: (encoder: encoding.Encoder) => void): void {
    if (this.socket?.readyState !== this.Socket.OPEN) return;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, type);
    write(encoder);
    this.socket.send(encoding.toUint8Array(encoder));
  }

  private sendAwareness(): void {
    const update = encodeAwarenessUpdate(this.awareness, [this.doc.clientID]);
    this.send(AWARENESS, (encoder) => encoding.writeVarUint8Array(encoder, update));
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) return;
    if (this.socket?.readyState === this.Socket.OPEN) this.sent += 1;
    this.set({ unsaved: this.state.value.unsaved + 1 });
    this.send(SYNC, (encoder) => sync.writeUpdate(encoder, update));
  };

  private readonly onAwareness = ({ added, updated, removed }: AwarenessChange, origin: unknown): void => {
    // Others' states came from the server and are not sent back to it: n clients would send n² frames.
    if (origin === this || ![...added, ...updated, ...removed].includes(this.doc.clientID)) return;
    this.sendAwareness();
  };

  private readonly onOnline = (): void => {
    this.backoff.reset();
    if (this.wanted) this.connect();
  };

  private readonly onOffline = (): void => this.drop();
}
