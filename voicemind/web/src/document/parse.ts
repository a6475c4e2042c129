import type { AgendaItem, Insight, MeetingFacts, Participant, Talk, Turn, Verdict } from "../types";
import { type Fields, fields, number, text, texts } from "./json";

/** Reads the engine's and the people's roots; whatever is malformed is passed over, never shown and never a crash. */
export function parseTurn(id: string, record: Fields): Turn | null {
  if (typeof record.text !== "string") return null;
  return {
    id,
    start: number(record.start),
    end: number(record.end, number(record.start)),
    speaker: text(record.speaker),
    text: record.text,
    track: text(record.track),
    confidence: number(record.confidence, 1),
  };
}

export function parseInsight(id: string, record: Fields): Insight | null {
  if (typeof record.kind !== "string" || record.state === "withdrawn") return null;
  return {
    id,
    kind: record.kind,
    state: text(record.state, "open"),
    start: number(record.start),
    end: number(record.end, number(record.start)),
    speaker: text(record.speaker) || null,
    text: text(record.text),
    evidence: texts(record.evidence),
    confidence: number(record.confidence, 1),
    data: fields(record.data) ?? {},
  };
}

const STATUS = ["confirmed", "dismissed", "done", "edited"] as const;

export function parseVerdict(id: string, record: Fields): Verdict & { id: string } {
  const status = STATUS.find((known) => known === record.status);
  const verdict: Verdict & { id: string } = { id };
  if (status) verdict.status = status;
  for (const key of ["text", "owner", "due", "pinned", "by"] as const) {
    const value = record[key];
    if (typeof value === "string") verdict[key] = value;
  }
  return verdict;
}

export function parseAgenda(json: unknown): readonly AgendaItem[] {
  if (!Array.isArray(json)) return [];
  return json.flatMap((entry, i) => {
    const record = fields(entry);
    if (!record) return [];
    const minutes = typeof record.minutes === "number" ? record.minutes : null;
    const owner = text(record.owner) || null;
    return [{ id: text(record.id, `item-${i + 1}`), title: text(record.title), minutes, owner }];
  });
}

function parseNumbers(json: unknown): Record<string, number> {
  const found = Object.entries(fields(json) ?? {}).filter(([, value]) => typeof value === "number");
  return Object.fromEntries(found) as Record<string, number>;
}

export function parseTalk(json: unknown): Talk {
  const record = fields(json) ?? {};
  const entropy = typeof record.entropy === "number" ? record.entropy : null;
  return { shares: parseNumbers(record.shares), seconds: parseNumbers(record.seconds), entropy };
}

/** Everybody who is or was in the meeting, from the root `meeting`. */
export function parseParticipants(json: unknown): readonly Participant[] {
  return Object.entries(fields(fields(json)?.participants) ?? {}).flatMap(([id, entry]): Participant[] => {
    const person = fields(entry);
    if (!person) return [];
    const name = text(person.name, id);
    const { present, microphone, heard } = person;
    return [
      { id, name, present: present !== false, microphone: microphone === true, heard: heard !== false },
    ];
  });
}

const STATES = ["waiting", "live", "ended"] as const;

/** How the meeting stands, from the root `meeting`. */
export function parseMeeting(json: unknown): MeetingFacts {
  const record = fields(json) ?? {};
  return {
    state: STATES.find((state) => state === record.state) ?? "waiting",
    started: typeof record.started === "number" ? record.started : null,
    lag: number(record.lag),
    rung: number(record.rung),
    recorded: fields(record.recording)?.kept === true,
  };
}
