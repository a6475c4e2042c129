// @vitest-environment node
import { expect, it } from "vitest";
import { clock, day, initials, percent, size } from "./format";

it("writes times, shares, sizes and dates for people", () => {
  expect([0, 59.9, 61, 3600, 36_061].map(clock)).toEqual(["0:00", "0:59", "1:01", "1:00:00", "10:01:01"]);
  expect(percent(0.456)).toBe("46 %");
  expect([0, 999, 1500, 20_000_000].map(size)).toEqual(["0 B", "999 B", "2 kB", "20.0 MB"]);
  expect(day("2026-05-08")).toMatch(/8/);
  expect(day("some day")).toBe("some day");
});

it("shortens names of any script", () => {
  expect(
    ["Maya Okafor", "ada", " ", "Ólafur  Ragnar Grímsson", "👩‍🚀 Ripley", "李 明"].map(initials),
  ).toEqual(["MO", "A", "?", "ÓG", "👩R", "李明"]);
});
