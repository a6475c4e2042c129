import { act, renderHook } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { useConsent } from "./use_consent";

const asked: [string, string, unknown][] = [];
function server(status: number) {
  asked.length = 0;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    asked.push([init.method ?? "GET", url, init.body && JSON.parse(String(init.body))]);
    return new Response("{}", { status });
  });
}
afterEach(() => vi.unstubAllGlobals());

it("tells the server, and every connection made from then on", async () => {
  server(200);
  const { result } = renderHook(() => useConsent("blue", "p1", true));
  expect(result.current.wish()).toBe("1");
  act(() => result.current.listen(false));
  expect(result.current.heard).toBeNull();
  expect(result.current.wish()).toBe("0");
  await vi.waitFor(() => expect(result.current.heard).toBe(false));
  expect(asked).toEqual([["PUT", "/api/rooms/blue/people/me/consent?participant=p1", { heard: false }]]);
});

it("stays as it was, and says why, where the server does not follow", async () => {
  server(503);
  const { result } = renderHook(() => useConsent("blue", "p1", true));
  act(() => result.current.listen(false));
  await vi.waitFor(() => expect(result.current.refusal).not.toBeNull());
  expect(result.current.heard).toBe(true);
  expect(result.current.wish()).toBe("1");
  await act(() => result.current.forget());
  expect(asked.at(-1)).toEqual(["DELETE", "/api/rooms/blue/people/me/record?participant=p1", undefined]);
});
