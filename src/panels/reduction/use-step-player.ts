import { useApp, useAppStore } from '#panels/use-app.ts';
import { type Player, usePlayer } from '#panels/use-player.ts';

/** Which step is shown, and the means to change it. */
export interface StepPlayer extends Pick<Player, 'isPlaying' | 'toggle'> {
  readonly step: number;
  /** Shows `step`, and plays no further. */
  goTo(step: number): void;
}

/** Plays the steps from 0 to `last`, each long enough to see the move and to read what it was. */
export function useStepPlayer(last: number): StepPlayer {
  const store = useAppStore();
  const step = useApp((state) => state.reductionStep);
  const show = (position: number) => store.getState().showReductionStep(position);
  const { isPlaying, toggle, stop } = usePlayer({ at: step, first: 0, last, stepMs: 2200, calmStepMs: 3000, show });
  return {
    step,
    isPlaying,
    toggle,
    goTo(chosen) {
      stop();
      show(Math.min(Math.max(chosen, 0), last));
    },
  };
}
