import type { Verdicts } from "../document/verdicts";
import type { Insight } from "../types";
import { cards } from "./insights";

/** Which cards rest on which turn, by the turn's id; what was dismissed is left out. */
export type Citations = ReadonlyMap<string, readonly Insight[]>;

export function citations(insights: readonly Insight[], verdicts: Verdicts): Citations {
  const found = new Map<string, Insight[]>();
  for (const insight of cards(insights)) {
    if (verdicts.records.get(insight.id)?.status === "dismissed") continue;
    for (const turn of insight.evidence) found.set(turn, [...(found.get(turn) ?? []), insight]);
  }
  return found;
}
