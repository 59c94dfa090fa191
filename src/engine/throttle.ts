/** Progress is told no more often than this. */
const progressIntervalMs = 100;

/** Lets a call through when the last one is long enough ago, and the one that says that all is done. */
export function throttle(tell: (done: number, total: number) => void): (done: number, total: number) => void {
  let toldMs = Number.NEGATIVE_INFINITY;
  return (done, total) => {
    const nowMs = performance.now();
    if (done < total && nowMs - toldMs < progressIntervalMs) return;
    toldMs = nowMs;
    tell(done, total);
  };
}
