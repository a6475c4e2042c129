import { type ReactElement, useEffect, useRef } from "react";
import type { RoomDocument } from "../document/room_document";
import type { Verdicts } from "../document/verdicts";
import { useShown } from "../signal";
import { texts } from "../texts";
import type { Insight } from "../types";
import type { BoardHandle } from "./board";
import { InsightCard } from "./insight_card";

/** Kinds that are measurements: they show as bars and figures, never as a card. */
const FIGURES = new Set(["balance", "floor_take", "overlaps", "topic", "coverage", "relevance"]);

/** Returns what is shown as cards, the latest first. */
export function cards(insights: readonly Insight[]): Insight[] {
  return insights
    .filter((insight) => !FIGURES.has(insight.kind) && insight.text && insight.data.tentative !== true)
    .reverse();
}

/** Returns the cards on which nobody has said anything yet. */
export function openCards(insights: readonly Insight[], verdicts: Verdicts): Insight[] {
  return cards(insights).filter((insight) => !verdicts.records.get(insight.id)?.status);
}

/** A card to show, when somebody asked what was made of a turn; asked again, it is another object. */
export interface Wanted {
  insight: string;
}

interface InsightsProps {
  document: RoomDocument;
  writable: boolean;
  board: BoardHandle | null;
  wanted: Wanted | null;
  onReveal: (element: string) => void;
  onQuote: (turn: string) => void;
}

/** Everything the engine has noticed, as cards that people accept, correct or dismiss. */
export function Insights(props: InsightsProps): ReactElement {
  const { document, writable, board, wanted, onReveal, onQuote } = props;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!wanted) return;
    const card = box.current?.querySelector<HTMLElement>(`[data-insight="${CSS.escape(wanted.insight)}"]`);
    card?.scrollIntoView({ block: "nearest" });
    card?.focus({ preventScroll: true });
  }, [wanted]);
  const insights = useShown(document.insights.list);
  useShown(document.verdicts.records.list);
  const { records } = document.verdicts;
  const all = cards(insights);
  const dismissed = all.filter((insight) => records.get(insight.id)?.status === "dismissed");
  const standing = all.filter((insight) => !dismissed.includes(insight));
  const card = (insight: Insight) => (
    <InsightCard
      key={insight.id}
      insight={insight}
      verdict={records.get(insight.id) ?? {}}
      verdicts={document.verdicts}
      writable={writable}
      board={board}
      wanted={wanted?.insight === insight.id}
      onReveal={onReveal}
      onQuote={onQuote}
    />
  );
  return (
    <div ref={box} className="insights">
      {standing.length === 0 && <p className="empty">{texts.insights.empty}</p>}
      {standing.map(card)}
      {dismissed.length > 0 && (
        <details>
          <summary>{texts.insights.dismissed(dismissed.length)}</summary>
          {dismissed.map(card)}
        </details>
      )}
    </div>
  );
}
