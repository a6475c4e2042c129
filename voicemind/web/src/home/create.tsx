import { type FormEvent, type ReactElement, useState } from "react";
import { postJson } from "../api";
import { texts } from "../texts";
import type { Links } from "../types";
import { CopyRow, Notice } from "../ui/parts";

interface Created {
  room: string;
  links?: Links;
}

/** The form that makes a room, then the links to it. */
export function CreateRoom(): ReactElement {
  const [created, setCreated] = useState<Created | null>(null);
  return created ? (
    <RoomLinks created={created} onAnother={() => setCreated(null)} />
  ) : (
    <CreateForm onCreated={setCreated} />
  );
}

function CreateForm({ onCreated }: { onCreated: (created: Created) => void }): ReactElement {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      const body = { title: String(form.get("title") ?? ""), agenda: String(form.get("agenda") ?? "") };
      onCreated(await postJson<Created>("/api/rooms", "", body));
    } catch (problem) {
      setError(String((problem as Error).message));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className="card" onSubmit={(event) => void submit(event)}>
      <h2>{texts.start.create}</h2>
      <label className="field">
        <span>{texts.start.title}</span>
        <input name="title" maxLength={200} placeholder={texts.start.titleHint} />
      </label>
      <label className="field">
        <span>{texts.start.agenda}</span>
        <textarea name="agenda" rows={4} placeholder={texts.start.agendaHint} />
        <small>{texts.start.agendaNote}</small>
      </label>
      {error && <Notice tone="error">{error}</Notice>}
      <button type="submit" className="button primary" disabled={busy}>
        {texts.start.submit}
      </button>
    </form>
  );
}

const ROLES = ["write", "comment", "read", "owner"] as const;

function RoomLinks({ created, onAnother }: { created: Created; onAnother: () => void }): ReactElement {
  const links = created.links ?? {};
  const plain = `/r/${encodeURIComponent(created.room)}`;
  const absolute = (link: string) => new URL(link, location.origin).href;
  return (
    <section className="card">
      <h2>{texts.links.ready}</h2>
      {Object.keys(links).length > 0 ? (
        ROLES.map((role) => {
          const link = links[role];
          return link && <CopyRow key={role} label={texts.links[role]} value={absolute(link)} />;
        })
      ) : (
        <CopyRow label={texts.links.address} value={absolute(plain)} />
      )}
      <p className="hint">{texts.links.note}</p>
      <div className="row">
        <a className="button primary" href={links.owner ?? plain}>
          {texts.links.open}
        </a>
        <button type="button" className="button" onClick={onAnother}>
          {texts.links.another}
        </button>
      </div>
    </section>
  );
}
