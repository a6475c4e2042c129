/* Hands on what a microphone gives, in frames of 20 ms: as many samples as its context has in that time. */
class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.frame = new Float32Array(Math.round(sampleRate / 50));
    this.size = 0;
  }

  process([input]) {
    const samples = input[0];
    for (let at = 0; samples && at < samples.length; ) {
      const count = Math.min(samples.length - at, this.frame.length - this.size);
      this.frame.set(samples.subarray(at, at + count), this.size);
      this.size += count;
      at += count;
      if (this.size === this.frame.length) {
        this.port.postMessage(this.frame);
        this.frame = new Float32Array(this.frame.length);
        this.size = 0;
      }
    }
    return true;
  }
}

registerProcessor("capture", Capture);
