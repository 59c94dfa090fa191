import type { MapSet, Selection, TokenStage } from '#engine/protocol.ts';
import { patchesOfShuffledToken, patchGridSize } from '#tensor/grid.ts';
import { gridSizeOf, selectionInSquare } from './lineage.ts';
import { neighbourhood } from './map-statistics.ts';

/**
 * The cells of `stage` at most `radius` rows and columns from `selection`, within its tile: around each of the four patches
 * of a shuffled token. None of the class token, which has no place.
 */
export function excludedCells(stage: TokenStage, selection: Selection, radius: number): ReadonlySet<number> {
  const here = selectionInSquare(selection, stage);
  if (here === null || here.kind === 'class') return new Set();
  const side = gridSizeOf(stage);
  const isFour = selection.kind === 'shuffled' && side === patchGridSize;
  const centres = isFour ? patchesOfShuffledToken(selection.index) : [here.index];
  return new Set(centres.flatMap((centre) => neighbourhood(centre, radius, side)));
}

/**
 * `set` with NaN, which is neither drawn nor ranked nor part of a scale, in the cells around its selection; `set` itself
 * where nothing is to be left out. The grid's values alone: the class token has no neighbours.
 */
export function withoutNeighbourhood(set: MapSet, radius: number | null): MapSet {
  const { kind, selection } = set;
  if (kind !== 'cosine' || selection === null || radius === null) return set;
  const maps = set.maps.map((map) => {
    if (map.tile !== selection.tile) return map;
    const excluded = excludedCells(map.stage, selection, radius);
    return { ...map, values: map.values.map((value, index) => (excluded.has(index) ? Number.NaN : value)) };
  });
  return { ...set, maps };
}
