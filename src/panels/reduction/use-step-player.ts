import { useEffect, useState } from 'react';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { prefersCalm } from './use-position.ts';

/** Long enough to see the move and to read what it was. */
const stepMs = 2200;
const calmStepMs = 3000;

/** Which step is shown, and the means to change it. */
export interface StepPlayer {
  readonly step: number;
  readonly isPlaying: boolean;
  /** Shows `step`, and plays no further. */
  goTo(step: number): void;
  /** Plays, or stops. */
  toggle(): void;
}

/** Steps from 0 to `last`, one after the other; started at the end, it begins again. */
export function useStepPlayer(last: number): StepPlayer {
  const store = useAppStore();
  const step = useApp((state) => state.reductionStep);
  const [isPlaying, setIsPlaying] = useState(false);

  useEffect(() => {
    if (!isPlaying) return;
    const timer = setTimeout(
      () => {
        store.getState().showReductionStep(Math.min(step + 1, last));
        if (step + 1 >= last) setIsPlaying(false);
      },
      prefersCalm() ? calmStepMs : stepMs,
    );
    return () => clearTimeout(timer);
  }, [isPlaying, step, last, store]);

  return {
    step,
    isPlaying,
    goTo(chosen: number) {
      setIsPlaying(false);
      store.getState().showReductionStep(Math.min(Math.max(chosen, 0), last));
    },
    toggle() {
      if (!isPlaying && step === last) store.getState().showReductionStep(0);
      setIsPlaying(!isPlaying);
    },
  };
}
