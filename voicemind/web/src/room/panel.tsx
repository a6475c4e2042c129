import { type ReactElement, useState } from "react";
import type { RoomDocument } from "../document/room_document";
import type { RoomEvents } from "../events";
import { useSignal } from "../signal";
import { texts } from "../texts";
import { Icon, type IconName } from "../ui/icons";
import { AgendaEditor } from "./agenda";
import type { BoardHandle } from "./board";
import { Insights, openCards } from "./insights";
import { Nudges } from "./nudges";
import { TalkBars } from "./talk";
import { TranscriptLog } from "./transcript";

export type PanelTab = "transcript" | "insights" | "agenda";

const ICONS: Readonly<Record<PanelTab | "board", IconName>> = {
  board: "board",
  transcript: "quote",
  insights: "spark",
  agenda: "list",
};

interface PanelProps {
  document: RoomDocument;
  events: RoomEvents;
  writable: boolean;
  tab: PanelTab;
  onTab: (tab: PanelTab) => void;
  board: BoardHandle | null;
  /** Brings a shape of the board into view. */
  onReveal: (element: string) => void;
}

/** The side of the room that is about the talk: who speaks, what is said, what it means. */
export function Panel({ document, events, writable, tab, onTab, board, onReveal }: PanelProps): ReactElement {
  const [quoted, setQuoted] = useState<string | null>(null);
  const quote = (turn: string) => {
    setQuoted(turn);
    onTab("transcript");
  };
  return (
    <aside className={`panel tab-${tab}`} aria-label={texts.room.panel}>
      <Nudges events={events} />
      <TalkBars document={document} events={events} />
      <Tabs
        className="panel-tabs"
        current={tab}
        document={document}
        onChoose={(next) => next !== "board" && onTab(next)}
      />
      <div className="panel-body">
        {tab === "transcript" && <TranscriptLog document={document} events={events} quoted={quoted} />}
        {tab === "insights" && (
          <Insights
            document={document}
            writable={writable}
            board={board}
            onReveal={onReveal}
            onQuote={quote}
          />
        )}
        {tab === "agenda" && <AgendaEditor document={document} writable={writable} />}
      </div>
    </aside>
  );
}

interface TabsProps {
  className: string;
  current: PanelTab | "board";
  document: RoomDocument;
  withBoard?: boolean;
  onChoose: (tab: PanelTab | "board") => void;
}

export function Tabs({ className, current, document, withBoard = false, onChoose }: TabsProps): ReactElement {
  const insights = useSignal(document.insights.list);
  useSignal(document.verdicts.records.list);
  const count = openCards(insights, document.verdicts).length;
  const tabs = [...(withBoard ? (["board"] as const) : []), "transcript", "insights", "agenda"] as const;
  return (
    <nav className={`tabs ${className}`}>
      {tabs.map((tab) => (
        <button key={tab} type="button" aria-current={tab === current} onClick={() => onChoose(tab)}>
          <Icon name={ICONS[tab]} />
          <span>{texts.room[tab]}</span>
          {tab === "insights" && count > 0 && <span className="count">{count}</span>}
        </button>
      ))}
    </nav>
  );
}
