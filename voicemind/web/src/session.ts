/** Who we are in this browser: tokens of this tab, the name for next time. */

const NAME = "voicemind.name";
const PARTICIPANT = "voicemind.participant";

function tokenKey(place: string): string {
  return `voicemind.token:${place}`;
}

/** Takes `?token=` out of the address, so that it is not shared by copying it, and keeps it for this tab. */
export function takeToken(place: string): void {
  const address = new URL(location.href);
  const token = address.searchParams.get("token");
  if (!token) return;
  sessionStorage.setItem(tokenKey(place), token);
  address.searchParams.delete("token");
  history.replaceState(history.state, "", address);
}

/** Returns the token for a room, or else the one that we signed in with. */
export function tokenFor(place: string): string | null {
  return sessionStorage.getItem(tokenKey(place)) ?? sessionStorage.getItem(tokenKey(""));
}

/** Returns our own id among the participants; it outlives a reload of this tab. */
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
