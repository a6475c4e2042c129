import { beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../api";
import { Keeper, LONGEST_MS } from "./keeper";
import type { KeptSound, KeptSounds } from "./kept_sound";
import type { OnSound, SoundForm, SoundSource } from "./sound_source";

class Memory implements KeptSounds {
  sounds: KeptSound[] = [];
  add = async (sound: KeptSound) => void this.sounds.push(sound);
  all = async (room: string, participant: string) =>
    this.sounds.filter((sound) => sound.room === room && sound.participant === participant);
  remove = async (piece: string) => {
    this.sounds = this.sounds.filter((sound) => sound.piece !== piece);
  };
}

const FORM: SoundForm = { codec: "opus", rate: 48_000 };
let store: Memory;
let heard: OnSound;
let wished: boolean;
let refuse: ApiError | null;
let brought: [number, number][];
let keeper: Keeper;
let count: number;

/** Speaks for so long, a byte each 20 ms. */
function speak(ms: number) {
  for (const end = count + ms / 20; count < end; count++) {
    vi.setSystemTime(Date.now() + 20);
    heard(count * 960, Uint8Array.of(7));
  }
}

function open() {
  keeper = new Keeper({
    room: "blue",
    participant: "p1",
    store,
    wished: () => wished,
    bring: async (_form, at, body) => {
      if (refuse) throw refuse;
      brought.push([Math.round((Date.now() - at) / 1000), body.length]);
    },
  });
  keeper.follow({ form: FORM, listen: (listener: OnSound) => (heard = listener) } as unknown as SoundSource);
}

beforeEach(() => {
  vi.useFakeTimers();
  store = new Memory();
  [brought, refuse, wished, count] = [[], null, true, 0];
  open();
});

it("brings what was said in a cut, and somewhat more before it", async () => {
  speak(30_000);
  keeper.cut();
  speak(20_000);
  expect(keeper.kept.value).toBe(20_000);
  await vi.advanceTimersByTimeAsync(0);
  expect(store.sounds.length).toBeGreaterThan(10);
  await keeper.back();
  expect(brought.map(([ago]) => ago)).toEqual([35]);
  expect(brought[0]?.[1]).toBeGreaterThan(1700 * 3);
  expect(store.sounds).toEqual([]);
  expect(keeper.kept.value).toBeNull();
  await keeper.back();
  expect(brought.length).toBe(1);
});

it("keeps it for the next time where the server is away, also for another page", async () => {
  keeper.cut();
  speak(5000);
  refuse = new ApiError(0, "away");
  await keeper.back();
  expect(store.sounds.length).toBeGreaterThan(0);
  refuse = null;
  open();
  await keeper.back();
  expect(brought.map(([ago]) => ago)).toEqual([5]);
  expect(store.sounds).toEqual([]);
});

it("lets go of what the server refuses", async () => {
  keeper.cut();
  speak(5000);
  refuse = new ApiError(409, "not transcribed");
  await keeper.back();
  expect(store.sounds).toEqual([]);
});

it("keeps nothing of who does not wish to be heard, or is forgotten", async () => {
  wished = false;
  keeper.cut();
  speak(5000);
  await keeper.back();
  expect([brought, store.sounds]).toEqual([[], []]);
  wished = true;
  keeper.cut();
  speak(5000);
  await keeper.forget();
  await keeper.back();
  expect([brought, store.sounds]).toEqual([[], []]);
});

it("passes over the moment in which a connection comes about, and stops at ten minutes", async () => {
  keeper.cut();
  speak(600);
  await keeper.back();
  expect(brought).toEqual([]);
  keeper.cut();
  speak(LONGEST_MS + 30_000);
  expect(keeper.kept.value).toBe(LONGEST_MS);
});
