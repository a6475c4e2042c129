// @vitest-environment node
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { AgendaList } from "./agenda";
import { parseAgenda, parseInsight, parseMeeting, parseParticipants, parseTalk, parseTurn } from "./parse";
import { Records } from "./records";
import { Verdicts } from "./verdicts";

const turn = (start: number, text: string) =>
  new Y.Map<unknown>(Object.entries({ start, end: start + 1, speaker: "p1", text }));

describe("Records", () => {
  it("gives an ordered list that is new whenever something changed", () => {
    const root = new Y.Doc().getMap<unknown>("transcript");
    root.set("b", turn(2, "second"));
    const records = new Records(root, parseTurn, (a, b) => a.start - b.start);
    const before = records.list.value;
    root.set("a", turn(1, "first"));
    expect(records.list.value.map(({ text }) => text)).toEqual(["first", "second"]);
    expect(records.list.value).not.toBe(before);
  });

  it("follows changes inside a record and leaves the others as they are", () => {
    const root = new Y.Doc().getMap<unknown>("transcript");
    root.set("a", turn(1, "on"));
    root.set("b", turn(2, "two"));
    const records = new Records(root, parseTurn);
    const b = records.get("b");
    (root.get("a") as Y.Map<unknown>).set("text", "one");
    expect(records.get("a")?.text).toBe("one");
    expect(records.get("b")).toBe(b);
    root.delete("b");
    expect(records.list.value.map(({ id }) => id)).toEqual(["a"]);
  });

  it("passes over what is malformed or withdrawn", () => {
    const root = new Y.Doc().getMap<unknown>("insights");
    root.set("plain", { kind: "action", text: "do it", state: "open" });
    root.set("withdrawn", { kind: "action", text: "no", state: "withdrawn" });
    root.set("number", 7);
    root.set("empty", new Y.Map());
    expect(new Records(root, parseInsight).list.value.map(({ id }) => id)).toEqual(["plain"]);
  });
});

describe("AgendaList", () => {
  it("adds, changes, moves and removes items", () => {
    const list = new AgendaList(new Y.Doc().getArray("agenda"));
    const titles = () => list.items.value.value.map(({ title }) => title);
    const id = (at: number) => list.items.value.value[at]?.id ?? "";
    for (const title of ["one", "two", "three"]) list.add(title);
    list.move(id(2), -1);
    expect(titles()).toEqual(["one", "three", "two"]);
    list.move(id(0), -1);
    expect(titles()).toEqual(["one", "three", "two"]);
    list.update(id(0), { title: "first", minutes: 10, owner: "Maya" });
    expect(list.items.value.value[0]).toMatchObject({ title: "first", minutes: 10, owner: "Maya" });
    list.remove(id(1));
    expect(titles()).toEqual(["first", "two"]);
  });

  it("keeps two people's changes to one item", () => {
    const [one, two] = [new Y.Doc(), new Y.Doc()];
    const [a, b] = [new AgendaList(one.getArray("agenda")), new AgendaList(two.getArray("agenda"))];
    a.add("Budget");
    Y.applyUpdate(two, Y.encodeStateAsUpdate(one));
    const id = a.items.value.value[0]?.id ?? "";
    a.update(id, { minutes: 5 });
    b.update(id, { owner: "Jonas" });
    Y.applyUpdate(two, Y.encodeStateAsUpdate(one));
    expect(b.items.value.value[0]).toMatchObject({ title: "Budget", minutes: 5, owner: "Jonas" });
  });
});

describe("Verdicts", () => {
  it("writes fields, takes them back and leaves the rest", () => {
    const verdicts = new Verdicts(new Y.Doc().getMap("verdicts"));
    verdicts.set("action:t1", { status: "confirmed", pinned: "note:action:t1" });
    verdicts.set("action:t1", { status: undefined, text: "better" });
    expect(verdicts.records.get("action:t1")).toEqual({
      id: "action:t1",
      pinned: "note:action:t1",
      text: "better",
    });
  });
});

describe("parsing", () => {
  it("reads talk and meeting as the engine writes them", () => {
    expect(parseTalk({ shares: { p1: 0.6, p2: "?" }, seconds: { p1: 3 }, entropy: 0.4 })).toEqual({
      shares: { p1: 0.6 },
      seconds: { p1: 3 },
      entropy: 0.4,
    });
    const meeting = {
      lag: 1.5,
      rung: 2,
      participants: { p1: { name: "Maya", present: true, microphone: true }, x: 3 },
    };
    expect(parseParticipants(meeting)).toEqual([
      { id: "p1", name: "Maya", present: true, microphone: true, heard: true },
    ]);
    expect(parseMeeting({ ...meeting, state: "live", started: 5, recording: { kept: true } })).toEqual({
      state: "live",
      started: 5,
      lag: 1.5,
      rung: 2,
      recorded: true,
    });
  });

  it("bears anything", () => {
    for (const value of [null, undefined, 3, "text", [], { shares: [] }]) {
      expect(parseTalk(value).shares).toEqual({});
      expect(parseParticipants(value)).toEqual([]);
      expect(parseMeeting(value)).toEqual({
        state: "waiting",
        started: null,
        lag: 0,
        rung: 0,
        recorded: false,
      });
    }
    expect(parseAgenda([null, { title: "T" }, "x"])).toEqual([
      { id: "item-2", title: "T", minutes: null, owner: null },
    ]);
  });
});
