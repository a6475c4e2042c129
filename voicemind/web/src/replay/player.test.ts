import { expect, it } from "vitest";
import { current } from "./player";
import { lanes, shares } from "./speech";

const turn = (speaker: string, start: number, end: number) => ({
  id: `${speaker}${start}`,
  speaker,
  start,
  end,
  text: "",
  track: "",
  confidence: 1,
});

it("finds what is being said at a time", () => {
  const entries = [{ start: 1 }, { start: 4 }, { start: 9 }];
  expect([0, 1, 3.9, 4, 100].map((time) => current(entries, time))).toEqual([-1, 0, 0, 1, 2]);
  expect(current([], 5)).toBe(-1);
});

it("gives each speaker a lane, and marks where another speaks too", () => {
  const found = lanes([turn("ana", 0, 4), turn("bo", 3, 6), turn("ana", 8, 9)]);
  expect(found.map(({ speaker }) => speaker)).toEqual(["ana", "bo"]);
  expect(found[0]?.stretches).toEqual([
    { start: 0, end: 4 },
    { start: 8, end: 9 },
  ]);
  expect(found[0]?.overlaps).toEqual([{ start: 3, end: 4 }]);
  expect(found[1]?.overlaps).toEqual([{ start: 3, end: 4 }]);
});

it("shares the time out in steps that add up to what was said", () => {
  const found = shares([turn("ana", 0, 30), turn("bo", 20, 50)], 60, 3);
  expect(found.get("ana")).toEqual([20, 10, 0]);
  expect(found.get("bo")).toEqual([0, 20, 10]);
});
