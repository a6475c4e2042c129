import type { SoundForm } from "./sound_source";

/** A second or so of sound that could not be sent; `body` holds its messages, each behind its length. */
export interface KeptSound {
  room: string;
  participant: string;
  /** Names what belongs together. */
  piece: string;
  /** When its first sample was said, as a unix time in milliseconds. */
  at: number;
  form: SoundForm;
  body: Uint8Array<ArrayBuffer>;
}

/** Where sound is kept until it can be sent; it outlives the page. */
export interface KeptSounds {
  add(sound: KeptSound): Promise<void>;
  /** Returns what is kept of somebody in a room, in the order in which it was said. */
  all(room: string, participant: string): Promise<KeptSound[]>;
  remove(piece: string): Promise<void>;
}

const NAME = "voicemind.sound";
const STORE = "sounds";

/** The browser's own database. */
export class SoundDatabase implements KeptSounds {
  private opened: Promise<IDBDatabase> | null = null;

  async add(sound: KeptSound): Promise<void> {
    await done((await this.store("readwrite")).add(sound));
  }

  async all(room: string, participant: string): Promise<KeptSound[]> {
    const sounds: KeptSound[] = await done((await this.store("readonly")).getAll());
    return sounds.filter((sound) => sound.room === room && sound.participant === participant);
  }

  async remove(piece: string): Promise<void> {
    const store = await this.store("readwrite");
    const keys = await done(store.index("piece").getAllKeys(piece));
    for (const key of keys) store.delete(key);
  }

  private async store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
    this.opened ??= open();
    return (await this.opened).transaction(STORE, mode).objectStore(STORE);
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(STORE, { autoIncrement: true });
    store.createIndex("piece", "piece");
  };
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
