import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { Voice } from "../media/use_voice";
import { texts } from "../texts";
import { ConsentMenu } from "./header";

afterEach(cleanup);

// The label is there twice, for wide and for narrow pages; no stylesheet hides one here.
const press = (label: string) =>
  fireEvent.click(screen.getByRole("button", { name: (name) => name.startsWith(label) }));
const menu = () => screen.getByRole("button", { expanded: false });

it("closes when we chose to be transcribed, and keeps the focus on the menu", () => {
  const listen = vi.fn();
  const voice = { heard: false, listen } as unknown as Voice;
  const { rerender } = render(<ConsentMenu voice={voice} />);
  press(texts.consent.unheard);
  press(texts.consent.go);
  rerender(<ConsentMenu voice={{ ...voice, heard: null }} />);
  expect(listen).toHaveBeenCalledExactlyOnceWith(true);
  expect(document.activeElement).toBe(menu());
});

it("asks once more before what was heard is deleted", () => {
  const forget = vi.fn();
  render(<ConsentMenu voice={{ heard: true, forget } as unknown as Voice} />);
  press(texts.consent.heard);
  press(texts.consent.forget);
  expect(forget).not.toHaveBeenCalled();
  press(texts.consent.forgetNow);
  expect(forget).toHaveBeenCalledOnce();
});
