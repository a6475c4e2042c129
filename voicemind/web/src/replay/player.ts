import { Signal } from "../signal";

/** The sound of a recording and where it is; times in seconds. */
export class Player {
  /** Changes a few times a second while it plays. */
  readonly time = new Signal(0);
  readonly playing = new Signal(false);
  /** The browser cannot play this file, or it is gone. */
  readonly failed = new Signal(false);
  private element: HTMLAudioElement | null = null;
  private frame = 0;

  /** Takes the element that plays; null lets go of it. */
  readonly attach = (element: HTMLAudioElement | null): void => {
    cancelAnimationFrame(this.frame);
    this.element = element;
    if (!element) return;
    element.onplay = () => {
      this.playing.set(true);
      this.follow();
    };
    element.onpause = () => this.playing.set(false);
    element.onseeked = () => this.time.set(element.currentTime);
    element.onerror = () => this.failed.set(true);
  };

  /** Goes to a time; starts to play when it did not. */
  seek(seconds: number, play = true): void {
    if (!this.element) return;
    this.element.currentTime = Math.max(0, seconds);
    this.time.set(this.element.currentTime);
    if (play) void this.element.play().catch(() => undefined);
  }

  toggle(): void {
    if (this.element?.paused) void this.element.play().catch(() => undefined);
    else this.element?.pause();
  }

  // By frames, so that a word lights up as it is said; `timeupdate` comes only four times a second.
  private readonly follow = (): void => {
    if (!this.element || this.element.paused) return;
    this.time.set(this.element.currentTime);
    this.frame = requestAnimationFrame(this.follow);
  };
}

/** Returns the index of the last entry that has begun at `time`, -1 before the first; `entries` ordered by start. */
export function current(entries: readonly { start: number }[], time: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.start ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
