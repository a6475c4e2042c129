import worklet from "./capture.worklet.js?url";

const RATE = 48_000;
const BITRATE = 32_000;

/** How the sound comes, as the server's hello wants it. */
export interface SoundForm {
  codec: "opus" | "pcm16";
  rate: number;
}

const OPUS: AudioEncoderConfig = { codec: "opus", sampleRate: RATE, numberOfChannels: 1, bitrate: BITRATE };

/** Takes in whether this browser encodes Opus by itself; else the sound goes as PCM at 16 kHz. */
async function chosenForm(): Promise<SoundForm> {
  const opus = "AudioEncoder" in window && (await AudioEncoder.isConfigSupported(OPUS)).supported;
  return opus ? { codec: "opus", rate: RATE } : { codec: "pcm16", rate: 16_000 };
}

export type OnSound = (start: number, sound: Uint8Array) => void;

/** A microphone as encoded pieces of 20 ms, each with the number of its first sample, for all who listen. */
export class SoundSource {
  private encoder: AudioEncoder | null = null;
  private next = 0;
  private readonly listeners = new Set<OnSound>();

  private constructor(
    readonly form: SoundForm,
    private readonly context: AudioContext,
    private readonly track: MediaStreamTrack,
  ) {}

  /** Begins to encode a track; what is said while it is disabled is left out. */
  static async open(track: MediaStreamTrack): Promise<SoundSource> {
    const form = await chosenForm();
    const context = new AudioContext({ sampleRate: form.rate });
    const source = new SoundSource(form, context, track);
    await context.audioWorklet.addModule(worklet);
    const node = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0, channelCount: 1 });
    if (form.codec === "opus") source.encoder = source.opusEncoder();
    node.port.onmessage = ({ data }: MessageEvent<Float32Array<ArrayBuffer>>) => source.take(data);
    context.createMediaStreamSource(new MediaStream([track])).connect(node);
    await context.resume();
    return source;
  }

  listen(listener: OnSound): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): void {
    if (this.encoder && this.encoder.state !== "closed") this.encoder.close();
    void this.context.close();
  }

  private opusEncoder(): AudioEncoder {
    const encoder = new AudioEncoder({
      output: (chunk) => {
        const sound = new Uint8Array(chunk.byteLength);
        chunk.copyTo(sound);
        this.tell(Math.round((chunk.timestamp * RATE) / 1e6), sound);
      },
      error: () => this.close(),
    });
    encoder.configure(OPUS);
    return encoder;
  }

  private tell(start: number, sound: Uint8Array): void {
    if (this.track.enabled) for (const listener of this.listeners) listener(start, sound);
  }

  private take(samples: Float32Array<ArrayBuffer>): void {
    const start = this.next;
    this.next += samples.length;
    if (!this.encoder) {
      this.tell(start, pcm16(samples));
    } else if (this.encoder.state === "configured") {
      const sound = new AudioData({
        format: "f32-planar",
        sampleRate: this.form.rate,
        numberOfFrames: samples.length,
        numberOfChannels: 1,
        timestamp: Math.round((start * 1e6) / this.form.rate),
        data: samples,
      });
      this.encoder.encode(sound);
      sound.close();
    }
  }
}

/** Returns samples in [-1, 1] as 16 bit PCM, the lower byte first. */
export function pcm16(samples: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(samples.length * 2));
  samples.forEach((value, i) => {
    view.setInt16(2 * i, Math.round(Math.max(-1, Math.min(1, value)) * 32767), true);
  });
  return new Uint8Array(view.buffer);
}
