/** Waits that double up to a limit, each drawn at random so that clients do not come back all at once. */
export class Backoff {
  private attempt = 0;

  constructor(
    private readonly first = 500,
    private readonly limit = 20_000,
    private readonly random: () => number = Math.random,
  ) {}

  /** Returns the milliseconds to wait before the next attempt. */
  next(): number {
    const ceiling = Math.min(this.limit, this.first * 2 ** this.attempt);
    this.attempt += 1;
    return ceiling / 2 + (this.random() * ceiling) / 2;
  }

  reset(): void {
    this.attempt = 0;
  }
}
