import { createContext, useContext } from "react";
import type { Participant } from "./types";

// Steps of hue that stay apart for the eye, also for most who see colours differently. Multiples of ten, so that
// Excalidraw can draw the same hues (see cursors.ts).
const HUES = [260, 150, 20, 210, 330, 50, 180, 100, 290];

/** Returns a name's own hue in degrees, the same in every browser. */
export function hueOf(name: string): number {
  let hash = 7;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return HUES[hash % HUES.length] ?? 0;
}

/** Gives each name a hue of its own as far as they go round, the names in the first groups first. */
export function assignHues(...groups: readonly (readonly string[])[]): Map<string, number> {
  const hues = new Map<string, number>();
  for (const name of groups.flatMap((group) => [...group].sort())) {
    if (hues.has(name)) continue;
    const first = HUES.indexOf(hueOf(name));
    const order = [...HUES.slice(first), ...HUES.slice(0, first)];
    const taken = new Set(hues.values());
    hues.set(name, order.find((hue) => !taken.has(hue)) ?? hueOf(name));
  }
  return hues;
}

/** Names and colours of everybody who was ever in the meeting. */
export class People {
  private readonly hues: Map<string, number>;
  private readonly names: Map<string, string>;

  constructor(
    readonly participants: readonly Participant[],
    present: readonly string[] = [],
  ) {
    this.names = new Map(participants.map(({ id, name }) => [id, name]));
    this.hues = assignHues([...this.names.values()], present);
  }

  /** Returns the name of a participant's id, or what was given when it is none. */
  name(speaker: string): string {
    return this.names.get(speaker) ?? speaker;
  }

  hue(speaker: string): number {
    const name = this.name(speaker);
    return this.hues.get(name) ?? hueOf(name);
  }
}

export const PeopleContext = createContext(new People([]));

export function usePeople(): People {
  return useContext(PeopleContext);
}
