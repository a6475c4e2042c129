import type { Turn } from "../types";

/** A stretch of time in seconds. */
export interface Stretch {
  start: number;
  end: number;
}

/** When one speaker spoke, and when somebody else did at the same time. */
export interface Lane {
  speaker: string;
  stretches: readonly Stretch[];
  overlaps: readonly Stretch[];
}

/** Returns a lane for each speaker, in the order in which they first speak. */
export function lanes(turns: readonly Turn[]): Lane[] {
  const ordered = [...turns].sort((a, b) => a.start - b.start);
  const speakers = [...new Set(ordered.map((turn) => turn.speaker))];
  return speakers.map((speaker) => {
    const own = ordered.filter((turn) => turn.speaker === speaker);
    const others = ordered.filter((turn) => turn.speaker !== speaker);
    return {
      speaker,
      stretches: own.map(({ start, end }) => ({ start, end })),
      overlaps: own.flatMap((turn) => others.flatMap((other) => common(turn, other))),
    };
  });
}

function common(a: Stretch, b: Stretch): Stretch[] {
  const [start, end] = [Math.max(a.start, b.start), Math.min(a.end, b.end)];
  return end > start ? [{ start, end }] : [];
}

/** Returns how many seconds each speaker spoke in each of `steps` equal parts of `duration` seconds. */
export function shares(turns: readonly Turn[], duration: number, steps: number): Map<string, number[]> {
  const width = duration / steps;
  const found = new Map<string, number[]>();
  for (const turn of turns) {
    const row = found.get(turn.speaker) ?? new Array<number>(steps).fill(0);
    found.set(turn.speaker, row);
    for (let i = Math.max(0, Math.floor(turn.start / width)); i < steps && i * width < turn.end; i += 1) {
      const part = { start: i * width, end: (i + 1) * width };
      row[i] = (row[i] ?? 0) + common(turn, part).reduce((sum, { start, end }) => sum + end - start, 0);
    }
  }
  return found;
}
