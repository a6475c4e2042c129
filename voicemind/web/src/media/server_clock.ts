// An answer that took longer says too little of when it was given.
const NEAR_MS = 300;
const TRIES = 8;
const PATIENCE_MS = 1500;

/**
 * Returns by how many milliseconds the server's clock is ahead of ours, from the quickest of a few answers (as NTP
 * does, RFC 5905: the answer was given half-way); null when there is none. `ask` returns the server's time in seconds.
 */
export async function serverAhead(ask: (signal: AbortSignal) => Promise<number>): Promise<number | null> {
  let best: { took: number; ahead: number } | null = null;
  for (let tried = 0; tried < TRIES && !(best && best.took <= NEAR_MS); tried++) {
    const sent = Date.now();
    const now = await ask(AbortSignal.timeout(PATIENCE_MS)).catch(() => null);
    const took = Date.now() - sent;
    if (now !== null && took < (best?.took ?? Number.POSITIVE_INFINITY))
      best = { took, ahead: now * 1000 - (sent + took / 2) };
  }
  return best?.ahead ?? null;
}
