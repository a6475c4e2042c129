import { describe, expect, it } from "vitest";
import { readMessage, writeMessage } from "./messages";
import { pcm16 } from "./sound_source";

describe("messages", () => {
  it.each([0, 1, 127, 128, 48_000, 2 ** 31, 2 ** 40 + 3])("carry the number %i and the sound", (start) => {
    const sound = Uint8Array.of(1, 2, 3);
    expect(readMessage(writeMessage(start, sound))).toEqual({ start, sound });
  });

  it("write numbers as the server reads them", () => {
    expect([...writeMessage(960, Uint8Array.of(7))]).toEqual([0xc0, 0x07, 7]);
  });

  it("are none without a number that ends", () => {
    expect(readMessage(new Uint8Array(0))).toBeNull();
    expect(readMessage(new Uint8Array(20).fill(255))).toBeNull();
  });
});

it("PCM is clipped, the lower byte first", () => {
  expect([...pcm16(Float32Array.of(0, 1, -2, 0.5))]).toEqual([0, 0, 0xff, 0x7f, 0x01, 0x80, 0x00, 0x40]);
});
