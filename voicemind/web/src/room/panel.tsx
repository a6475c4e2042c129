import { type ReactElement, useMemo, useState } from "react";
import type { RoomDocument } from "../document/room_document";
import type { RoomEvents } from "../events";
import { useShown } from "../signal";
import { texts } from "../texts";
import { Icon, type IconName } from "../ui/icons";
import { useWide } from "../use_media";
import { AgendaEditor } from "./agenda";
import { AgendaStrip } from "./agenda_strip";
import type { BoardHandle } from "./board";
import { type Citations, citations } from "./citations";
import { Insights, openCards, type Wanted } from "./insights";
import { Nudges } from "./nudges";
import { TalkBars } from "./talk";
import { TopicStrip } from "./topics";
import { type Quoted, TranscriptLog } from "./transcript";

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

/** Returns what one can turn to: `wide` where the transcript has a place of its own, `quiet` without insights. */
export function panelTabs(wide: boolean, quiet: boolean): readonly PanelTab[] {
  const tabs: readonly PanelTab[] = wide ? SIDE : ALL;
  return quiet ? tabs.filter((tab) => tab !== "insights") : tabs;
}

interface PanelProps {
  document: RoomDocument;
  events: RoomEvents;
  writable: boolean;
  /** No insights, figures nor nudges: only what people said and wrote. */
  quiet: boolean;
  tab: PanelTab;
  onTab: (tab: PanelTab) => void;
  board: BoardHandle | null;
  /** Brings a shape of the board into view. */
  onReveal: (element: string) => void;
}

const NO_CITATIONS: Citations = new Map();

/** The side of the room that is about the talk: who speaks, what is said, what it means. */
export function Panel(props: PanelProps): ReactElement {
  const { document, events, writable, quiet, tab, onTab, board, onReveal } = props;
  const [quoted, setQuoted] = useState<Quoted | null>(null);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const quote = (turn: string) => {
    setQuoted({ turn });
    onTab("transcript");
  };
  const lookUp = (insight: string) => {
    setWanted({ insight });
    onTab("insights");
  };
  const cited = useCitations(document);
  const wide = useWide();
  const tabs = panelTabs(wide, quiet);
  const turned = tabs.includes(tab) ? tab : (tabs[0] ?? "agenda");
  const transcript = (
    <TranscriptLog
      document={document}
      events={events}
      quoted={quoted}
      cited={quiet ? NO_CITATIONS : cited}
      onInsight={lookUp}
    />
  );
  return (
    <aside className={`panel tab-${turned}`} aria-label={texts.room.panel}>
      <div className="panel-side">
        {!quiet && (
          <>
            <Nudges events={events} />
            <TalkBars document={document} events={events} />
            <TopicStrip document={document} onQuote={quote} />
            <AgendaStrip document={document} onOpen={() => onTab("agenda")} />
          </>
        )}
        <Tabs
          className="panel-tabs"
          current={turned}
          document={document}
          tabs={tabs}
          onChoose={(next) => next !== "board" && onTab(next)}
        />
        <div className="panel-body">
          {turned === "transcript" && transcript}
          {turned === "insights" && (
            <Insights
              document={document}
              writable={writable}
              board={board}
              wanted={wanted}
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

function useCitations(document: RoomDocument): Citations {
  const insights = useShown(document.insights.list);
  const verdicts = useShown(document.verdicts.records.list);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a verdict that changes dismisses or brings back
  return useMemo(() => citations(insights, document.verdicts), [insights, verdicts, document]);
}

interface TabsProps {
  className: string;
  current: PanelTab | "board";
  document: RoomDocument;
  tabs: readonly (PanelTab | "board")[];
  onChoose: (tab: PanelTab | "board") => void;
}

export function Tabs({ className, current, document, tabs, onChoose }: TabsProps): ReactElement {
  const insights = useShown(document.insights.list);
  useShown(document.verdicts.records.list);
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
