import { useMemo } from 'react';
import type { MapKind, Selection, TokenMap, TokenStage } from '#engine/protocol.ts';
import { type ColourTable, divergingTable, sequentialTable } from '#panels/heatmap/colour-maps.ts';
import { useApp } from '#panels/use-app.ts';
import { withoutNeighbourhood } from '#state/exclusion.ts';
import { isCosine } from '#state/lens.ts';
import { isEmptyRange, mapOf, mapsOfStage, rangeOf, unionOf, type ValueRange, valuesAt } from '#state/map-values.ts';
import { colourRanges } from '#state/scale.ts';
import { activeSelection, areMapsCurrent, currentMapSet, shownGrid, tokenGrid } from '#state/selectors.ts';
import { holdsTile, type ShownTiles } from '#tensor/tile-grid.ts';

/** The maps of the tiles on show with the colours they are drawn in. */
export interface Painting {
  readonly kind: MapKind;
  /** Of tiles on show, with at least one number; attention is of the selection's tile alone. NaN: left out. */
  readonly maps: readonly TokenMap[];
  readonly grid: ShownTiles;
  readonly ranges: readonly ValueRange[];
  readonly table: ColourTable;
  readonly explainedVariance: readonly number[] | null;
}

/** What `stage` shows; null while there is no map, and where nothing of it is left. */
export function usePainting(stage: TokenStage): Painting | null {
  const set = useApp(currentMapSet);
  const grid = useApp(shownGrid);
  const scaleMode = useApp((state) => state.scaleMode);
  const cosineRange = useApp((state) => state.cosineRange);
  const colourMap = useApp((state) => state.colourMap);
  const exclusionRadius = useApp((state) => state.lens.exclusionRadius);
  return useMemo(() => {
    const left = set && withoutNeighbourhood(set, exclusionRadius, grid.tokens);
    const maps = mapsOfStage(left, stage).filter(({ tile }) => holdsTile(grid, tile));
    const [first] = maps;
    if (!left || !first || isEmptyRange(unionOf(maps.map((map) => rangeOf(map))))) return null;
    // Only a scale from −1 to 1 has a middle that means something.
    const isDiverging = isCosine(left.kind) && cosineRange === 'fixed';
    return {
      kind: left.kind,
      maps,
      grid,
      ranges: colourRanges(left, stage, { scaleMode, cosineRange }),
      table: isDiverging ? divergingTable() : sequentialTable(colourMap),
      explainedVariance: first.explainedVariance,
    };
  }, [set, stage, grid, scaleMode, cosineRange, colourMap, exclusionRadius]);
}

/** The values of `selection` at `stage`, in whatever tile it is; null while newer maps are computed. */
export function useValues(stage: TokenStage, selection: Selection | null): readonly number[] | null {
  const set = useApp(currentMapSet);
  const isCurrent = useApp(areMapsCurrent);
  const tokens = useApp(tokenGrid);
  return useMemo(() => {
    const map = selection && isCurrent ? mapOf(set, stage, selection.tile) : null;
    return map && selection && valuesAt(map, selection, tokens);
  }, [set, stage, selection, isCurrent, tokens]);
}

/** The token to read out: the one under the pointer or the keyboard, else the one whose lineage is shown. */
export function useReadSelection(): Selection | null {
  return useApp((state) => state.hovered ?? activeSelection(state));
}
