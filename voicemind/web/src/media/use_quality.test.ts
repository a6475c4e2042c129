import { expect, it } from "vitest";
import { type Person, qualities } from "./use_quality";

const person = (received: number, lost: number, jitter = 0.002): Person => ({
  id: "p1",
  name: "Ana",
  quality: { received, lost, jitter },
});

it("is that of the time since the last look", () => {
  const found = qualities([person(1240, 100)], [person(1000, 90)]);
  expect(found.get("Ana")).toEqual({ loss: 0.04, jitter: 0.002, poor: false });
  expect(qualities([person(1240, 110)], [person(1000, 90)]).get("Ana")?.poor).toBe(true);
  expect(qualities([person(10, 0, 0.08)], []).get("Ana")?.poor).toBe(true);
});

it("begins anew with another connection, and is not known of who sends nothing", () => {
  expect(qualities([person(50, 0)], [person(1000, 90)]).get("Ana")?.loss).toBe(0);
  expect(qualities([person(50, 2)], [person(50, 2)]).size).toBe(0);
  expect(qualities([{ id: "p1", name: "Ana" }], []).size).toBe(0);
});
