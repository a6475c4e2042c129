const RATE = 48_000;
// What is played lies so far ahead: less, and every late message is heard as a gap.
const AHEAD_S = 0.12;
const MOST_AHEAD_S = 0.6;

/** Plays the Opus that comes over a socket, as a stream like that of a peer connection. */
export class SoundSink {
  readonly stream: MediaStream;
  private readonly context = new AudioContext({ sampleRate: RATE });
  private readonly out = this.context.createMediaStreamDestination();
  private readonly decoder: AudioDecoder;
  /** Context time at which sample 0 would play; null before the first. */
  private origin: number | null = null;

  /** Whether this browser can decode Opus by itself. */
  static readonly supported = "AudioDecoder" in globalThis;

  constructor() {
    this.stream = this.out.stream;
    this.decoder = new AudioDecoder({
      output: (sound) => this.play(sound),
      error: () => undefined, // what cannot be decoded is not heard; the next packet can be
    });
    this.decoder.configure({ codec: "opus", sampleRate: RATE, numberOfChannels: 1 });
    void this.context.resume();
  }

  /** Takes an Opus packet that begins at a sample of the sender's. */
  push(start: number, data: Uint8Array): void {
    if (this.decoder.state !== "configured") return;
    const timestamp = Math.round((start * 1e6) / RATE);
    this.decoder.decode(new EncodedAudioChunk({ type: "key", timestamp, data: data.slice() }));
  }

  close(): void {
    if (this.decoder.state !== "closed") this.decoder.close();
    void this.context.close();
  }

  private play(sound: AudioData): void {
    const buffer = this.context.createBuffer(1, sound.numberOfFrames, sound.sampleRate);
    sound.copyTo(buffer.getChannelData(0), { planeIndex: 0, format: "f32-planar" });
    const at = this.place(sound.timestamp / 1e6);
    sound.close();
    const player = this.context.createBufferSource();
    player.buffer = buffer;
    player.connect(this.out);
    player.start(at);
  }

  /** Context time for what the sender counts as `seconds`; begins anew where that is late, or far off. */
  private place(seconds: number): number {
    const now = this.context.currentTime;
    const at = (this.origin ?? Number.NEGATIVE_INFINITY) + seconds;
    if (at >= now && at <= now + MOST_AHEAD_S) return at;
    this.origin = now + AHEAD_S - seconds;
    return now + AHEAD_S;
  }
}
