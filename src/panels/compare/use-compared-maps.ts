import { useMemo } from 'react';
import type { Comparison, TokenMap } from '#engine/protocol.ts';
import { divergingTable, sequentialTable } from '#panels/heatmap/colour-maps.ts';
import { useApp } from '#panels/use-app.ts';
import { rangeOf, unionOf } from '#state/map-values.ts';
import type { ComparedMap } from './MapFigure.tsx';

export interface ComparedMaps {
  readonly own: ComparedMap;
  readonly other: ComparedMap;
  readonly similarity: ComparedMap | null;
  readonly difference: ComparedMap | null;
  readonly cosine: ComparedMap | null;
}

/** The maps of a comparison with their colours: those of the two runs on one scale, what is zero at its end. */
export function useComparedMaps(comparison: Comparison | null): ComparedMaps | null {
  const cosineRange = useApp((state) => state.cosineRange);
  const colourMap = useApp((state) => state.colourMap);
  return useMemo(() => {
    if (!comparison) return null;
    const { maps, similarity, difference } = comparison;
    const [own, other] = maps;
    const shared = { range: unionOf([rangeOf(own), rangeOf(other)]), table: sequentialTable(colourMap) };
    const ofCosines = (map: TokenMap): ComparedMap =>
      cosineRange === 'fixed'
        ? { map, range: { min: -1, max: 1 }, table: divergingTable() }
        : { map, range: rangeOf(map), table: sequentialTable(colourMap) };
    const fromZero = (map: TokenMap): ComparedMap => {
      const { max } = rangeOf(map);
      // Where nothing differs there is still a scale, and all of the map at its lower end.
      return { map, range: { min: 0, max: max > 0 ? max : 1 }, table: sequentialTable(colourMap) };
    };
    return {
      own: { map: own, ...shared },
      other: { map: other, ...shared },
      similarity: similarity && ofCosines(similarity),
      difference: difference && fromZero(difference.norms),
      cosine: difference && ofCosines(difference.cosines),
    };
  }, [comparison, cosineRange, colourMap]);
}
