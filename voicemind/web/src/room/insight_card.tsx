import { type FormEvent, type ReactElement, useState } from "react";
import type { Verdicts } from "../document/verdicts";
import { clock, day } from "../format";
import { usePeople } from "../people";
import { texts } from "../texts";
import type { Insight, Verdict } from "../types";
import { Icon } from "../ui/icons";
import { IconButton } from "../ui/parts";
import type { BoardHandle } from "./board";
import { InsightFacts } from "./insight_facts";

interface CardProps {
  insight: Insight;
  verdict: Verdict;
  verdicts: Verdicts;
  writable: boolean;
  board: BoardHandle | null;
  /** Somebody has just asked for this one. */
  wanted?: boolean;
  onReveal: (element: string) => void;
  onQuote: (turn: string) => void;
}

/** Returns an insight as people see it: their corrections win over what the engine wrote. */
function corrected(insight: Insight, verdict: Verdict): { text: string; owner: string; due: string } {
  const { owner, due } = insight.data;
  return {
    text: verdict.text ?? insight.text,
    owner: verdict.owner ?? (typeof owner === "string" ? owner : ""),
    due: verdict.due ?? (typeof due === "string" ? due : ""),
  };
}

/** One insight: what, by whom, until when, where it was said – and what people make of it. */
export function InsightCard(props: CardProps): ReactElement {
  const { insight, verdict, verdicts, writable, wanted, onQuote } = props;
  const [said] = insight.evidence;
  const [editing, setEditing] = useState(false);
  const now = corrected(insight, verdict);
  const kind = texts.insights.kinds[insight.kind] ?? insight.kind;
  return (
    <article
      className={`insight kind-${insight.kind} ${verdict.status ?? ""} ${wanted ? "wanted" : ""}`}
      aria-label={`${kind}: ${now.text}`}
      data-insight={insight.id}
      tabIndex={-1}
    >
      <header>
        <span className="kind">{kind}</span>
        {said ? (
          <button
            type="button"
            className="when"
            title={texts.insights.evidence}
            aria-label={texts.insights.evidence}
            onClick={() => onQuote(said)}
          >
            <Icon name="quote" />
            <time>{clock(insight.start)}</time>
          </button>
        ) : (
          <time>{clock(insight.start)}</time>
        )}
        {verdict.status === "confirmed" && <span className="mark">{texts.insights.accepted}</span>}
        {verdict.status === "done" && <span className="mark">{texts.insights.done}</span>}
      </header>
      {editing ? (
        <EditForm
          insight={insight}
          now={now}
          onSave={(change) => {
            if (Object.keys(change).length > 0)
              verdicts.set(insight.id, { ...change, status: verdict.status ?? "edited" });
            setEditing(false);
          }}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <>
          <p className="insight-text">{now.text}</p>
          <InsightFacts insight={insight} owner={now.owner} due={now.due} />
          {writable && (
            <Tools
              {...props}
              text={now.text}
              owner={now.owner}
              due={now.due}
              onEdit={() => setEditing(true)}
            />
          )}
        </>
      )}
    </article>
  );
}

interface ToolsProps extends CardProps {
  text: string;
  owner: string;
  due: string;
  onEdit: () => void;
}

function Tools({
  insight,
  verdict,
  verdicts,
  board,
  onReveal,
  text,
  owner,
  due,
  onEdit,
}: ToolsProps): ReactElement {
  const people = usePeople();
  const say = (status: Verdict["status"]) => verdicts.set(insight.id, { status });
  const pinned = board?.noteOf(insight.id) ?? null;
  const pin = () => {
    const there = board?.noteOf(insight.id);
    if (there) {
      onReveal(there);
      return;
    }
    const id = board?.pin(insight.id, insight.kind, [
      text,
      [people.name(owner), due && day(due)].filter(Boolean).join(" · "),
    ]);
    if (id) verdicts.set(insight.id, { pinned: id, status: verdict.status ?? "confirmed" });
  };
  if (verdict.status === "dismissed") {
    return (
      <footer>
        <button type="button" className="button small" onClick={() => say(undefined)}>
          {texts.insights.restore}
        </button>
      </footer>
    );
  }
  return (
    <footer>
      {verdict.status !== "confirmed" && verdict.status !== "done" && (
        <button type="button" className="button small accept" onClick={() => say("confirmed")}>
          {texts.insights.accept}
        </button>
      )}
      {insight.kind === "action" && (verdict.status === "confirmed" || verdict.status === "done") && (
        <label className="check">
          <input
            type="checkbox"
            checked={verdict.status === "done"}
            onChange={(event) => say(event.target.checked ? "done" : "confirmed")}
          />
          {texts.insights.done}
        </label>
      )}
      <span className="spacer" />
      <IconButton icon="edit" label={texts.insights.edit} onClick={onEdit} />
      {board && (
        <IconButton
          icon="pin"
          label={pinned ? texts.insights.pinned : texts.insights.pin}
          className={pinned ? "on" : ""}
          onClick={pin}
        />
      )}
      <IconButton icon="close" label={texts.insights.dismiss} onClick={() => say("dismissed")} />
    </footer>
  );
}

interface EditFormProps {
  insight: Insight;
  now: { text: string; owner: string; due: string };
  onSave: (change: { text?: string; owner?: string; due?: string }) => void;
  onCancel: () => void;
}

function EditForm({ insight, now, onSave, onCancel }: EditFormProps): ReactElement {
  const people = usePeople();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const change: Record<string, string> = {};
    for (const field of ["text", "owner", "due"] as const) {
      const value = form.get(field);
      if (typeof value === "string" && value.trim() !== now[field]) change[field] = value.trim();
    }
    onSave(change);
  };
  return (
    <form className="insight-edit" onSubmit={submit}>
      <textarea
        name="text"
        aria-label={texts.insights.text}
        defaultValue={now.text}
        rows={3}
        maxLength={2000}
        required
      />
      {insight.kind === "action" && (
        <div className="row">
          <input
            name="owner"
            list="owners"
            aria-label={texts.insights.owner}
            placeholder={texts.insights.owner}
            defaultValue={now.owner}
          />
          <datalist id="owners">
            {people.participants.map((person) => (
              <option key={person.id} value={person.name} />
            ))}
          </datalist>
          <input name="due" type="date" aria-label={texts.insights.due} defaultValue={now.due} />
        </div>
      )}
      <div className="row">
        <button type="submit" className="button small primary">
          {texts.save}
        </button>
        <button type="button" className="button small" onClick={onCancel}>
          {texts.cancel}
        </button>
      </div>
    </form>
  );
}
