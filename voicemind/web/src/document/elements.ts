import * as Y from "yjs";
import { complete } from "./element_defaults";
import { type Fields, fields, type SharedEvent, same } from "./json";
import { changedKeys } from "./records";

/** An Excalidraw element, seen as a record. */
export interface BoardElement {
  id: string;
  version: number;
  versionNonce: number;
  updated: number;
  isDeleted?: boolean;
  [field: string]: unknown;
}

/** The drawing surface that is bound; Excalidraw in the page, a list in tests. */
export interface Scene {
  /** Returns all elements, the deleted too, in order. */
  elements(): readonly BoardElement[];
  /** Shows these elements; what is shown this way is not undone by our own undo. */
  replace(elements: BoardElement[]): void;
  /** Returns the ids under our hand right now, whose objects must not be exchanged. */
  held(): ReadonlySet<string>;
  /** Returns the id of a freehand stroke that is still being drawn: it is sent once, when it is finished. */
  stroke(): string | null;
  onChange(listener: () => void): () => void;
}

// What each client counts for itself. Shared, two clients would answer each other's counts for ever.
const OWN = new Set(["version", "versionNonce", "updated"]);
const SEND_MS = 50;
const SHOW_MS = 16;

/**
 * Keeps a scene and the root `elements` (element id -> field -> JSON) in step, field by field.
 *
 * `base` holds what scene and document last agreed on. A field is sent when the scene differs from the base, and
 * shown when the document differs from it; so a move here and a recolour there both survive, and nothing that came
 * in is ever sent back.
 */
export class ElementsBinding {
  /** Number of fields written to the document; it stands still once everybody agrees. */
  written = 0;
  private readonly base = new Map<string, Fields>();
  // The version of each element that was last compared with the base: most need no second look.
  private readonly stamps = new Map<string, string>();
  private stale = new Set<string>();
  private sendTimer: ReturnType<typeof setTimeout> | undefined;
  private showTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly unlisten: () => void;

  constructor(
    private readonly scene: Scene,
    private readonly root: Y.Map<unknown>,
    private readonly writable = true,
  ) {
    root.observeDeep(this.onDocument);
    this.unlisten = scene.onChange(this.onScene);
    this.stale = new Set(root.keys());
    this.show();
    this.onScene();
  }

  /** Sends what is not yet sent and lets go of scene and document. */
  destroy(): void {
    this.send();
    clearTimeout(this.sendTimer);
    clearTimeout(this.showTimer);
    this.root.unobserveDeep(this.onDocument);
    this.unlisten();
  }

  /** Writes our changes to the document, in one transaction. */
  send(): void {
    if (!this.writable) return;
    const changes = this.scene.elements().flatMap((element) => this.changesOf(element));
    if (changes.length === 0) return;
    const { doc } = this.root;
    doc?.transact(() => {
      for (const [id, fresh] of changes) this.write(id, fresh);
    }, this);
  }

  /** Brings what others changed into the scene. */
  show(): void {
    if (this.stale.size === 0) return;
    const held = this.scene.held();
    const ready = [...this.stale].filter((id) => !held.has(id));
    this.stale = new Set([...this.stale].filter((id) => held.has(id)));
    const current = new Map(this.scene.elements().map((element) => [element.id, element]));
    const fresh = ready.flatMap((id) => this.merge(id, current.get(id)) ?? []);
    if (fresh.length === 0) return;
    for (const element of fresh) current.set(element.id, element);
    this.scene.replace([...current.values()].sort(byIndex));
  }

  private readonly onScene = (): void => {
    this.sendTimer ??= setTimeout(() => {
      this.sendTimer = undefined;
      this.send();
      this.show();
    }, SEND_MS);
  };

  private readonly onDocument = (events: SharedEvent[], transaction: Y.Transaction): void => {
    if (transaction.origin === this) return;
    for (const id of changedKeys(events)) this.stale.add(id);
    this.showTimer ??= setTimeout(() => {
      this.showTimer = undefined;
      this.show();
    }, SHOW_MS);
  };

  private changesOf(element: BoardElement): [string, Fields][] {
    const { id } = element;
    if (this.stamps.get(id) === stamp(element) || this.scene.stroke() === id) return [];
    const base = this.base.get(id);
    if (!base && isTrifle(element)) return [];
    this.stamps.set(id, stamp(element));
    const names = new Set([...Object.keys(element), ...Object.keys(base ?? {})]);
    const changed = [...names].filter((name) => !OWN.has(name) && !same(element[name], base?.[name]));
    const fresh = Object.fromEntries(changed.map((name) => [name, structuredClone(element[name])]));
    return changed.length > 0 ? [[id, fresh]] : [];
  }

  private write(id: string, fresh: Fields): void {
    const found = this.root.get(id);
    const record: Y.Map<unknown> = found instanceof Y.Map ? found : new Y.Map();
    if (record !== found) this.root.set(id, record);
    const base: Record<string, unknown> = { ...this.base.get(id) };
    for (const [name, value] of Object.entries(fresh)) {
      this.written += 1;
      if (value === undefined) record.delete(name);
      else record.set(name, value);
      base[name] = value;
    }
    this.base.set(id, base);
  }

  /** Returns the element with others' changes in it, or null when there is nothing to show. */
  private merge(id: string, local: BoardElement | undefined): BoardElement | null {
    const base = this.base.get(id) ?? {};
    const remote = fields(this.root.get(id)) ?? { ...base, isDeleted: true };
    const names = [...new Set([...Object.keys(remote), ...Object.keys(base)])];
    const changed = names.filter((name) => !OWN.has(name) && !same(remote[name], base[name]));
    if (changed.length === 0) return null;
    // A field that we changed too and have not sent yet stays ours: it will be sent, and so win everywhere.
    const taken = changed.filter((name) => !local || same(local[name], base[name]));
    const values = Object.fromEntries(taken.map((name) => [name, structuredClone(remote[name])]));
    this.base.set(id, structuredClone(remote));
    const merged = complete({ ...local, ...values, id });
    if (!merged) return null;
    const version = (local?.version ?? 0) + 1;
    const shown = {
      ...merged,
      id,
      version,
      versionNonce: Math.floor(Math.random() * 2 ** 31),
      updated: Date.now(),
    };
    // With nothing of ours left to send, this version needs no comparison.
    if (!local || this.stamps.get(id) === stamp(local)) this.stamps.set(id, stamp(shown));
    return shown;
  }
}

function stamp(element: BoardElement): string {
  return `${element.version}:${element.versionNonce}`;
}

/** An element that was never worth sharing: discarded, without extent, or a text without letters. */
function isTrifle(element: BoardElement): boolean {
  const empty = element.type === "text" ? element.text === "" : element.width === 0 && element.height === 0;
  return element.isDeleted === true || empty;
}

/** Orders by fractional index, ties by id, as Excalidraw does; elements without an index come last. */
function byIndex(a: BoardElement, b: BoardElement): number {
  if (typeof a.index !== "string" || typeof b.index !== "string") {
    return Number(typeof a.index !== "string") - Number(typeof b.index !== "string");
  }
  if (a.index !== b.index) return a.index < b.index ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
