import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import type { RoomDocument } from "../document/room_document";
import type { RoomEvents } from "../events";
import { clock } from "../format";
import { type People, usePeople } from "../people";
import { useShown } from "../signal";
import { texts } from "../texts";
import type { Insight, Interim, Turn } from "../types";
import { Icon } from "../ui/icons";
import { hueStyle } from "../ui/parts";
import type { Citations } from "./citations";
import { cutAt, findTurns } from "./search";
import { SearchBar } from "./search_bar";
import { useFollowing } from "./use_following";

/** A turn to show, when somebody asked where something was said; asked again, it is another object. */
export interface Quoted {
  turn: string;
}

interface TranscriptProps {
  document: RoomDocument;
  events: RoomEvents;
  quoted: Quoted | null;
  cited: Citations;
  onInsight: (insight: string) => void;
}

const LETTERS_A_LINE = 44;
const LINE_PX = 24;
const HEAD_PX = 34;
const OVERSCAN = 12;
const NO_INSIGHTS: readonly Insight[] = [];

/** What was said, and in grey what is being said; follows the talk unless the reader has scrolled back. */
export function TranscriptLog({ document, events, quoted, cited, onInsight }: TranscriptProps): ReactElement {
  const turns = useShown(document.turns.list);
  const interims = useUnsettled(useShown(events.interims), document);
  const box = useRef<HTMLDivElement>(null);
  const people = usePeople();
  // Only what is near the window is there: a meeting of hours is as light as one of minutes.
  const rows = useVirtualizer({
    count: turns.length,
    getScrollElement: () => box.current,
    getItemKey: (i) => turns[i]?.id ?? i,
    estimateSize: (i) => HEAD_PX + LINE_PX * Math.ceil((turns[i]?.text.length ?? 0) / LETTERS_A_LINE),
    overscan: OVERSCAN,
    initialRect: { width: 400, height: 600 },
  });
  const height = rows.getTotalSize();
  const { following, follow, scrolled } = useFollowing(box, [height, interims]);
  const show = (turn: string) => {
    const at = turns.findIndex(({ id }) => id === turn);
    if (at < 0) return;
    follow(false);
    rows.scrollToIndex(at, { align: "center" });
  };
  const search = useSearch(turns, people, show);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, it is shown once, whatever comes after
  useEffect(() => {
    if (quoted) show(quoted.turn);
  }, [quoted]);

  const near = rows.getVirtualItems();
  const above = near[0]?.start ?? 0;
  const below = height - (near.at(-1)?.end ?? 0);
  return (
    <div className="transcript">
      <SearchBar {...search.bar} />
      <div
        ref={box}
        className="turns"
        role="log"
        aria-label={texts.transcript.log}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={scrolled}
      >
        {turns.length === 0 && interims.length === 0 && (
          <div className="empty">
            <p>{texts.transcript.empty}</p>
            <p>{texts.transcript.emptyNote}</p>
          </div>
        )}
        <div style={{ paddingTop: above, paddingBottom: below }}>
          {near.flatMap(({ index }) => {
            const turn = turns[index];
            if (!turn) return [];
            return (
              <div key={turn.id} data-index={index} ref={rows.measureElement}>
                <TurnLine
                  turn={turn}
                  name={people.name(turn.speaker)}
                  hue={people.hue(turn.speaker)}
                  goesOn={turns[index - 1]?.speaker === turn.speaker}
                  quoted={turn.id === (search.turn ?? quoted?.turn)}
                  words={search.bar.words}
                  cited={cited.get(turn.id) ?? NO_INSIGHTS}
                  onInsight={onInsight}
                />
              </div>
            );
          })}
        </div>
        {interims.map((interim, i) => (
          <InterimLine
            key={interim.turn ?? interim.track}
            interim={interim}
            name={people.name(interim.speaker)}
            hue={people.hue(interim.speaker)}
            goesOn={(interims[i - 1] ?? turns.at(-1))?.speaker === interim.speaker}
          />
        ))}
      </div>
      {!following && (
        <button type="button" className="button latest" onClick={() => follow(true)}>
          <Icon name="down" />
          {texts.transcript.latest}
        </button>
      )}
    </div>
  );
}

/** Returns what is being said, without what the document has as a turn by now. */
function useUnsettled(interims: readonly Interim[], document: RoomDocument): readonly Interim[] {
  return interims.filter(({ turn }) => turn === undefined || !document.turns.get(turn));
}

/** Looks for words; `turn` is the one of those found that is shown now. */
function useSearch(
  turns: readonly Turn[],
  people: People,
  show: (turn: string) => void,
): { turn: string | null; bar: Parameters<typeof SearchBar>[0] } {
  const [words, setWords] = useState("");
  const [turn, setTurn] = useState<string | null>(null);
  const found = useMemo(
    () => findTurns(turns, words, (speaker) => people.name(speaker)),
    [turns, people, words],
  );
  const at = found.findIndex(({ id }) => id === turn);
  const go = (next: Turn | undefined) => {
    setTurn(next?.id ?? null);
    if (next) show(next.id);
  };
  return {
    turn: at < 0 ? null : turn,
    bar: {
      words,
      found: found.length,
      at: at + 1,
      onWords: (fresh) => {
        setWords(fresh);
        setTurn(null);
      },
      onStep: (by) => go(at < 0 ? found.at(by > 0 ? 0 : -1) : found.at((at + by) % found.length)),
    },
  };
}

interface TurnLineProps {
  turn: Turn;
  name: string;
  hue: number;
  goesOn: boolean;
  quoted: boolean;
  /** What is looked for; marked where it was said. */
  words: string;
  cited: readonly Insight[];
  onInsight: (insight: string) => void;
}

const TurnLine = memo(function TurnLine(props: TurnLineProps): ReactElement {
  const { turn, name, hue, goesOn, quoted, words, cited, onInsight } = props;
  return (
    <p
      className={`turn ${goesOn ? "goes-on" : ""} ${quoted ? "quoted" : ""}`}
      style={hueStyle(hue)}
      data-turn={turn.id}
    >
      <span className="turn-head">
        {!goesOn && <strong>{name}</strong>}
        <time>{clock(turn.start)}</time>
      </span>
      <span className="turn-text">
        {cutAt(turn.text, words).map((part, i) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text have no other name
          i % 2 ? <mark key={i}>{part}</mark> : part,
        )}
        {cited.map((insight) => (
          <Citation key={insight.id} insight={insight} onInsight={onInsight} />
        ))}
      </span>
    </p>
  );
});

function Citation({
  insight,
  onInsight,
}: {
  insight: Insight;
  onInsight: (insight: string) => void;
}): ReactElement {
  const kind = texts.insights.kinds[insight.kind] ?? insight.kind;
  return (
    <button
      type="button"
      className={`cites kind-${insight.kind}`}
      title={insight.text}
      aria-label={`${kind}: ${insight.text}`}
      onClick={() => onInsight(insight.id)}
    >
      {kind}
    </button>
  );
}

/** What is being said; laid out as the turn that it becomes, so that nothing jumps when it does. */
function InterimLine({
  interim,
  name,
  hue,
  goesOn,
}: {
  interim: Interim;
  name: string;
  hue: number;
  goesOn: boolean;
}): ReactElement {
  return (
    <p
      className={`turn interim ${goesOn ? "goes-on" : ""} ${interim.turn ? "settled" : ""}`}
      style={hueStyle(hue)}
      aria-hidden="true"
    >
      <span className="turn-head">
        {!goesOn && <strong>{name}</strong>}
        <span className="speaking" />
      </span>
      <span className="turn-text">{interim.text}</span>
    </p>
  );
}
