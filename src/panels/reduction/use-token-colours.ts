import { useMemo } from 'react';
import type { MapKind, ReductionFigures } from '#engine/protocol.ts';
import { type ColourTable, sequentialTable } from '#panels/heatmap/colour-maps.ts';
import { paintToken } from '#panels/heatmap/paint-map.ts';
import { usePainting } from '#panels/squares/use-painting.ts';
import { useApp } from '#panels/use-app.ts';
import { isOfBlock } from '#state/lens.ts';
import type { ValueRange } from '#state/map-values.ts';
import { currentMapSet } from '#state/selectors.ts';

export type Colour = readonly [number, number, number];

export interface TokenColours {
  /** What the colours are of: the map on show, or the norms where that has no values for these tokens. */
  readonly kind: MapKind;
  /** [patches] */
  readonly patches: readonly Colour[];
  /** null where the map on show says nothing of this class token. */
  readonly classToken: Colour | null;
  /** The scale that they are on. */
  readonly ranges: readonly ValueRange[];
  readonly table: ColourTable;
}

/** The colours in which the squares show the tokens of one tile. */
export function useTokenColours({ tile, norms, classNorm }: ReductionFigures): TokenColours {
  const painting = usePainting('dropped');
  const encoder = usePainting('selected');
  const request = useApp(currentMapSet)?.request;
  const colourMap = useApp((state) => state.colourMap);
  return useMemo(() => {
    const map = painting?.maps.find((candidate) => candidate.tile === tile);
    if (!painting || !map) {
      const ranges = [{ min: Math.min(...norms), max: Math.max(...norms) }];
      const table = sequentialTable(colourMap);
      const paint = (value: number) => paintToken([value], ranges, table);
      return { kind: 'norm', patches: [...norms].map(paint), classToken: paint(classNorm), ranges, table };
    }
    const { kind, ranges, table } = painting;
    const { components, values } = map;
    const valuesOf = (patch: number) => values.subarray(patch * components, (patch + 1) * components);
    // The encoder's square may show another layer than the one that goes on.
    const isOtherLayer = request?.layer !== undefined && !isOfBlock(kind);
    const ofClass = isOtherLayer ? null : encoder?.maps.find((candidate) => candidate.tile === tile)?.classToken;
    return {
      kind,
      patches: Array.from(norms, (_, patch) => paintToken(valuesOf(patch), ranges, table)),
      classToken: ofClass && encoder ? paintToken(ofClass, encoder.ranges, encoder.table) : null,
      ranges,
      table,
    };
  }, [painting, encoder, request, colourMap, tile, norms, classNorm]);
}
