import * as Y from "yjs";
import { Signal } from "../signal";
import { type Fields, fields, type Shared, type SharedEvent, same } from "./json";

/**
 * A root of the document that maps ids to records, as an immutable, ordered list.
 *
 * Only records that changed are read again, so that a long transcript costs nothing at each new turn; records that
 * cannot be read (`parse` gives null) are left out.
 */
export class Records<T> {
  readonly list: Signal<readonly T[]>;
  private readonly parsed = new Map<string, T>();

  constructor(
    private readonly root: Y.Map<unknown>,
    private readonly parse: (id: string, record: Fields) => T | null,
    private readonly order?: (a: T, b: T) => number,
  ) {
    for (const id of root.keys()) this.read(id);
    this.list = new Signal(this.sorted());
    root.observeDeep(this.onChange);
  }

  get(id: string): T | undefined {
    return this.parsed.get(id);
  }

  destroy(): void {
    this.root.unobserveDeep(this.onChange);
  }

  private read(id: string): void {
    const record = fields(this.root.get(id));
    const value = record && this.parse(id, record);
    if (value === null) this.parsed.delete(id);
    else this.parsed.set(id, value);
  }

  private sorted(): readonly T[] {
    const values = [...this.parsed.values()];
    return this.order ? values.sort(this.order) : values;
  }

  private readonly onChange = (events: SharedEvent[]): void => {
    for (const id of changedKeys(events)) this.read(id);
    this.list.set(this.sorted());
  };
}

/** Returns the keys of a root map under which anything changed. */
export function changedKeys(events: readonly SharedEvent[]): Set<string> {
  const keys = new Set<string>();
  for (const event of events) {
    if (event.path.length > 0) keys.add(String(event.path[0]));
    else if (event instanceof Y.YMapEvent) for (const key of event.keysChanged) keys.add(String(key));
  }
  return keys;
}

/** What a small root says, as one parsed value; it stays the same object while it says the same. */
export class Whole<T> {
  readonly value: Signal<T>;

  constructor(
    private readonly root: Shared,
    private readonly parse: (json: unknown) => T,
  ) {
    this.value = new Signal(parse(root.toJSON()));
    root.observeDeep(this.onChange);
  }

  destroy(): void {
    this.root.unobserveDeep(this.onChange);
  }

  private readonly onChange = (): void => {
    const fresh = this.parse(this.root.toJSON());
    if (!same(fresh, this.value.value)) this.value.set(fresh);
  };
}
