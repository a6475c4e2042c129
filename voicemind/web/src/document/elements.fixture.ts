import * as Y from "yjs";
import { complete } from "./element_defaults";
import { type BoardElement, ElementsBinding, type Scene } from "./elements";

let nonce = 0;

/** A scene like Excalidraw's: elements carry a version that grows with each change, listeners hear of every change. */
export class ListScene implements Scene {
  list: BoardElement[] = [];
  hand = new Set<string>();
  drawn: string | null = null;
  replaced = 0;
  private listeners = new Set<() => void>();

  elements() {
    return this.list;
  }
  replace(elements: BoardElement[]) {
    this.replaced += 1;
    this.list = elements;
    this.changed();
  }
  held() {
    return this.hand;
  }
  stroke() {
    return this.drawn;
  }
  onChange(listener: () => void) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  changed() {
    for (const listener of this.listeners) listener();
  }

  /** Adds or changes an element as an editor does. */
  edit(id: string, change: Record<string, unknown>) {
    nonce += 1;
    const before = this.get(id) ?? { id, version: 0, versionNonce: 0, updated: 0 };
    const after = { ...before, ...change, version: before.version + 1, versionNonce: nonce, updated: nonce };
    this.list = [...this.list.filter((element) => element.id !== id), after];
    this.changed();
  }
  get(id: string) {
    return this.list.find((element) => element.id === id);
  }
}

export const box = complete({
  type: "rectangle",
  x: 0,
  y: 0,
  width: 100,
  height: 50,
  index: "a0",
}) as Record<string, unknown>;

/** One participant: a document, a scene and what binds them. */
export function participant() {
  const doc = new Y.Doc();
  const scene = new ListScene();
  const root = doc.getMap<unknown>("elements");
  const binding = new ElementsBinding(scene, root);
  return { doc, scene, root, binding };
}

export type Participant = ReturnType<typeof participant>;

/** Joins documents by a network that can be cut and healed. */
export function network(...people: Participant[]) {
  let up = true;
  const exchange = () => {
    for (const a of people)
      for (const b of people) {
        if (a !== b)
          Y.applyUpdate(b.doc, Y.encodeStateAsUpdate(a.doc, Y.encodeStateVector(b.doc)), "network");
      }
  };
  for (const { doc } of people) {
    doc.on("update", (_update, origin) => {
      if (up && origin !== "network") exchange();
    });
  }
  return {
    cut: () => {
      up = false;
    },
    heal: () => {
      up = true;
      exchange();
    },
  };
}

/** Returns a scene without what each client counts for itself. */
export function shown({ scene }: Participant) {
  const strip = ({ version: _v, versionNonce: _n, updated: _u, ...rest }: BoardElement) => rest;
  return scene.list.map(strip);
}
