import type { Awareness } from "y-protocols/awareness";
import { Signal } from "../signal";
import type { Presence } from "../types";
import { fields, number, same, text } from "./json";

const POINTER_MS = 60;

type State = Record<string, unknown>;

/** Who is here and where they point: awareness, never stored. */
export class Roster {
  readonly people: Signal<readonly Presence[]>;
  /** Their names alone; unlike `people` it does not change with every movement. */
  readonly names: Signal<readonly string[]>;
  private pending: State | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly awareness: Awareness) {
    this.people = new Signal(this.read());
    this.names = new Signal(this.people.value.map(({ name }) => name));
    awareness.on("change", this.onChange);
  }

  /** Says who we are. */
  introduce(name: string): void {
    this.awareness.setLocalStateField("user", { name });
  }

  /** Says where we point and what we have selected; sent at most every 60 ms. */
  point(change: Partial<Pick<Presence, "pointer" | "button" | "selected" | "away">>): void {
    this.pending = { ...this.pending, ...change };
    this.timer ??= setTimeout(this.flush, POINTER_MS);
  }

  /** Says whether our page is out of sight: we point nowhere then. */
  hide(hidden: boolean): void {
    this.point(hidden ? { away: true, pointer: null } : { away: false });
  }

  destroy(): void {
    clearTimeout(this.timer);
    this.awareness.off("change", this.onChange);
  }

  private readonly flush = (): void => {
    this.timer = undefined;
    const state = this.awareness.getLocalState();
    if (this.pending && state) this.awareness.setLocalState({ ...state, ...this.pending });
    this.pending = null;
  };

  private readonly onChange = (): void => {
    this.people.set(this.read());
    const names = this.people.value.map(({ name }) => name);
    if (!same(names, this.names.value)) this.names.set(names);
  };

  private read(): readonly Presence[] {
    const mine = this.awareness.clientID;
    return [...this.awareness.getStates()]
      .flatMap(([client, state]) => readPresence(client, client === mine, state) ?? [])
      .sort((a, b) => Number(b.me) - Number(a.me) || a.client - b.client);
  }
}

function readPresence(client: number, me: boolean, state: State): Presence | null {
  const user = fields(state.user);
  const pointer = fields(state.pointer);
  if (!user) return null;
  const name = text(user.name, "?");
  return {
    client,
    me,
    name,
    away: state.away === true,
    pointer: pointer && {
      x: number(pointer.x),
      y: number(pointer.y),
      tool: pointer.tool === "laser" ? "laser" : "pointer",
    },
    button: state.button === "down" ? "down" : "up",
    selected: (fields(state.selected) ?? {}) as Record<string, true>,
  };
}
