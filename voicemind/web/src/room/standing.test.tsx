import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { texts } from "../texts";
import type { Role } from "../types";
import { mayWrite, Standing } from "./standing";

afterEach(cleanup);

it("lets owners and writers write, and nobody who was sent away", () => {
  const roles: (Role | null)[] = ["owner", "write", "comment", "read", null];
  expect(roles.filter(mayWrite)).toEqual(["owner", "write"]);
});

it("says that we may look on only, while that is so", () => {
  const { rerender, container } = render(<Standing decided={undefined} invited="write" />);
  expect(container.textContent).toBe("");
  rerender(<Standing decided="read" invited="write" />);
  expect(screen.getByRole("status").textContent).toBe(texts.room.lookOn);
  rerender(<Standing decided="write" invited="write" />);
  expect(container.textContent).toBe("");
});

it("has nothing new for who came to look on", () => {
  const { container } = render(<Standing decided="read" invited="read" />);
  expect(container.textContent).toBe("");
});

it("says that we were sent away", () => {
  render(<Standing decided={null} invited="read" />);
  expect(screen.getByRole("alert").textContent).toBe(texts.room.sentAway);
});
