import { type FormEvent, type ReactElement, useState } from "react";
import type { RoomDocument } from "../document/room_document";
import { clock } from "../format";
import { useSignal } from "../signal";
import { texts } from "../texts";
import type { AgendaItem, Insight } from "../types";
import { Icon } from "../ui/icons";
import { IconButton } from "../ui/parts";

interface AgendaProps {
  document: RoomDocument;
  writable: boolean;
}

/** How far an item has come, as the engine sees it; coverage in [0, 1]. */
export interface Coverage {
  coverage: number;
  seconds: number;
  status: string;
}

/** Returns the engine's coverage of each agenda item, by the item's id. */
export function coverageOf(insights: readonly Insight[]): Map<string, Coverage> {
  const found = insights.filter(
    (insight) => insight.kind === "coverage" && typeof insight.data.item === "string",
  );
  return new Map(
    found.map(({ data }) => [
      String(data.item),
      {
        coverage: Number(data.coverage ?? 0),
        seconds: Number(data.seconds ?? 0),
        status: String(data.status ?? ""),
      },
    ]),
  );
}

/** The agenda: written by the people, its coverage by the engine. */
export function AgendaEditor({ document, writable }: AgendaProps): ReactElement {
  const items = useSignal(document.agenda.items.value);
  const coverage = coverageOf(useSignal(document.insights.list));
  const [fresh, setFresh] = useState("");
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!fresh.trim()) return;
    document.agenda.add(fresh.trim());
    setFresh("");
  };
  return (
    <div className="agenda">
      {items.length === 0 && <p className="empty">{texts.agenda.empty}</p>}
      <ol>
        {items.map((item, i) => (
          <AgendaRow
            key={item.id}
            item={item}
            coverage={coverage.get(item.id)}
            first={i === 0}
            last={i === items.length - 1}
            document={document}
            writable={writable}
          />
        ))}
      </ol>
      {writable && (
        <form className="agenda-add" onSubmit={add}>
          <input
            aria-label={texts.agenda.add}
            placeholder={texts.agenda.addHint}
            maxLength={200}
            value={fresh}
            onChange={(event) => setFresh(event.target.value)}
          />
          <button type="submit" className="button" disabled={!fresh.trim()}>
            <Icon name="plus" />
            {texts.agenda.add}
          </button>
        </form>
      )}
    </div>
  );
}

interface RowProps extends AgendaProps {
  item: AgendaItem;
  coverage: Coverage | undefined;
  first: boolean;
  last: boolean;
}

function AgendaRow({ item, coverage, first, last, document, writable }: RowProps): ReactElement {
  const { agenda } = document;
  const status = coverage?.status || "not touched";
  return (
    <li className={`agenda-item ${status.replace(" ", "-")}`}>
      <div className="agenda-line">
        <Draft
          className="agenda-title"
          label={texts.agenda.itemTitle}
          value={item.title}
          readOnly={!writable}
          onCommit={(title) => agenda.update(item.id, { title })}
        />
        {writable && (
          <span className="agenda-tools">
            <IconButton
              icon="up"
              label={texts.agenda.up}
              disabled={first}
              onClick={() => agenda.move(item.id, -1)}
            />
            <IconButton
              icon="down"
              label={texts.agenda.down}
              disabled={last}
              onClick={() => agenda.move(item.id, 1)}
            />
            <IconButton icon="trash" label={texts.agenda.remove} onClick={() => agenda.remove(item.id)} />
          </span>
        )}
      </div>
      <div className="coverage" role="img" aria-label={texts.agenda.status[status] ?? status}>
        <span style={{ width: `${Math.round((coverage?.coverage ?? 0) * 100)}%` }} />
      </div>
      <div className="agenda-line facts">
        <span className="status">{texts.agenda.status[status] ?? status}</span>
        {coverage && coverage.seconds > 0 && <span>{texts.agenda.spent(clock(coverage.seconds))}</span>}
        <span className="agenda-time">
          <Draft
            className="agenda-minutes"
            label={texts.agenda.minutes}
            value={item.minutes === null ? "" : String(item.minutes)}
            placeholder="–"
            numeric
            readOnly={!writable}
            onCommit={(minutes) => agenda.update(item.id, { minutes: Number(minutes) || null })}
          />
          {texts.agenda.min}
        </span>
        <Draft
          className="agenda-owner"
          label={texts.agenda.owner}
          value={item.owner ?? ""}
          placeholder={texts.agenda.owner}
          readOnly={!writable}
          onCommit={(owner) => agenda.update(item.id, { owner: owner || null })}
        />
      </div>
    </li>
  );
}

interface DraftProps {
  className: string;
  label: string;
  value: string;
  placeholder?: string;
  numeric?: boolean;
  readOnly: boolean;
  onCommit: (value: string) => void;
}

/** A field that shares what was typed when it is finished: on Enter or when left; Escape takes it back. */
function Draft({
  className,
  label,
  value,
  placeholder,
  numeric,
  readOnly,
  onCommit,
}: DraftProps): ReactElement {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft !== null && draft.trim() !== value) onCommit(draft.trim());
    setDraft(null);
  };
  return (
    <input
      className={className}
      aria-label={label}
      title={label}
      placeholder={placeholder}
      {...(numeric && { inputMode: "numeric" })}
      maxLength={numeric ? 3 : 200}
      readOnly={readOnly}
      value={draft ?? value}
      onChange={(event) => setDraft(numeric ? event.target.value.replace(/\D/g, "") : event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") setDraft(null);
      }}
    />
  );
}
