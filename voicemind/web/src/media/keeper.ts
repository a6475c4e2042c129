import { ApiError } from "../api";
import { Signal } from "../signal";
import type { KeptSound, KeptSounds } from "./kept_sound";
import { writeMessage } from "./messages";
import type { SoundForm, SoundSource } from "./sound_source";

const MESSAGE_MS = 20;
// A connection is gone for so long before that is noticed; the server leaves out what it has heard all the same.
const RING_MS = 15_000;
const BATCH = 50;
// Less was said while a connection came about, and is no sentence.
const SHORTEST_MS = 1500;
export const LONGEST_MS = 10 * 60_000;

interface Message {
  at: number;
  data: Uint8Array;
}

interface Where {
  room: string;
  participant: string;
  store: KeptSounds;
  /** Brings sound to the room, raising ApiError; its beginning was said at a unix time in milliseconds. */
  bring: (form: SoundForm, at: number, body: Uint8Array<ArrayBuffer>) => Promise<void>;
  /** Whether we wish to be heard by the engine: what it may not hear is not kept. */
  wished: () => boolean;
}

/** Keeps what is said while there is no connection, and brings it when there is one again. */
export class Keeper {
  /** Milliseconds of sound that are kept since the connection went; null while there is one. */
  readonly kept = new Signal<number | null>(null);
  private ring: Message[] = [];
  private waiting: Message[] = [];
  private piece: string | null = null;
  private form: SoundForm | null = null;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(private readonly where: Where) {}

  /** Takes what a source gives from now on; returns what ends it. */
  follow(source: SoundSource): () => void {
    this.form = source.form;
    return source.listen((start, sound) => this.take(start, sound));
  }

  /** The connection is gone, or not there yet. */
  cut(): void {
    if (this.piece !== null) return;
    this.piece = crypto.randomUUID();
    this.waiting = this.ring;
    this.ring = [];
    this.kept.set(0);
  }

  /** The connection is there: what was kept is brought, that of an earlier page too. */
  async back(): Promise<void> {
    this.write();
    this.piece = null;
    this.kept.set(null);
    await this.writing;
    const { room, participant, store } = this.where;
    const pieces = new Map<string, KeptSound[]>();
    for (const sound of await store.all(room, participant))
      pieces.set(sound.piece, [...(pieces.get(sound.piece) ?? []), sound]);
    for (const [piece, sounds] of pieces) {
      if (piece === this.piece) continue;
      if (this.where.wished() && !(await this.brought(sounds))) return;
      await store.remove(piece);
    }
  }

  /** Lets go of all that is kept of us in this room. */
  async forget(): Promise<void> {
    this.ring = this.waiting = [];
    await this.writing;
    const { room, participant, store } = this.where;
    for (const { piece } of await store.all(room, participant)) await store.remove(piece);
  }

  /** Brings one piece; false where that is to be tried again. */
  private async brought(sounds: readonly KeptSound[]): Promise<boolean> {
    const [first] = sounds;
    const size = sounds.reduce((sum, sound) => sum + sound.body.length, 0);
    if (!first) return true;
    const body = new Uint8Array(size);
    let at = 0;
    for (const sound of sounds) {
      body.set(sound.body, at);
      at += sound.body.length;
    }
    try {
      await this.where.bring(first.form, first.at, body);
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      return status >= 400 && status < 500 && status !== 429; // it would be refused again
    }
    return true;
  }

  private take(start: number, sound: Uint8Array): void {
    if (!this.where.wished()) return;
    const message = { at: Date.now() - MESSAGE_MS, data: writeMessage(start, sound) };
    if (this.piece === null) {
      this.ring.push(message);
      while (this.ring[0] && this.ring[0].at < message.at - RING_MS) this.ring.shift();
      return;
    }
    const kept = this.kept.value ?? 0;
    if (kept >= LONGEST_MS) return;
    this.waiting.push(message);
    this.kept.set(kept + MESSAGE_MS);
    if (this.waiting.length >= BATCH && kept >= SHORTEST_MS) this.write();
  }

  private write(): void {
    const { piece, form, waiting } = this;
    const [first] = waiting;
    this.waiting = [];
    if (piece === null || !form || !first || (this.kept.value ?? 0) < SHORTEST_MS) return;
    const { room, participant, store } = this.where;
    const sound = { room, participant, piece, at: first.at, form, body: lengthened(waiting) };
    // Where the browser keeps nothing, there is nothing to bring; the meeting goes on.
    this.writing = this.writing.then(() => store.add(sound)).catch(() => undefined);
  }
}

/** Returns messages one after the other, each behind its length. */
function lengthened(messages: readonly Message[]): Uint8Array<ArrayBuffer> {
  const parts = messages.map(({ data }) => writeMessage(data.length, data));
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
