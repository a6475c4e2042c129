import { useEffect, useState } from "react";
import { request } from "../api";

const EVERY_MS = 5000;
// A request that waits for a network holds one of the few connections that a browser has for a server.
const PATIENCE_MS = 4000;
const POOR_LOSS = 0.05;
const POOR_JITTER_S = 0.06;

/** How somebody's sound has arrived of late: the share that was lost, and the jitter in seconds. */
export interface Quality {
  loss: number;
  jitter: number;
  poor: boolean;
}

interface Counts {
  received: number;
  lost: number;
  jitter: number;
}

/** One of the people whom the server tells of. */
export interface Person {
  id: string;
  name: string | null;
  quality?: Counts;
}

/** Returns the quality since `before`, by name; who sent nothing meanwhile is left out. */
export function qualities(now: readonly Person[], before: readonly Person[]): Map<string, Quality> {
  const earlier = new Map(before.map(({ id, quality }) => [id, quality]));
  return new Map(
    now.flatMap(({ id, name, quality }): [string, Quality][] => {
      if (!name || !quality) return [];
      const then = earlier.get(id);
      const anew = !then || quality.received < then.received; // they have come by another connection
      const received = quality.received - (anew ? 0 : then.received);
      const lost = Math.max(0, quality.lost - (anew ? 0 : then.lost));
      if (received + lost <= 0) return [];
      const loss = lost / (received + lost);
      const poor = loss >= POOR_LOSS || quality.jitter >= POOR_JITTER_S;
      return [[name, { loss, jitter: quality.jitter, poor }]];
    }),
  );
}

/** Asks every few seconds how everybody's sound arrives at the server. */
export function useQuality(room: string): ReadonlyMap<string, Quality> {
  const [found, setFound] = useState<ReadonlyMap<string, Quality>>(new Map());
  useEffect(() => {
    let before: readonly Person[] = [];
    const path = `/api/rooms/${encodeURIComponent(room)}/people`;
    const ask = async () => {
      const answer = await request(path, room, { signal: AbortSignal.timeout(PATIENCE_MS) });
      const { people } = (await answer.json()) as { people: Person[] };
      setFound(qualities(people, before));
      before = people;
    };
    // That the server is away is said elsewhere.
    const timer = setInterval(() => void ask().catch(() => setFound(new Map())), EVERY_MS);
    return () => clearInterval(timer);
  }, [room]);
  return found;
}
