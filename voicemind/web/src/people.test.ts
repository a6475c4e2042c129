// @vitest-environment node
import { expect, it } from "vitest";
import { assignHues, hueOf, People } from "./people";
import { collaborators, excalidrawHue } from "./room/cursors";
import type { Presence } from "./types";

const names = ["Maya", "Jonas", "Priya", "Tom", "Elena", "Ada", "Bob"];

it("gives everybody a hue of their own, the same in every order", () => {
  const hues = assignHues(names);
  expect(new Set(hues.values()).size).toBe(names.length);
  expect(assignHues([...names].reverse())).toEqual(hues);
});

it("does not recolour those who speak when somebody looks in", () => {
  const before = assignHues(names);
  const after = assignHues(names, ["Aaron", "Maya"]);
  for (const name of names) expect(after.get(name)).toBe(before.get(name));
});

it("gives hues also when there are more people than hues", () => {
  const many = Array.from({ length: 40 }, (_, i) => `person ${i}`);
  expect(assignHues(many).size).toBe(40);
  expect(hueOf("")).toBeTypeOf("number");
});

it("draws a cursor in its person's hue, and not our own", () => {
  const participants = names.map((name) => ({
    id: name.toLowerCase(),
    name,
    present: true,
    microphone: true,
    heard: true,
  }));
  const people = new People(participants);
  const presence = (client: number, name: string): Presence => ({
    client,
    me: client === 1,
    name,
    away: false,
    pointer: { x: 1, y: 2, tool: "pointer" },
    button: "up",
    selected: {},
  });
  const shown = [
    ...collaborators([presence(1, "Ada"), presence(2, "Bob"), presence(3, "Tom")], people).values(),
  ];
  expect(shown.map(({ username }) => username)).toEqual(["Bob", "Tom"]);
  for (const { id, username } of shown) expect(excalidrawHue(id ?? "")).toBe(people.hue(username ?? ""));
});
