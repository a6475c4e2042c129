import {
  createContext,
  type FormEvent,
  type ReactElement,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useState,
} from "react";
import { postJson } from "../api";
import { usePeople } from "../people";
import { texts } from "../texts";
import type { Turn } from "../types";
import { IconButton, Notice } from "../ui/parts";
import { Spoken } from "./spoken";

/** What somebody says is right: `POST …/corrections`. */
export interface Correction {
  kind: "rename" | "reassign" | "text";
  target: string;
  value: string;
}

type Correct = (corrections: readonly Correction[]) => Promise<void>;

const CorrectContext = createContext<Correct | null>(null);

interface CorrectableProps {
  /** Where corrections are sent. */
  path: string;
  onCorrected: () => Promise<void>;
  children: ReactNode;
}

/** Lets speakers and turns inside be corrected; what the server refuses is shown above them. */
export function Correctable({ path, onCorrected, children }: CorrectableProps): ReactElement {
  const [problem, setProblem] = useState<string | null>(null);
  const correct = useCallback(
    async (corrections: readonly Correction[]) => {
      setProblem(null);
      try {
        for (const correction of corrections) await postJson(path, "", correction);
      } catch (error) {
        setProblem((error as Error).message);
      }
      await onCorrected();
    },
    [path, onCorrected],
  );
  return (
    <CorrectContext.Provider value={correct}>
      {problem && <Notice tone="error">{problem}</Notice>}
      {children}
    </CorrectContext.Provider>
  );
}

/** A speaker's name, which can be changed. */
export function SpeakerName({ id, name }: { id: string; name: string }): ReactElement {
  const correct = useContext(CorrectContext);
  const [editing, setEditing] = useState(false);
  if (!correct) return <>{name}</>;
  if (!editing) {
    return (
      <>
        {name} <IconButton icon="edit" label={texts.replay.rename(name)} onClick={() => setEditing(true)} />
      </>
    );
  }
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const value = String(new FormData(event.currentTarget).get("name") ?? "").trim();
    setEditing(false);
    if (value && value !== name) void correct([{ kind: "rename", target: id, value }]);
  };
  return (
    <form className="correction" onSubmit={onSubmit}>
      <input
        name="name"
        defaultValue={name}
        aria-label={texts.replay.name}
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was pressed
        autoFocus
        required
        maxLength={200}
      />
      <Buttons onCancel={() => setEditing(false)} />
    </form>
  );
}

/** What was said in a turn, which can be changed, and given to another speaker. */
export function TurnText({ turn }: { turn: Turn }): ReactElement {
  const correct = useContext(CorrectContext);
  const people = usePeople();
  const [editing, setEditing] = useState(false);
  const speakers = useMemo(
    () => [...new Set([turn.speaker, ...people.participants.map(({ id }) => id)])],
    [people, turn.speaker],
  );
  if (!correct) {
    return (
      <span className="turn-text">
        <Spoken turn={turn} />
      </span>
    );
  }
  if (!editing) {
    return (
      <span className="turn-text">
        <Spoken turn={turn} />{" "}
        <IconButton icon="edit" label={texts.replay.correct} onClick={() => setEditing(true)} />
      </span>
    );
  }
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setEditing(false);
    void correct(changes(turn, String(fields.get("speaker") ?? ""), String(fields.get("text") ?? "")));
  };
  return (
    <form className="correction" onSubmit={onSubmit}>
      <select name="speaker" defaultValue={turn.speaker} aria-label={texts.replay.speaker}>
        {speakers.map((id) => (
          <option key={id} value={id}>
            {people.name(id)}
          </option>
        ))}
      </select>
      <textarea name="text" defaultValue={turn.text} aria-label={texts.replay.text} rows={3} required />
      <Buttons onCancel={() => setEditing(false)} />
    </form>
  );
}

function Buttons({ onCancel }: { onCancel: () => void }): ReactElement {
  return (
    <span className="buttons">
      <button type="submit" className="button primary">
        {texts.replay.save}
      </button>
      <button type="button" className="button" onClick={onCancel}>
        {texts.replay.cancel}
      </button>
    </span>
  );
}

/** Returns what differs from a turn as corrections of it; none where nothing does. */
export function changes(turn: Turn, speaker: string, text: string): Correction[] {
  const found: Correction[] = [];
  const said = text.trim();
  if (speaker && speaker !== turn.speaker) found.push({ kind: "reassign", target: turn.id, value: speaker });
  if (said && said !== turn.text) found.push({ kind: "text", target: turn.id, value: said });
  return found;
}
