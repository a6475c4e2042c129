import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { Signal, useShown, useSignal } from "./signal";

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function look(hidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  act(() => document.dispatchEvent(new Event("visibilitychange")));
}

const count = new Signal(0);
const draws = { shown: 0, always: 0 };

function Shown() {
  draws.shown += 1;
  return <p>{useShown(count)}</p>;
}

function Always() {
  draws.always += 1;
  useSignal(count);
  return null;
}

it("draws nothing while nobody sees the page, and catches up once", () => {
  render(<Shown />);
  render(<Always />);
  look(true);
  for (let i = 1; i <= 100; i += 1) act(() => count.set(i));
  expect(draws).toEqual({ shown: 1, always: 101 });
  expect(screen.getByText("0")).toBeTruthy();
  look(false);
  expect(screen.getByText("100")).toBeTruthy();
  expect(draws.shown).toBe(2);
});
