import { beforeEach, expect, it } from "vitest";
import { leaveSeat, participantId, takeSeat, takeToken, tokenFor, withToken } from "./session";

beforeEach(() => {
  sessionStorage.clear();
  history.replaceState(null, "", "/");
});

it("takes the token out of the address and keeps it for that room alone", () => {
  history.replaceState(null, "", "/r/blue?token=abc&x=1#here");
  takeToken("blue");
  expect(location.pathname + location.search + location.hash).toBe("/r/blue?x=1#here");
  expect(tokenFor("blue")).toBe("abc");
  expect(tokenFor("red")).toBeNull();
});

it("uses the token of the sign-in where a room has none", () => {
  history.replaceState(null, "", "/?token=owner");
  takeToken("");
  expect(tokenFor("red")).toBe("owner");
  expect(withToken("/sync/red", "red", { ack: "1" })).toBe("/sync/red?ack=1&token=owner");
});

it("goes by its seat in a room until it leaves it or comes by another invitation", () => {
  history.replaceState(null, "", "/r/blue?token=invitation");
  takeToken("blue");
  takeSeat("blue", "mine");
  expect(tokenFor("blue")).toBe("mine");
  expect(tokenFor("red")).toBeNull();
  history.replaceState(null, "", "/r/blue?token=invitation");
  takeToken("blue");
  expect(tokenFor("blue")).toBe("mine");
  history.replaceState(null, "", "/r/blue?token=better");
  takeToken("blue");
  expect(tokenFor("blue")).toBe("better");
  expect(leaveSeat("blue")).toBe(false);
});

it("keeps one participant id for the life of the tab", () => {
  expect(participantId()).toBe(participantId());
});
