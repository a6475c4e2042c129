// @vitest-environment node
import { expect, it } from "vitest";
import { Backoff } from "./backoff";

it("doubles up to its limit, with jitter over the upper half, and begins anew after a success", () => {
  const [least, most] = [new Backoff(100, 1000, () => 0), new Backoff(100, 1000, () => 1)];
  expect([1, 2, 3, 4, 5, 6].map(() => least.next())).toEqual([50, 100, 200, 400, 500, 500]);
  expect([1, 2, 3, 4, 5, 6].map(() => most.next())).toEqual([100, 200, 400, 800, 1000, 1000]);
  most.reset();
  expect(most.next()).toBe(100);
});
