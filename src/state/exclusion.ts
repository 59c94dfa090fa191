import type { MapSet, Selection, TokenStage } from '#engine/protocol.ts';
import { patchesOfShuffledToken, type TokenGrid } from '#tensor/grid.ts';
import { gridKindOf, gridSizeOf, selectionInSquare } from './lineage.ts';
import { neighbourhood } from './map-statistics.ts';

/**
 * The cells of `stage` at most `radius` rows and columns from `selection`, within its tile: around each of the patches of a
 * shuffled token. None of the class token, which has no place.
 */
export function excludedCells(
  stage: TokenStage,
  selection: Selection,
  radius: number,
  grid: TokenGrid,
): ReadonlySet<number> {
  const here = selectionInSquare(selection, stage, grid);
  if (here === null || here.kind === 'class') return new Set();
  const side = gridSizeOf(stage, grid);
  const isUnfolded = selection.kind === 'shuffled' && gridKindOf(stage) === 'patch';
  const centres = isUnfolded ? patchesOfShuffledToken(selection.index, grid) : [here.index];
  return new Set(centres.flatMap((centre) => neighbourhood(centre, radius, side)));
}

/**
 * `set` with NaN, which is neither drawn nor ranked nor part of a scale, in the cells around its selection; `set` itself
 * where nothing is to be left out. The grid's values alone: the class token has no neighbours.
 */
export function withoutNeighbourhood(set: MapSet, radius: number | null, grid: TokenGrid): MapSet {
  const { kind, selection } = set;
  if (kind !== 'cosine' || selection === null || radius === null) return set;
  const maps = set.maps.map((map) => {
    if (map.tile !== selection.tile) return map;
    const excluded = excludedCells(map.stage, selection, radius, grid);
    return { ...map, values: map.values.map((value, index) => (excluded.has(index) ? Number.NaN : value)) };
  });
  return { ...set, maps };
}
