/** The messages of `/audio/{room}`: a varUint, the number of the first sample, and the sound from there on. */

export function writeMessage(start: number, sound: Uint8Array): Uint8Array<ArrayBuffer> {
  const head: number[] = [];
  let rest = start;
  while (rest >= 128) {
    head.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  head.push(rest);
  const message = new Uint8Array(head.length + sound.length);
  message.set(head);
  message.set(sound, head.length);
  return message;
}

/** Returns the number of the first sample and the sound, or null for what is no message. */
export function readMessage(message: Uint8Array): { start: number; sound: Uint8Array } | null {
  let start = 0;
  for (let at = 0; at < Math.min(8, message.length); at++) {
    const byte = message[at] ?? 0;
    start += (byte & 0x7f) * 128 ** at;
    if (byte < 0x80) return { start, sound: message.subarray(at + 1) };
  }
  return null;
}
