import { beforeEach, expect, it, vi } from "vitest";
import { serverAhead } from "./server_clock";

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));

/** Answers after a while on the way there and another on the way back, by a clock that is 5 s ahead. */
function answers(...ways: [number, number][]) {
  return async () => {
    const [there, back] = ways.shift() ?? [0, 0];
    vi.setSystemTime(Date.now() + there);
    const now = (Date.now() + 5000) / 1000;
    vi.setSystemTime(Date.now() + back);
    return now;
  };
}

it("believes a quick answer", async () => {
  expect(await serverAhead(answers([20, 20], [0, 0]))).toBe(5000);
});

it("asks again where the first answer took long, and believes the quickest", async () => {
  expect(await serverAhead(answers([7000, 50], [100, 100]))).toBe(5000);
  const later = Array.from({ length: 6 }, (): [number, number] => [700, 900]);
  expect(await serverAhead(answers([900, 100], [500, 300], ...later))).toBe(5100);
});

it("tells when nobody answers", async () => {
  expect(await serverAhead(() => Promise.reject(new Error("away")))).toBeNull();
});
