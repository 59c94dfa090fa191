import type { MapSet, Selection, TokenMap, TokenStage } from '#engine/protocol.ts';
import { selectionInSquare } from './lineage.ts';

/** The smallest and largest value of a range; equal where every value is the same. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/** What a map says in numbers, for those who do not see it; cells are row-major indices. */
export interface MapSummary extends ValueRange {
  readonly mean: number;
  readonly minAt: number;
  readonly maxAt: number;
}

/** The map of `stage`, where the set has one. */
export function mapOf(set: MapSet | null, stage: TokenStage): TokenMap | null {
  return set?.maps.find((map) => map.stage === stage) ?? null;
}

/** The range of one component of the grid's values. The class token is left out: its norm is several times any patch's. */
export function rangeOf(map: TokenMap, component = 0): ValueRange {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let position = component; position < map.values.length; position += map.components) {
    const value = map.values[position] ?? Number.NaN;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

/** The range that takes in all of `ranges`. */
export function unionOf(ranges: readonly ValueRange[]): ValueRange {
  return {
    min: Math.min(...ranges.map(({ min }) => min)),
    max: Math.max(...ranges.map(({ max }) => max)),
  };
}

/** Minimum, maximum and mean of a map of one component, and where they are. */
export function summarise(map: TokenMap): MapSummary {
  const { min, max } = rangeOf(map);
  const sum = map.values.reduce((total, value) => total + value, 0);
  return {
    min,
    max,
    mean: sum / map.values.length,
    minAt: map.values.indexOf(min),
    maxAt: map.values.indexOf(max),
  };
}

/** The values [components] of `selection` in `map`, or null where its path does not reach the map's stage. */
export function valuesAt(map: TokenMap, selection: Selection): readonly number[] | null {
  const here = selectionInSquare(selection, map.stage);
  if (!here) return null;
  if (here.kind === 'class') return map.classToken && [...map.classToken];
  const start = here.index * map.components;
  return [...map.values.subarray(start, start + map.components)];
}
