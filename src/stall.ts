/** A connection that brings no byte for this long counts as broken, where nobody says otherwise. */
export const defaultStallTimeoutMs = 30_000;

/** A stall is told by this many ticks without a byte. One would not do: it is due as soon as a busy thread is free. */
const stallTicks = 4;

/** A wait for the network that ends when nothing comes any more. */
export interface StallWatch {
  /** Aborted once there was no sign of life for the time of a stall; its reason says so. */
  readonly signal: AbortSignal;
  /** A sign of life. */
  touch(): void;
  /** There is nothing more to wait for. */
  release(): void;
}

/** Begins to wait; to be released in the end. */
export function watchForStall(timeoutMs = defaultStallTimeoutMs): StallWatch {
  const control = new AbortController();
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    if (ticks <= stallTicks) return;
    clearInterval(timer);
    control.abort(new Error(`no byte arrived for ${timeoutMs / 1000} s`));
  }, timeoutMs / stallTicks);
  return {
    signal: control.signal,
    touch() {
      ticks = 0;
    },
    release: () => clearInterval(timer),
  };
}
