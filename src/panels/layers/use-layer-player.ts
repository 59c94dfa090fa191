import { useApp, useAppStore } from '#panels/use-app.ts';
import { type Player, usePlayer } from '#panels/use-player.ts';
import { areMapsCurrent } from '#state/selectors.ts';

/** Plays the layers, each once the maps of the one before have come and been seen: long enough to read a map. */
export function useLayerPlayer(shown: number, first: number, last: number): Player {
  const store = useAppStore();
  return usePlayer({
    at: shown,
    first,
    last,
    stepMs: 700,
    calmStepMs: 1200,
    isArrived: useApp((state) => areMapsCurrent(state)),
    canPlay: useApp((state) => state.failure === null),
    show: (layer) => store.getState().changeLens({ layer }),
  });
}
