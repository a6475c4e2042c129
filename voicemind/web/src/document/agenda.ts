import * as Y from "yjs";
import type { AgendaItem } from "../types";
import { parseAgenda } from "./parse";
import { Whole } from "./records";

type Item = Y.Map<unknown>;

/** The agenda that people edit: a list of items, each a map of its own so that two people can edit one item. */
export class AgendaList {
  readonly items: Whole<readonly AgendaItem[]>;

  constructor(private readonly root: Y.Array<Item>) {
    this.items = new Whole(root, parseAgenda);
  }

  add(title: string, minutes: number | null = null, owner: string | null = null): void {
    this.root.push([create({ id: crypto.randomUUID(), title, minutes, owner })]);
  }

  update(id: string, change: Partial<Omit<AgendaItem, "id">>): void {
    const item = this.find(id);
    this.root.doc?.transact(() => {
      for (const [field, value] of Object.entries(change))
        if (item?.get(field) !== value) item?.set(field, value);
    });
  }

  remove(id: string): void {
    const at = this.position(id);
    if (at >= 0) this.root.delete(at);
  }

  /** Moves an item up (-1) or down (1). A shared list cannot move an entry: it is taken out and put in again. */
  move(id: string, by: -1 | 1): void {
    const at = this.position(id);
    const to = at + by;
    const item = this.items.value.value[at];
    if (at < 0 || to < 0 || to >= this.root.length || !item) return;
    this.root.doc?.transact(() => {
      this.root.delete(at);
      this.root.insert(to, [create(item)]);
    });
  }

  destroy(): void {
    this.items.destroy();
  }

  private position(id: string): number {
    return this.items.value.value.findIndex((item) => item.id === id);
  }

  private find(id: string): Item | undefined {
    const at = this.position(id);
    return at < 0 ? undefined : this.root.get(at);
  }
}

function create(item: AgendaItem): Item {
  return new Y.Map<unknown>(Object.entries(item));
}
