import { type ReactElement, useState } from "react";
import type { RoomDocument } from "../document/room_document";
import type { RoomEvents } from "../events";
import { useSignal } from "../signal";
import { texts } from "../texts";
import { Icon, type IconName } from "../ui/icons";
import { useWide } from "../use_media";
import { AgendaEditor } from "./agenda";
import { AgendaStrip } from "./agenda_strip";
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

const ALL = ["transcript", "insights", "agenda"] as const;
/** Where the transcript has a place of its own. */
const SIDE = ["insights", "agenda"] as const;
export const WITH_BOARD = ["board", ...ALL] as const;

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
  const wide = useWide();
  const turned = wide && tab === "transcript" ? "insights" : tab;
  const transcript = <TranscriptLog document={document} events={events} quoted={quoted} />;
  return (
    <aside className={`panel tab-${turned}`} aria-label={texts.room.panel}>
      <div className="panel-side">
        <Nudges events={events} />
        <TalkBars document={document} events={events} />
        <AgendaStrip document={document} onOpen={() => onTab("agenda")} />
        <Tabs
          className="panel-tabs"
          current={turned}
          document={document}
          tabs={wide ? SIDE : ALL}
          onChoose={(next) => next !== "board" && onTab(next)}
        />
        <div className="panel-body">
          {turned === "transcript" && transcript}
          {turned === "insights" && (
            <Insights
              document={document}
              writable={writable}
              board={board}
              onReveal={onReveal}
              onQuote={quote}
            />
          )}
          {turned === "agenda" && <AgendaEditor document={document} writable={writable} />}
        </div>
      </div>
      {wide && (
        <section className="panel-talk" aria-labelledby="transcript-heading">
          <h2 id="transcript-heading">{texts.room.transcript}</h2>
          {transcript}
        </section>
      )}
    </aside>
  );
}

interface TabsProps {
  className: string;
  current: PanelTab | "board";
  document: RoomDocument;
  tabs: readonly (PanelTab | "board")[];
  onChoose: (tab: PanelTab | "board") => void;
}

export function Tabs({ className, current, document, tabs, onChoose }: TabsProps): ReactElement {
  const insights = useSignal(document.insights.list);
  useSignal(document.verdicts.records.list);
  const count = openCards(insights, document.verdicts).length;
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
