import { type KeyboardEvent, type ReactElement, useState } from "react";
import { texts } from "../texts";
import { Icon } from "../ui/icons";
import { IconButton } from "../ui/parts";

interface SearchBarProps {
  words: string;
  /** How many turns were found, and which of them is shown, from 1; 0 for none yet. */
  found: number;
  at: number;
  onWords: (words: string) => void;
  /** Goes to the next (1) or the one before (-1). */
  onStep: (by: 1 | -1) => void;
}

/** Where one looks for what was said: Enter goes on, Shift+Enter back, Escape lets go. */
export function SearchBar({ words, found, at, onWords, onStep }: SearchBarProps): ReactElement {
  const [open, setOpen] = useState(false);
  const close = () => {
    onWords("");
    setOpen(false);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape") close();
    if (event.key !== "Enter") return;
    event.preventDefault();
    onStep(event.shiftKey ? -1 : 1);
  };
  if (!open) {
    return (
      <IconButton icon="search" className="find-open" label={texts.find.open} onClick={() => setOpen(true)} />
    );
  }
  return (
    <search className="find">
      <Icon name="search" />
      <input
        type="text"
        // biome-ignore lint/a11y/noAutofocus: who asked for the field wants to write in it
        autoFocus
        aria-label={texts.find.label}
        placeholder={texts.find.label}
        maxLength={200}
        value={words}
        onChange={(event) => onWords(event.target.value)}
        onKeyDown={pressed}
      />
      <small role="status">{words.trim() && (found ? texts.find.place(at, found) : texts.find.none)}</small>
      <IconButton icon="up" label={texts.find.before} disabled={!found} onClick={() => onStep(-1)} />
      <IconButton icon="down" label={texts.find.next} disabled={!found} onClick={() => onStep(1)} />
      <IconButton icon="close" label={texts.find.close} onClick={close} />
    </search>
  );
}
