import type { ReactElement } from "react";
import type { RoomDocument } from "../document/room_document";
import type { RoomEvents } from "../events";
import { clock, percent } from "../format";
import { usePeople } from "../people";
import { useShown } from "../signal";
import { texts } from "../texts";
import type { Participant, Talk } from "../types";
import { hueStyle } from "../ui/parts";

interface Row {
  id: string;
  name: string;
  present: boolean;
  microphone: boolean;
  heard: boolean;
  share: number;
  seconds: number;
}

/** Returns a row for everybody who is or was here, the silent ones too, most talk first. */
export function talkRows(talk: Talk, participants: readonly Participant[]): Row[] {
  const known = new Map(participants.map((person) => [person.id, person]));
  const ids = new Set([...known.keys(), ...Object.keys(talk.shares)]);
  return [...ids]
    .map((id) => ({
      id,
      name: known.get(id)?.name ?? id,
      present: known.get(id)?.present ?? false,
      microphone: known.get(id)?.microphone ?? true,
      heard: known.get(id)?.heard ?? true,
      share: talk.shares[id] ?? 0,
      seconds: talk.seconds[id] ?? 0,
    }))
    .filter((row) => row.present || row.seconds > 0 || row.share > 0)
    .sort((a, b) => b.share - a.share || a.name.localeCompare(b.name));
}

/** Returns why somebody has no talk time. */
function silence(row: Row): string {
  if (!row.microphone) return texts.talk.listens;
  return row.heard ? texts.talk.silent : texts.consent.unheardOf;
}

/** How the talk is shared out. */
export function TalkBars({ document, events }: { document: RoomDocument; events: RoomEvents }): ReactElement {
  const talk = useShown(document.talk.value);
  const participants = useShown(document.participants.value);
  const speaking = new Set(
    useShown(events.interims).flatMap(({ turn, speaker }) => (turn === undefined ? speaker : [])),
  );
  const people = usePeople();
  const rows = talkRows(talk, participants);
  return (
    <section className="talk" aria-labelledby="talk-heading">
      <h2 id="talk-heading">
        {texts.talk.heading}
        {talk.entropy !== null && rows.length > 1 && (
          <small title={texts.talk.balanceNote}>{texts.talk.balance(percent(talk.entropy))}</small>
        )}
      </h2>
      {rows.length === 0 && <p className="hint">{texts.talk.none}</p>}
      <ul>
        {rows.map((row) => (
          <li key={row.id} style={hueStyle(people.hue(row.id))}>
            <span className="who">
              {row.name}
              {!row.present && <small>({texts.talk.away})</small>}
              {speaking.has(row.id) && (
                <span className="speaking" role="img" aria-label={texts.talk.speaking} />
              )}
            </span>
            <span className="track">
              <span className="fill" style={{ width: `${row.share * 100}%` }} />
            </span>
            <span className="figure">
              {row.seconds > 0 ? (
                <>
                  {percent(row.share)} <small>{clock(row.seconds)}</small>
                </>
              ) : (
                <small>{silence(row)}</small>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
