import * as Y from "yjs";

// Yjs types its observers by the concrete event, so that no narrower type fits every root.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Shared = Y.AbstractType<any>;
export type SharedEvent = Y.YEvent<Shared>;
export type Fields = Readonly<Record<string, unknown>>;

/** Returns the plain value behind a shared type, or the value itself. */
export function plain(value: unknown): unknown {
  return value instanceof Y.AbstractType ? value.toJSON() : value;
}

/** Returns a record's fields, or null where the value is no record. */
export function fields(value: unknown): Fields | null {
  const found = plain(value);
  return found !== null && typeof found === "object" && !Array.isArray(found) ? (found as Fields) : null;
}

export function text(value: unknown, otherwise = ""): string {
  return typeof value === "string" ? value : otherwise;
}

export function number(value: unknown, otherwise = 0): number {
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Compares two JSON values by content; a missing field and `undefined` are the same. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, i) => same(item, b[i]));
  }
  const [left, right] = [a as Fields, b as Fields];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
    same(left[key], right[key]),
  );
}
