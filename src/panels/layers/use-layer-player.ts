import { useEffect, useState } from 'react';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { areMapsCurrent } from '#state/selectors.ts';

/** Long enough to read a map. */
const stepMs = 700;
const calmStepMs = 1200;

/** Steps from layer to layer up to `last`, each once the maps of the one before have come and been seen. */
export function useLayerPlayer(shown: number, first: number, last: number) {
  const store = useAppStore();
  const isArrived = useApp((state) => areMapsCurrent(state));
  const hasFailed = useApp((state) => state.failure !== null);
  const [isWished, setIsPlaying] = useState(false);
  const isPlaying = isWished && !hasFailed;

  useEffect(() => {
    if (!isPlaying || !isArrived) return;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const timer = setTimeout(
      () => {
        if (shown < last) store.getState().changeLens({ layer: shown + 1 });
        if (shown + 1 >= last) setIsPlaying(false);
      },
      isCalm ? calmStepMs : stepMs,
    );
    return () => clearTimeout(timer);
  }, [isPlaying, isArrived, shown, last, store]);

  return {
    isPlaying,
    stop: () => setIsPlaying(false),
    toggle: () => {
      if (!isPlaying && shown === last) store.getState().changeLens({ layer: first });
      setIsPlaying(!isPlaying);
    },
  };
}
