import { useEffect, useState } from 'react';
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
  const [step, setStep] = useState(0);
  const [isPlaying, setIsPlaying] = useState(false);

  useEffect(() => {
    if (!isPlaying) return;
    const timer = setTimeout(
      () => {
        setStep(Math.min(step + 1, last));
        if (step + 1 >= last) setIsPlaying(false);
      },
      prefersCalm() ? calmStepMs : stepMs,
    );
    return () => clearTimeout(timer);
  }, [isPlaying, step, last]);

  return {
    step,
    isPlaying,
    goTo(chosen: number) {
      setIsPlaying(false);
      setStep(Math.min(Math.max(chosen, 0), last));
    },
    toggle() {
      if (!isPlaying && step === last) setStep(0);
      setIsPlaying(!isPlaying);
    },
  };
}
