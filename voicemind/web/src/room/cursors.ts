import type { Collaborator, SocketId } from "@excalidraw/excalidraw/types";
import type { People } from "../people";
import type { Presence } from "../types";

const TRIES = 1000;

/** Returns everybody else's cursor as Excalidraw draws it, in the hue that the person has in the panel. */
export function collaborators(present: readonly Presence[], people: People): Map<SocketId, Collaborator> {
  const others = present.filter((person) => !person.me);
  return new Map(others.map((person) => [String(person.client) as SocketId, collaborator(person, people)]));
}

function collaborator(person: Presence, people: People): Collaborator {
  return {
    id: idOfHue(person.name, people.hue(person.name)),
    username: person.name,
    button: person.button,
    selectedElementIds: person.selected,
    ...(person.pointer && { pointer: person.pointer }),
  };
}

const found = new Map<string, string>();

/** Excalidraw takes a cursor's hue from a hash of its id and from nothing else; so look for an id with our hue. */
function idOfHue(name: string, hue: number): string {
  const key = `${name}\n${hue}`;
  const known = found.get(key);
  if (known) return known;
  const ids = Array.from({ length: TRIES }, (_, i) => `${name}-${i}`);
  const id = ids.find((candidate) => excalidrawHue(candidate) === hue) ?? name;
  found.set(key, id);
  return id;
}

/** The hue in degrees that Excalidraw 0.18 gives to a collaborator's id. */
export function excalidrawHue(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i += 1) hash = (hash << 5) - hash + id.charCodeAt(i);
  return (Math.abs(hash) % 37) * 10;
}
