import { useMemo } from 'react';
import type { Selection, TokenMap, TokenStage } from '#engine/protocol.ts';
import { type ColourTable, divergingTable, sequentialTable } from '#panels/heatmap/colour-maps.ts';
import { useApp } from '#panels/use-app.ts';
import { mapOf, type ValueRange, valuesAt } from '#state/map-values.ts';
import { colourRanges } from '#state/scale.ts';
import { activeSelection, areMapsCurrent, currentMapSet } from '#state/selectors.ts';

/** A map with the colours it is drawn in. */
export interface Painting {
  readonly map: TokenMap;
  readonly ranges: readonly ValueRange[];
  readonly table: ColourTable;
}

/** The map of `stage` on show, or null while there is none. */
export function usePainting(stage: TokenStage): Painting | null {
  const set = useApp(currentMapSet);
  const scaleMode = useApp((state) => state.scaleMode);
  const cosineRange = useApp((state) => state.cosineRange);
  const colourMap = useApp((state) => state.colourMap);
  return useMemo(() => {
    const map = mapOf(set, stage);
    if (!set || !map) return null;
    // Only a scale from −1 to 1 has a middle that means something.
    const isDiverging = map.kind === 'cosine' && cosineRange === 'fixed';
    return {
      map,
      ranges: colourRanges(map, set, { scaleMode, cosineRange }),
      table: isDiverging ? divergingTable() : sequentialTable(colourMap),
    };
  }, [set, stage, scaleMode, cosineRange, colourMap]);
}

/** The values of `selection` in a map that answers it; null while a newer one is computed. */
export function useValues(map: TokenMap | null, selection: Selection | null): readonly number[] | null {
  const isCurrent = useApp(areMapsCurrent);
  return useMemo(() => (map && selection && isCurrent ? valuesAt(map, selection) : null), [map, selection, isCurrent]);
}

/** The token to read out: the one under the pointer or the keyboard, else the one whose lineage is shown. */
export function useReadSelection(): Selection | null {
  return useApp((state) => state.hovered ?? activeSelection(state));
}
