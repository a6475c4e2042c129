import * as Y from "yjs";
import type { Verdict } from "../types";
import { parseVerdict } from "./parse";
import { Records } from "./records";

/** What people say of insights; the engine reads it and never writes over it. */
export class Verdicts {
  readonly records: Records<Verdict & { id: string }>;

  constructor(private readonly root: Y.Map<unknown>) {
    this.records = new Records(root, parseVerdict);
  }

  /** Writes some fields of one verdict; an undefined field is taken back. */
  set(insight: string, change: Partial<Record<keyof Verdict, string | undefined>>): void {
    this.root.doc?.transact(() => {
      const found = this.root.get(insight);
      const record: Y.Map<unknown> = found instanceof Y.Map ? found : new Y.Map();
      if (record !== found) this.root.set(insight, record);
      for (const [field, value] of Object.entries(change)) {
        if (value === undefined) record.delete(field);
        else record.set(field, value);
      }
    });
  }

  destroy(): void {
    this.records.destroy();
  }
}
