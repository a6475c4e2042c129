import type { Signal } from "../signal";

export type VoiceState = "connecting" | "connected" | "reconnecting" | "refused" | "closed";

/** Our voice in the room, whatever carries it; comes back by itself when it breaks. */
export interface Link {
  readonly state: Signal<VoiceState>;
  /** Why the server would not have us, in words. */
  readonly problem: Signal<string | null>;
  start(): Promise<void>;
  /** Sends nothing at all for as long as we are muted. */
  mute(muted: boolean): void;
  /** Does now what waits for later: something else has just reached the server. */
  hurry(): void;
  /** Leaves the room. */
  close(): void;
}
