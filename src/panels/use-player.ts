import { useEffect, useEffectEvent, useState } from 'react';
import { prefersCalm } from './prefers-calm.ts';

export interface PlayerOptions {
  /** The position on show, and the ones that playing goes from and to. */
  readonly at: number;
  readonly first: number;
  readonly last: number;
  /** How long each is on show, in ms, and how long for those who want less motion. */
  readonly stepMs: number;
  readonly calmStepMs: number;
  /** Whether what belongs to the position has come: its time runs from then. */
  readonly isArrived?: boolean;
  /** Whether it can go on at all. */
  readonly canPlay?: boolean;
  readonly show: (position: number) => void;
}

export interface Player {
  readonly isPlaying: boolean;
  stop(): void;
  /** Plays, from the beginning where the end is on show, or stops. */
  toggle(): void;
}

/** Goes from position to position in time, and stops at the last. */
export function usePlayer(options: PlayerOptions): Player {
  const { at, first, last, stepMs, calmStepMs, isArrived = true, canPlay = true, show } = options;
  const [isWished, setIsWished] = useState(false);
  const isPlaying = isWished && canPlay;

  const goTo = useEffectEvent((position: number) => {
    if (position <= last) show(position);
    if (position >= last) setIsWished(false);
  });

  useEffect(() => {
    if (!isPlaying || !isArrived) return;
    const timer = setTimeout(() => goTo(at + 1), prefersCalm() ? calmStepMs : stepMs);
    return () => clearTimeout(timer);
  }, [isPlaying, isArrived, at, stepMs, calmStepMs]);

  return {
    isPlaying,
    stop: () => setIsWished(false),
    toggle() {
      if (!isPlaying && at === last) show(first);
      setIsWished(!isPlaying);
    },
  };
}
