import type { RoomInfo } from "./types";

/** Who we are in this browser: tokens of this tab, the name for next time. */

const NAME = "voicemind.name";
const QUIET = "voicemind.quiet";
const PARTICIPANT = "voicemind.participant";

function tokenKey(place: string): string {
  return `voicemind.token:${place}`;
}

function seatKey(room: string): string {
  return `voicemind.seat:${room}`;
}

/** Takes `?token=` out of the address, so that it is not shared by copying it, and keeps it for this tab. */
export function takeToken(place: string): void {
  const address = new URL(location.href);
  const token = address.searchParams.get("token");
  if (!token) return;
  // Another invitation than the one we came by may allow us more: we join by it anew.
  if (token !== sessionStorage.getItem(tokenKey(place))) leaveSeat(place);
  sessionStorage.setItem(tokenKey(place), token);
  address.searchParams.delete("token");
  history.replaceState(history.state, "", address);
}

/** Keeps the token of our own that the server gave us in place of a room's invitation. */
export function takeSeat(room: string, token: string): void {
  sessionStorage.setItem(seatKey(room), token);
}

/** Forgets that token; tells whether there was one. */
export function leaveSeat(room: string): boolean {
  const had = sessionStorage.getItem(seatKey(room)) !== null;
  sessionStorage.removeItem(seatKey(room));
  return had;
}

/** Returns our own token for a room, or its invitation, or else the one that we signed in with. */
export function tokenFor(place: string): string | null {
  const keys = [seatKey(place), tokenKey(place), tokenKey("")];
  return keys.map((key) => sessionStorage.getItem(key)).find((token) => token !== null) ?? null;
}

/** Returns the id that we go by where nobody needs a token; elsewhere the server knows us by our seat. */
export function participantId(): string {
  const known = sessionStorage.getItem(PARTICIPANT);
  if (known) return known;
  const fresh = crypto.randomUUID();
  sessionStorage.setItem(PARTICIPANT, fresh);
  return fresh;
}

export function rememberedName(): string {
  return localStorage.getItem(NAME) ?? "";
}

export function rememberName(name: string): void {
  localStorage.setItem(NAME, name);
}

/** Tells whether this browser wants rooms without insights. */
export function wantsQuiet(): boolean {
  return localStorage.getItem(QUIET) !== null;
}

export function keepQuiet(quiet: boolean): void {
  if (quiet) localStorage.setItem(QUIET, "1");
  else localStorage.removeItem(QUIET);
}

function roomKey(room: string): string {
  return `voicemind.room:${room}`;
}

/** Keeps what the server said of a room, so that it can be opened again without network; never its invitations. */
export function keepRoom({ links: _links, ...info }: RoomInfo): void {
  try {
    localStorage.setItem(roomKey(info.room), JSON.stringify(info));
  } catch {
    // Without storage the room can only be opened with a network.
  }
}

/** Returns what is kept of a room, null where it was never open here. */
export function keptRoom(room: string): RoomInfo | null {
  try {
    const found = JSON.parse(localStorage.getItem(roomKey(room)) ?? "null") as RoomInfo | null;
    return typeof found?.history_id === "string" ? { ...found, participants: [] } : null;
  } catch {
    return null;
  }
}

/** Returns a path with the token as `?token=`, for what can send no header (WebSocket, EventSource). */
export function withToken(path: string, place: string, more: Record<string, string> = {}): string {
  const query = new URLSearchParams(more);
  const token = tokenFor(place);
  if (token) query.set("token", token);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** Returns the address of a WebSocket on our own origin. */
export function socketUrl(pathAndQuery: string): string {
  return `${location.origin.replace(/^http/, "ws")}${pathAndQuery}`;
}
