// @vitest-environment node
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { ElementsBinding } from "./elements";
import { box, ListScene, network, participant } from "./elements.fixture";

const settle = () => vi.advanceTimersByTime(2000);

beforeEach(() => {
  vi.useFakeTimers();
});

describe("ElementsBinding", () => {
  it("brings a shape to the others, field by field and without what each client counts", () => {
    const [a, b] = [participant(), participant()];
    network(a, b);
    a.scene.edit("r", box);
    settle();
    expect(b.scene.get("r")).toMatchObject(box);
    const record = a.root.get("r");
    expect(record).toBeInstanceOf(Y.Map);
    expect(Object.keys((record as Y.Map<unknown>).toJSON()).sort()).toEqual(
      [...Object.keys(box), "id"].sort(),
    );
  });

  it("writes only the field that changed", () => {
    const [a, b] = [participant(), participant()];
    network(a, b);
    a.scene.edit("r", box);
    settle();
    const before = a.binding.written;
    a.scene.edit("r", { x: 10 });
    settle();
    expect(a.binding.written - before).toBe(1);
    expect(b.scene.get("r")?.x).toBe(10);
  });

  it("sends a freehand stroke once, when it is finished", () => {
    const [a, b] = [participant(), participant()];
    network(a, b);
    a.scene.drawn = "s";
    for (let i = 1; i <= 50; i += 1) {
      a.scene.edit("s", { ...box, type: "freedraw", points: Array.from({ length: i }, (_, n) => [n, n]) });
      vi.advanceTimersByTime(60);
    }
    expect(b.scene.get("s")).toBeUndefined();
    a.scene.drawn = null;
    a.scene.changed();
    settle();
    expect(b.scene.get("s")?.points).toHaveLength(50);
    expect(a.binding.written).toBe(Object.keys(box).length + 2);
  });

  it("never shares what was discarded at once", () => {
    const a = participant();
    a.scene.edit("nothing", { ...box, width: 0, height: 0 });
    a.scene.edit("empty", { ...box, type: "text", text: "" });
    a.scene.edit("gone", { ...box, isDeleted: true });
    settle();
    expect([...a.root.keys()]).toEqual([]);
  });

  it("shows a record that lacks fields, and passes over one that is no element", () => {
    const a = participant();
    a.root.set("good", new Y.Map(Object.entries({ type: "ellipse", x: 1, y: 2, width: 3, height: 4 })));
    a.root.set("bad", new Y.Map(Object.entries({ type: "ellipse", x: "left", y: 2, width: 3, height: 4 })));
    a.root.set("odd", new Y.Map(Object.entries({ type: "spaceship", x: 1, y: 2, width: 3, height: 4 })));
    a.root.set(
      "line",
      new Y.Map(Object.entries({ type: "line", x: 1, y: 2, width: 3, height: 4, points: [[0], 1] })),
    );
    a.root.set("value", "text");
    settle();
    expect(a.scene.list.map(({ id }) => id)).toEqual(["good"]);
    expect(a.scene.get("good")).toMatchObject({ groupIds: [], opacity: 100 });
    settle();
    expect(a.binding.written).toBe(0);
  });

  it("orders by fractional index and puts what has none last", () => {
    const a = participant();
    for (const [id, index] of [
      ["c", "a2"],
      ["n", null],
      ["b", "a1"],
      ["a", "a1"],
    ] as const) {
      a.root.set(id, new Y.Map(Object.entries({ ...box, id, index })));
    }
    settle();
    expect(a.scene.list.map(({ id }) => id)).toEqual(["a", "b", "c", "n"]);
  });

  it("takes a shape away when its record is removed", () => {
    const [a, b] = [participant(), participant()];
    network(a, b);
    a.scene.edit("r", box);
    settle();
    a.root.delete("r");
    settle();
    expect(b.scene.get("r")?.isDeleted).toBe(true);
    expect(b.root.has("r")).toBe(false);
  });

  it("only looks on when it may not write", () => {
    const doc = new Y.Doc();
    const scene = new ListScene();
    const binding = new ElementsBinding(scene, doc.getMap("elements"), false);
    scene.edit("r", box);
    settle();
    binding.destroy();
    expect(doc.getMap("elements").size).toBe(0);
  });

  it("sends what is left when it is destroyed, and nothing after", () => {
    const a = participant();
    a.scene.edit("r", box);
    a.binding.destroy();
    expect(a.root.has("r")).toBe(true);
    a.scene.edit("r", { x: 9 });
    settle();
    expect((a.root.get("r") as Y.Map<unknown>).get("x")).toBe(0);
  });
});
