import { expect, it } from "vitest";
import type { Turn } from "../types";
import { cutAt, findTurns } from "./search";

const turn = (id: string, text: string, speaker = "p1"): Turn => ({
  id,
  text,
  speaker,
  start: 0,
  end: 1,
  track: "",
  confidence: 1,
});
const turns = [
  turn("a", "The café opens in March."),
  turn("b", "İ am for it", "p2"),
  turn("c", "A cafe? Cafe!"),
];
const name = (speaker: string) => ({ p1: "Maya", p2: "José" })[speaker] ?? speaker;
const found = (words: string) => findTurns(turns, words, name).map(({ id }) => id);

it("finds words whatever their case and accents, and speakers by name", () => {
  expect(found(" CAFÉ ")).toEqual(["a", "c"]);
  expect(found("jose")).toEqual(["b"]);
  expect(found("maya")).toEqual(["a", "c"]);
  expect(found("lunch")).toEqual([]);
  expect(found("  ")).toEqual([]);
});

it("cuts a text at every place, and nothing gets lost", () => {
  expect(cutAt("A cafe? Café!", "café")).toEqual(["A ", "cafe", "? ", "Café", "!"]);
  expect(cutAt("İ am for it", "am")).toEqual(["İ ", "am", " for it"]);
  expect(cutAt("as it is", "")).toEqual(["as it is"]);
  for (const words of ["a", "fe", "!", "🎉"])
    expect(cutAt("A 🎉 café! ﬁ", words).join("")).toBe("A 🎉 café! ﬁ");
});
