// @vitest-environment node
import { beforeEach, describe, expect, it, vi } from "vitest";
import { box, network, type Participant, participant, shown } from "./elements.fixture";

const settle = () => vi.advanceTimersByTime(2000);

beforeEach(() => {
  vi.useFakeTimers();
});

describe("elements that several people change", () => {
  it("keeps a move and a recolour that were made apart", () => {
    const [a, b] = [participant(), participant()];
    const net = network(a, b);
    a.scene.edit("r", box);
    settle();
    net.cut();
    a.scene.edit("r", { x: 300 });
    b.scene.edit("r", { backgroundColor: "#ffc9c9" });
    settle();
    net.heal();
    settle();
    for (const { scene } of [a, b])
      expect(scene.get("r")).toMatchObject({ x: 300, backgroundColor: "#ffc9c9" });
  });

  it("agrees everywhere on one value when the same field was changed apart", () => {
    const [a, b, c] = [participant(), participant(), participant()];
    const net = network(a, b, c);
    a.scene.edit("r", box);
    settle();
    net.cut();
    a.scene.edit("r", { x: 1 });
    b.scene.edit("r", { x: 2 });
    c.scene.edit("r", { x: 3 });
    settle();
    net.heal();
    settle();
    expect(new Set([a, b, c].map(({ scene }) => scene.get("r")?.x)).size).toBe(1);
  });

  it("writes nothing once everybody agrees", () => {
    const [a, b] = [participant(), participant()];
    const net = network(a, b);
    for (let i = 0; i < 20; i += 1) a.scene.edit(`a${i}`, { ...box, index: `a${i}` });
    settle();
    net.cut();
    a.scene.edit("a3", { x: 5, angle: 1 });
    b.scene.edit("a3", { y: 5 });
    b.scene.edit("a4", { isDeleted: true });
    settle();
    net.heal();
    settle();
    const counts = [a.binding.written, b.binding.written, a.scene.replaced, b.scene.replaced];
    a.scene.changed();
    b.scene.changed();
    vi.advanceTimersByTime(10_000);
    expect([a.binding.written, b.binding.written, a.scene.replaced, b.scene.replaced]).toEqual(counts);
    expect(shown(a)).toEqual(shown(b));
  });

  it("converges when a client repairs indices that two people chose alike", () => {
    const [a, b] = [participant(), participant()];
    const net = network(a, b);
    net.cut();
    a.scene.edit("x", { ...box, index: "a1" });
    b.scene.edit("y", { ...box, index: "a1" });
    settle();
    net.heal();
    settle();
    // Excalidraw gives the later of two equal indices a new one; both clients do, and both may send it.
    a.scene.edit("y", { index: "a2" });
    b.scene.edit("y", { index: "a2" });
    settle();
    const { written } = b.binding;
    settle();
    expect(b.binding.written).toBe(written);
    expect(a.root.toJSON()).toEqual(b.root.toJSON());
    expect(a.scene.get("y")?.index).toBe("a2");
  });

  it("does not exchange what is under the hand, and shows it afterwards", () => {
    const [a, b] = [participant(), participant()];
    network(a, b);
    a.scene.edit("t", { ...box, type: "text", text: "one" });
    settle();
    b.scene.hand.add("t");
    const held = b.scene.get("t");
    a.scene.edit("t", { strokeColor: "#f00" });
    settle();
    expect(b.scene.get("t")).toBe(held);
    b.scene.edit("t", { text: "one two" });
    settle();
    b.scene.hand.clear();
    b.scene.changed();
    settle();
    for (const { scene } of [a, b]) {
      expect(scene.get("t")).toMatchObject({ strokeColor: "#f00", text: "one two" });
    }
  });

  it("keeps our unsent change when another field arrives at the same moment", () => {
    const [a, b] = [participant(), participant()];
    network(a, b);
    a.scene.edit("r", box);
    settle();
    b.scene.edit("r", { x: 77 }); // not sent yet: the timer has not run
    a.scene.edit("r", { y: 88 });
    a.binding.send();
    b.binding.show();
    expect(b.scene.get("r")).toMatchObject({ x: 77, y: 88 });
    settle();
    expect(a.scene.get("r")).toMatchObject({ x: 77, y: 88 });
  });

  it("converges after random edits on both sides of a network that fails", () => {
    const [a, b, c] = [participant(), participant(), participant()];
    const net = network(a, b, c);
    let seed = 42;
    const random = (n: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return (seed >>> 12) % n;
    };
    const change = [
      () => ({ x: random(500) }),
      () => ({ y: random(500) }),
      () => ({ backgroundColor: `#${random(9)}00` }),
      () => ({ isDeleted: random(2) === 0 }),
    ];
    for (let step = 0; step < 400; step += 1) {
      const who = [a, b, c][random(3)] ?? a;
      who.scene.edit(`e${random(12)}`, { ...box, index: "a0", ...change[random(4)]?.() });
      if (random(10) === 0) net.cut();
      if (random(6) === 0) net.heal();
      vi.advanceTimersByTime(random(120));
    }
    net.heal();
    settle();
    const visible = (person: Participant) =>
      shown(person)
        .filter((element) => !element.isDeleted)
        .sort((left, right) => (String(left.id) < String(right.id) ? -1 : 1));
    expect(visible(a).length).toBeGreaterThan(3);
    expect(visible(a)).toEqual(visible(b));
    expect(visible(b)).toEqual(visible(c));
    expect(a.root.toJSON()).toEqual(c.root.toJSON());
  });
});
