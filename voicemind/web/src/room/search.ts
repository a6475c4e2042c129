import type { Turn } from "../types";

/** Writes text for comparing: without case and without accents, letter by letter, so that places stay what they were. */
function folded(text: string): string {
  return [...text].map((letter) => fold(letter)).join("");
}

function fold(letter: string): string {
  const bare = letter.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return bare.length === letter.length ? bare : letter;
}

/** Returns the turns in which the words are said, or whose speaker is called so, in order. */
export function findTurns(
  turns: readonly Turn[],
  words: string,
  name: (speaker: string) => string,
): readonly Turn[] {
  const wanted = folded(words.trim());
  if (!wanted) return [];
  return turns.filter(
    (turn) => folded(turn.text).includes(wanted) || folded(name(turn.speaker)).includes(wanted),
  );
}

/** Cuts a text where the words stand in it: every second part is a place, the first is not. */
export function cutAt(text: string, words: string): readonly string[] {
  const [whole, wanted] = [folded(text), folded(words.trim())];
  if (!wanted) return [text];
  const parts: string[] = [];
  let from = 0;
  for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), text.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
  return [...parts, text.slice(from)];
}
