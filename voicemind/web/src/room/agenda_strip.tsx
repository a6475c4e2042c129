import type { ReactElement } from "react";
import type { RoomDocument } from "../document/room_document";
import { useShown } from "../signal";
import { texts } from "../texts";
import { coverageOf } from "./agenda";

/** The agenda in one line: a part for each item, as full as it is covered. Opens the agenda. */
export function AgendaStrip({
  document,
  onOpen,
}: {
  document: RoomDocument;
  onOpen: () => void;
}): ReactElement | null {
  const items = useShown(document.agenda.items.value);
  const coverage = coverageOf(useShown(document.insights.list));
  if (items.length === 0) return null;
  const status = (id: string) => coverage.get(id)?.status || "not touched";
  const count = (wanted: string) => items.filter((item) => status(item.id) === wanted).length;
  return (
    <button type="button" className="agenda-strip" onClick={onOpen}>
      <span className="strip-head">
        <strong>{texts.room.agenda}</strong>
        <small>{texts.agenda.summary(count("covered"), count("touched"), items.length)}</small>
      </span>
      <span className="strip-parts">
        {items.map((item) => (
          <span
            key={item.id}
            className={`coverage ${status(item.id).replace(" ", "-")}`}
            title={`${item.title}: ${texts.agenda.status[status(item.id)] ?? status(item.id)}`}
          >
            <span style={{ width: `${Math.round((coverage.get(item.id)?.coverage ?? 0) * 100)}%` }} />
          </span>
        ))}
      </span>
    </button>
  );
}
