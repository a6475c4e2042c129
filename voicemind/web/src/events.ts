import { Backoff } from "./backoff";
import { Signal } from "./signal";
import { type Interim, ROLES, type Role } from "./types";

const STALE_MS = 8000;
// How long a finished turn is shown in the place of its interim while the document brings it.
const SETTLE_MS = 3000;

interface Said extends Interim {
  at: number;
}

interface RoomEvent {
  type?: string;
  data?: Record<string, unknown>;
}

/** What only the event socket carries: interims, the meeting's lag, and words meant for us alone. */
export class RoomEvents {
  readonly interims = new Signal<readonly Interim[]>([]);
  readonly nudges = new Signal<readonly Nudge[]>([]);
  /** What an owner let us do while we were here, null for leaving; undefined as long as nobody decided anything. */
  readonly role = new Signal<Role | null | undefined>(undefined);
  /** By track, and where it has become a turn by that turn's id. */
  private readonly said = new Map<string, Said>();
  private readonly backoff = new Backoff();
  private socket: WebSocket | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly sweep: ReturnType<typeof setInterval>;
  private open = true;

  constructor(private readonly url: string) {
    this.sweep = setInterval(() => this.dropStale(), 2000);
    window.addEventListener("online", this.connect);
    this.connect();
  }

  dismissNudge(id: string): void {
    this.nudges.set(this.nudges.value.filter((nudge) => nudge.id !== id));
  }

  close(): void {
    this.open = false;
    clearInterval(this.sweep);
    clearTimeout(this.retry);
    window.removeEventListener("online", this.connect);
    this.socket?.close();
  }

  /** Connects now, unless that is done already. */
  readonly connect = (): void => {
    clearTimeout(this.retry);
    if (!this.open || (this.socket && this.socket.readyState <= WebSocket.OPEN)) return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => this.backoff.reset();
    socket.onmessage = (event) => this.received(String(event.data));
    socket.onclose = (event) => {
      if (event.code >= 4400 && event.code < 4500) this.open = false;
      if (this.open) this.retry = setTimeout(this.connect, this.backoff.next());
    };
  };

  private received(frame: string): void {
    let event: RoomEvent | null;
    try {
      event = JSON.parse(frame) as RoomEvent | null;
    } catch {
      return; // a frame that is no JSON tells us nothing; the document has all that lasts
    }
    const data = event?.data ?? {};
    if (event?.type === "interim") this.hear(data);
    else if (event?.type === "turn" && typeof data.track === "string") this.settle(data.track, data);
    else if (event?.type === "nudge") this.nudge(data.insight);
    else if (event?.type === "role") this.allowed(data.role);
  }

  private hear(data: Record<string, unknown>): void {
    const track = String(data.track ?? "");
    const text = String(data.text ?? "");
    if (text) this.said.set(track, { track, speaker: String(data.speaker ?? track), text, at: Date.now() });
    else this.said.delete(track);
    this.publish();
  }

  /** Puts the finished words where the grey ones stood: without a gap, since the document may bring the turn later. */
  private settle(track: string, { id, text }: Record<string, unknown>): void {
    const grey = this.said.get(track);
    this.said.delete(track);
    if (grey && typeof id === "string" && typeof text === "string")
      this.said.set(`turn:${id}`, { ...grey, text, turn: id, at: Date.now() - STALE_MS + SETTLE_MS });
    this.publish();
  }

  private nudge(insight: unknown): void {
    const { id, text } = (insight ?? {}) as { id?: unknown; text?: unknown };
    if (typeof id !== "string" || typeof text !== "string") return;
    this.nudges.set([...this.nudges.value.filter((known) => known.id !== id), { id, text }]);
  }

  private allowed(role: unknown): void {
    if (role === null || ROLES.includes(role as Role)) this.role.set(role as Role | null);
  }

  private dropStale(): void {
    const before = this.said.size;
    for (const [track, { at }] of this.said) if (Date.now() - at > STALE_MS) this.said.delete(track);
    if (this.said.size !== before) this.publish();
  }

  private publish(): void {
    const order = (interim: Interim) => Number(interim.turn === undefined);
    const shown = [...this.said.values()].sort((a, b) => order(a) - order(b));
    this.interims.set(shown.map(({ at: _, ...interim }) => interim));
  }
}

/** Something said to this person alone. */
export interface Nudge {
  id: string;
  text: string;
}
