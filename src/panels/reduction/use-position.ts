import { useEffect, useRef, useState } from 'react';
import { prefersCalm } from '#panels/prefers-calm.ts';

const moveMs = 700;

/** Moves to `step` at an even pace for the eye; for those who want less motion it is there at once. */
export function usePosition(step: number): number {
  const [position, setPosition] = useState(step);
  const reached = useRef(step);
  useEffect(() => {
    const from = reached.current;
    if (from === step) return;
    const startMs = performance.now();
    let frame = 0;
    function move(nowMs: number) {
      const share = prefersCalm() ? 1 : Math.min(Math.max((nowMs - startMs) / moveMs, 0), 1);
      reached.current = from + (step - from) * share * share * (3 - 2 * share);
      setPosition(reached.current);
      if (share < 1) frame = requestAnimationFrame(move);
    }
    frame = requestAnimationFrame(move);
    return () => cancelAnimationFrame(frame);
  }, [step]);
  return prefersCalm() ? step : position;
}
