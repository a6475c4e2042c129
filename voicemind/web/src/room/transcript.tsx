import { memo, type ReactElement, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { RoomDocument } from "../document/room_document";
import type { RoomEvents } from "../events";
import { clock } from "../format";
import { type People, usePeople } from "../people";
import { useSignal } from "../signal";
import { texts } from "../texts";
import type { Turn } from "../types";
import { Icon } from "../ui/icons";
import { hueStyle } from "../ui/parts";

interface TranscriptProps {
  document: RoomDocument;
  events: RoomEvents;
  /** A turn to show, when somebody asked where something was said. */
  quoted: string | null;
}

const NEAR_END = 60;

/** What was said, and in grey what is being said; follows the talk unless the reader has scrolled back. */
export function TranscriptLog({ document, events, quoted }: TranscriptProps): ReactElement {
  const turns = useSignal(document.turns.list);
  const interims = useSignal(events.interims);
  const box = useRef<HTMLDivElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(quoted === null);
  const people = usePeople();

  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever makes the text longer moves the end
  useLayoutEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [turns, interims, following]);
  // Turns out of view have only a guessed height: where the end is turns out once they were laid out.
  useEffect(() => {
    if (!following || !log.current || !("ResizeObserver" in window)) return;
    const watch = new ResizeObserver(() => {
      if (box.current) box.current.scrollTop = box.current.scrollHeight;
    });
    watch.observe(log.current);
    return () => watch.disconnect();
  }, [following]);
  useEffect(() => {
    if (!quoted) return;
    setFollowing(false);
    box.current?.querySelector(`[data-turn="${CSS.escape(quoted)}"]`)?.scrollIntoView({ block: "center" });
  }, [quoted]);

  const scrolled = () => {
    const { scrollHeight, scrollTop, clientHeight } = box.current ?? {
      scrollHeight: 0,
      scrollTop: 0,
      clientHeight: 0,
    };
    setFollowing(scrollHeight - scrollTop - clientHeight < NEAR_END);
  };

  return (
    <div className="transcript">
      <div
        ref={box}
        className="turns"
        role="log"
        aria-label={texts.transcript.log}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={scrolled}
      >
        <div ref={log}>
          {turns.length === 0 && interims.length === 0 && (
            <div className="empty">
              <p>{texts.transcript.empty}</p>
              <p>{texts.transcript.emptyNote}</p>
            </div>
          )}
          <TurnLines turns={turns} people={people} quoted={quoted} />
          {interims.map(({ track, speaker, text }) => (
            <p key={track} className="turn interim" style={hueStyle(people.hue(speaker))} aria-hidden="true">
              <span className="turn-head">
                <strong>{people.name(speaker)}</strong>
                <span className="speaking" />
              </span>
              <span className="turn-text">{text}</span>
            </p>
          ))}
        </div>
      </div>
      {!following && (
        <button type="button" className="button latest" onClick={() => setFollowing(true)}>
          <Icon name="down" />
          {texts.transcript.latest}
        </button>
      )}
    </div>
  );
}

interface TurnLinesProps {
  turns: readonly Turn[];
  people: People;
  quoted: string | null;
}

// Apart and remembered: interims come several times a second, and a long transcript need not be looked at for them.
const TurnLines = memo(function TurnLines({ turns, people, quoted }: TurnLinesProps): ReactElement[] {
  return turns.map((turn, i) => (
    <TurnLine
      key={turn.id}
      turn={turn}
      name={people.name(turn.speaker)}
      hue={people.hue(turn.speaker)}
      goesOn={turns[i - 1]?.speaker === turn.speaker}
      quoted={turn.id === quoted}
    />
  ));
});

interface TurnLineProps {
  turn: Turn;
  name: string;
  hue: number;
  goesOn: boolean;
  quoted: boolean;
}

const TurnLine = memo(function TurnLine({ turn, name, hue, goesOn, quoted }: TurnLineProps): ReactElement {
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
      <span className="turn-text">{turn.text}</span>
    </p>
  );
});
