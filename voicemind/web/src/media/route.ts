import { Signal } from "../signal";
import type { Link, VoiceState } from "./link";

/** How long one way may take to connect before the other one is tried. */
const PATIENCE_MS = 8000;

export type Way = "direct" | "socket";

/** Our voice in the room: by WebRTC, and where that does not come about by a WebSocket. */
export class Route {
  readonly state = new Signal<VoiceState>("connecting");
  readonly problem = new Signal<string | null>(null);
  readonly way = new Signal<Way>("direct");
  private link: Link | null = null;
  private muted = false;
  private stop: () => void = () => undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly open: Readonly<Record<Way, () => Link>>) {}

  start(): void {
    this.take("direct");
  }

  mute(muted: boolean): void {
    this.muted = muted;
    this.link?.mute(muted);
  }

  hurry(): void {
    this.link?.hurry();
  }

  close(): void {
    clearTimeout(this.timer);
    this.stop();
    this.link?.close();
    this.state.set("closed");
  }

  private take(way: Way): void {
    this.stop();
    this.link?.close();
    const link = this.open[way]();
    this.link = link;
    link.mute(this.muted);
    this.way.set(way);
    this.stop = link.state.subscribe(() => this.follow(link));
    this.wait();
    void link.start();
  }

  private follow(link: Link): void {
    const state = link.state.value;
    clearTimeout(this.timer);
    if (state === "refused") this.problem.set(link.problem.value);
    else if (state !== "connected") this.wait();
    this.state.set(state);
  }

  private wait(): void {
    clearTimeout(this.timer);
    const other = this.way.value === "direct" ? "socket" : "direct";
    this.timer = setTimeout(() => this.take(other), PATIENCE_MS);
  }
}
