import { afterEach, expect, it, vi } from "vitest";
import { ApiError, explainStatus, getJson, join } from "./api";
import { tokenFor } from "./session";
import { texts } from "./texts";

afterEach(() => vi.unstubAllGlobals());

it("explains access in its own words and everything else in the server's", () => {
  const problem = JSON.stringify({ title: "Full", detail: "The disk is full." });
  expect(explainStatus(401, problem)).toBe(texts.errors.expired);
  expect(explainStatus(403, problem)).toBe(texts.errors.forbidden);
  expect(explainStatus(507, problem)).toBe("The disk is full.");
  expect(explainStatus(404, "<html>")).toBe(texts.errors.missing);
  expect(explainStatus(500, "")).toBe(texts.errors.broken(500));
});

it("sends the token as a header and turns failures into ApiError", async () => {
  sessionStorage.setItem("voicemind.token:blue", "abc");
  const fetched = vi.fn(async (_path: string, _init: RequestInit) => new Response("no", { status: 403 }));
  vi.stubGlobal("fetch", fetched);
  await expect(getJson("/api/rooms/blue", "blue")).rejects.toMatchObject({ status: 403 });
  expect(new Headers(fetched.mock.calls[0]?.[1].headers).get("Authorization")).toBe("Bearer abc");
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("network")));
  await expect(getJson("/api/rooms/blue", "blue")).rejects.toBeInstanceOf(ApiError);
  await expect(getJson("/api/rooms/blue", "blue")).rejects.toMatchObject({
    status: 0,
    message: texts.errors.away,
  });
});

it("joins by the invitation, is known by its seat from then on, and falls back when that is good no more", async () => {
  sessionStorage.setItem("voicemind.token:green", "invitation");
  const sent: (string | null)[] = [];
  const good = new Set(["Bearer invitation", "Bearer seat"]);
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    const token = new Headers(init.headers).get("Authorization");
    sent.push(token);
    return token && good.has(token) ? Response.json({ token: "seat" }) : new Response("", { status: 401 });
  });
  await join("green", "Maya");
  await getJson("/api/rooms/green", "green");
  good.delete("Bearer seat");
  await getJson("/api/rooms/green", "green");
  expect(sent).toEqual(["Bearer invitation", "Bearer seat", "Bearer seat", "Bearer invitation"]);
  expect(tokenFor("green")).toBe("invitation");
  good.clear();
  await expect(getJson("/api/rooms/green", "green")).rejects.toMatchObject({ status: 401 });
});
