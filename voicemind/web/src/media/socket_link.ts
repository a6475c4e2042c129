import { Backoff } from "../backoff";
import { Signal } from "../signal";
import { texts } from "../texts";
import type { Link, VoiceState } from "./link";
import { readMessage, writeMessage } from "./messages";
import { SoundSink } from "./sound_sink";
import type { SoundSource } from "./sound_source";

// Bytes that wait for the network, some four seconds of Opus; what is said while there are more comes too late.
const MOST_WAITING = 16_000;
// The server closes with 44xx to say that it would refuse us again.
const STOPS = (code: number) => code >= 4400 && code < 4500;

interface Options {
  onRemote: (stream: MediaStream) => void;
}

/** Our voice in the room over a WebSocket, for where no UDP gets through. */
export class SocketLink implements Link {
  readonly state = new Signal<VoiceState>("connecting");
  readonly problem = new Signal<string | null>(null);
  private socket: WebSocket | null = null;
  private deafen: () => void = () => undefined;
  private sink: SoundSink | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly backoff = new Backoff();

  /** `address`: where a socket that is opened now goes. Without a `source` we only listen. */
  constructor(
    private readonly address: () => string,
    private readonly source: Promise<SoundSource> | null,
    private readonly options: Options,
  ) {}

  async start(): Promise<void> {
    clearTimeout(this.timer);
    if (this.state.value === "closed" || this.socket) return;
    if (SoundSink.supported && !this.sink) {
      this.sink = new SoundSink();
      this.options.onRemote(this.sink.stream);
    }
    const socket = new WebSocket(this.address());
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => void this.greet(socket);
    socket.onmessage = ({ data }) => this.hear(socket, data);
    socket.onclose = ({ code, reason }) => this.ended(socket, code, reason);
  }

  /** What is said into a disabled track is not encoded in the first place. */
  mute(): void {}

  hurry(): void {
    if (this.state.value !== "reconnecting" || this.socket) return;
    this.backoff.reset();
    void this.start();
  }

  close(): void {
    this.state.set("closed");
    this.release();
  }

  private async greet(socket: WebSocket): Promise<void> {
    if (!this.source) return;
    try {
      const source = await this.source;
      this.deafen();
      this.deafen = source.listen((start, sound) => this.say(start, sound));
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(source.form));
    } catch {
      if (socket === this.socket) this.refused(texts.microphone.unsupported);
    }
  }

  private say(start: number, sound: Uint8Array): void {
    const { socket } = this;
    if (this.state.value !== "connected" || socket?.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount < MOST_WAITING) socket.send(writeMessage(start, sound));
  }

  private hear(socket: WebSocket, data: unknown): void {
    if (socket !== this.socket) return;
    if (typeof data === "string") {
      this.backoff.reset();
      this.state.set("connected");
      return;
    }
    const message = data instanceof ArrayBuffer ? readMessage(new Uint8Array(data)) : null;
    if (message) this.sink?.push(message.start, message.sound);
  }

  private ended(socket: WebSocket, code: number, reason: string): void {
    if (socket !== this.socket) return;
    this.socket = null;
    if (STOPS(code)) {
      this.refused(reason);
      return;
    }
    this.state.set("reconnecting");
    this.timer = setTimeout(() => void this.start(), this.backoff.next());
  }

  private refused(reason: string): void {
    this.problem.set(reason);
    this.state.set("refused");
    this.release();
  }

  private release(): void {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null;
    socket?.close();
    this.deafen();
    this.sink?.close();
    this.sink = null;
  }
}
