import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Signal } from "../signal";
import type { Link, VoiceState } from "./link";
import { Route } from "./route";

class TestLink implements Link {
  readonly state = new Signal<VoiceState>("connecting");
  readonly problem = new Signal<string | null>(null);
  start = vi.fn(async () => undefined);
  mute = vi.fn();
  hurry = vi.fn();
  close = () => this.state.set("closed");
}

let made: [string, TestLink][];
const open = (way: string) => () => {
  const link = new TestLink();
  made.push([way, link]);
  return link;
};
const last = () => made.at(-1)?.[1] ?? new TestLink();
let route: Route;

beforeEach(() => {
  vi.useFakeTimers();
  made = [];
  route = new Route({ direct: open("direct"), socket: open("socket") });
  route.start();
});
afterEach(() => route.close());

it("goes directly where that works, and stays", async () => {
  last().state.set("connected");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(made.map(([way]) => way)).toEqual(["direct"]);
  expect(route.state.value).toBe("connected");
});

it("takes the socket after eight seconds, and closes what did not work", async () => {
  const direct = last();
  await vi.advanceTimersByTimeAsync(7999);
  expect(made.length).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect([route.way.value, direct.state.value]).toEqual(["socket", "closed"]);
  last().state.set("connected");
  expect(route.state.value).toBe("connected");
});

it("tries one way after the other while neither works", async () => {
  last().state.set("connected");
  last().state.set("reconnecting");
  expect(route.state.value).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(24_000);
  expect(made.map(([way]) => way)).toEqual(["direct", "socket", "direct", "socket"]);
  expect(route.state.value).toBe("reconnecting");
});

it("stays muted by whatever way it goes", async () => {
  route.mute(true);
  expect(last().mute).toHaveBeenLastCalledWith(true);
  await vi.advanceTimersByTimeAsync(8000);
  expect(route.way.value).toBe("socket");
  expect(last().mute).toHaveBeenLastCalledWith(true);
});

it("stops where it is refused, and says why", async () => {
  last().problem.set("somebody sent you away");
  last().state.set("refused");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(made.length).toBe(1);
  expect([route.state.value, route.problem.value]).toEqual(["refused", "somebody sent you away"]);
});
