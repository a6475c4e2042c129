import type { ReactElement } from "react";
import type { RoomDocument } from "../document/room_document";
import type { Verdicts } from "../document/verdicts";
import { useSignal } from "../signal";
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

interface InsightsProps {
  document: RoomDocument;
  writable: boolean;
  board: BoardHandle | null;
  onReveal: (element: string) => void;
  onQuote: (turn: string) => void;
}

/** Everything the engine has noticed, as cards that people accept, correct or dismiss. */
export function Insights({ document, writable, board, onReveal, onQuote }: InsightsProps): ReactElement {
  const insights = useSignal(document.insights.list);
  useSignal(document.verdicts.records.list);
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
      onReveal={onReveal}
      onQuote={onQuote}
    />
  );
  return (
    <div className="insights">
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
