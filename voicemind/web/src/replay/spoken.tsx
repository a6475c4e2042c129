import { createContext, memo, type ReactElement, useContext, useMemo, useSyncExternalStore } from "react";
import { texts } from "../texts";
import type { Turn, Word } from "../types";
import { current, type Player } from "./player";

export const PlayerContext = createContext<Player | null>(null);

/** Returns the index of the word that sounds, -1 while this turn is silent; renders again only when it changes. */
function useWord(player: Player | null, turn: Turn, words: readonly Word[]): number {
  const read = () => {
    const time = player?.time.value ?? 0;
    return time > 0 && time >= turn.start && time < turn.end ? current(words, time) : -1;
  };
  return useSyncExternalStore(player?.time.subscribe ?? nothing, read);
}

const nothing = () => () => undefined;

/** A turn's words; the one that sounds is marked, and a click on one goes there. */
export const Spoken = memo(function Spoken({ turn }: { turn: Turn }): ReactElement {
  const player = useContext(PlayerContext);
  const words = useMemo(() => turn.words ?? [], [turn]);
  const at = useWord(player, turn, words);
  // After a correction the words are no longer those that were heard: the text is shown as it was corrected.
  const heard = words.length > 0 && words.map(({ text }) => text.trim()).join(" ") === turn.text;
  if (!player || !heard) return <>{turn.text}</>;
  return (
    <>
      {words.map((word, i) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the time before the turn is its button for the keyboard
        // biome-ignore lint/a11y/useKeyWithClickEvents: the same
        <span
          key={word.start}
          className={i === at ? "word now" : "word"}
          onClick={() => player.seek(word.start)}
        >
          {`${word.text.trim()} `}
        </span>
      ))}
    </>
  );
});

/** The time of something, as a button that plays from there. */
export function TimeButton({ at, children }: { at: number; children: string }): ReactElement {
  const player = useContext(PlayerContext);
  if (!player) return <time>{children}</time>;
  return (
    <button
      type="button"
      className="time-button"
      aria-label={texts.replay.playFrom(children)}
      onClick={() => player.seek(at)}
    >
      <time>{children}</time>
    </button>
  );
}
