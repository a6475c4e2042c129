/** The vocabulary of the page; field names are those of the document and of `minutes.json`. */

export const ROLES = ["read", "comment", "write", "owner"] as const;

export type Role = (typeof ROLES)[number];

/** One recognised word; times in seconds from the start of the meeting. */
export interface Word {
  text: string;
  start: number;
  end: number;
}

/** A finished turn; times in seconds from the start of the meeting. */
export interface Turn {
  id: string;
  start: number;
  end: number;
  speaker: string;
  text: string;
  track: string;
  confidence: number;
  /** Where minutes give them; a room's turns come without. */
  words?: readonly Word[];
}

/** What somebody is saying right now, not final. */
export interface Interim {
  track: string;
  speaker: string;
  text: string;
  /** The id of the turn that it has become, until the document brings that turn. */
  turn?: string;
}

export interface Insight {
  id: string;
  kind: string;
  state: string;
  start: number;
  end: number;
  speaker: string | null;
  text: string;
  evidence: readonly string[];
  confidence: number;
  data: Readonly<Record<string, unknown>>;
}

/** What people say of an insight; `pinned` is the id of the note on the board. */
export interface Verdict {
  status?: "confirmed" | "dismissed" | "done" | "edited";
  text?: string;
  owner?: string;
  due?: string;
  pinned?: string;
  by?: string;
}

export interface AgendaItem {
  id: string;
  title: string;
  minutes: number | null;
  owner: string | null;
}

export interface Participant {
  id: string;
  name: string;
  present: boolean;
  microphone: boolean;
  /** Whether the engine may hear them. */
  heard: boolean;
}

/** What the engine says of the meeting; `started` in unix seconds, `lag` in seconds, `rung` 0 while all is done well. */
export interface MeetingFacts {
  state: "waiting" | "live" | "ended";
  started: number | null;
  lag: number;
  rung: number;
  /** Recordings are kept, beyond what the transcript needs. */
  recorded: boolean;
}

export interface Talk {
  shares: Readonly<Record<string, number>>;
  seconds: Readonly<Record<string, number>>;
  entropy: number | null;
}

/** Somebody whose page is open, as awareness tells it. */
export interface Presence {
  client: number;
  me: boolean;
  name: string;
  /** Their page is out of their sight. */
  away: boolean;
  pointer: { x: number; y: number; tool: "pointer" | "laser" } | null;
  button: "up" | "down";
  selected: Readonly<Record<string, true>>;
}

/** Addresses by which people come in, by what they allow. */
export type Links = Partial<Record<Role, string>>;

/** `GET /api/rooms/{room}`. */
export interface RoomInfo {
  room: string;
  title: string;
  history_id: string;
  role: Role;
  participants?: readonly { id: string; name: string; present?: boolean }[];
  recording?: { kept?: boolean; days?: number | null };
  links?: Links;
  ice_servers?: RTCIceServer[];
}
