import type { TransferProgress } from './protocol.ts';

/** The rate is that of the last seconds: a connection changes. */
const windowMs = 5000;

/** Counts what comes from the network and says how fast, and how long the rest takes at that. */
export class TransferMeter {
  readonly #now: () => number;
  /** Arrivals within the window, oldest first. */
  #arrivals: { readonly atMs: number; readonly byteLength: number }[] = [];
  #startMs: number | null = null;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Bytes have come from the network. */
  add(byteLength: number): void {
    const atMs = this.#now();
    this.#startMs ??= atMs;
    this.#arrivals.push({ atMs, byteLength });
    while ((this.#arrivals[0]?.atMs ?? atMs) < atMs - windowMs) this.#arrivals.shift();
  }

  /** @param totalByteLength of the weights, of which `doneByteLength` are here */
  report(doneByteLength: number, totalByteLength: number): TransferProgress {
    const elapsedMs = this.#startMs === null ? 0 : Math.min(windowMs, this.#now() - this.#startMs);
    const arrived = this.#arrivals.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const bytesPerSecond = elapsedMs > 0 && arrived > 0 ? (1000 * arrived) / elapsedMs : null;
    return {
      doneByteLength,
      totalByteLength,
      bytesPerSecond,
      secondsLeft: bytesPerSecond === null ? null : (totalByteLength - doneByteLength) / bytesPerSecond,
    };
  }
}
