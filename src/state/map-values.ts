import type { MapSet, Selection, TokenMap, TokenStage } from '#engine/protocol.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import type { TiledIndex } from '#tensor/tile-grid.ts';
import { selectionInSquare } from './lineage.ts';

/** The smallest and largest value of a range; equal where every value is the same. Of no value at all: `isEmptyRange`. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/** What the maps of a stage say in numbers, for those who do not see them. */
export interface MapSummary extends ValueRange {
  readonly mean: number;
  readonly minAt: TiledIndex;
  readonly maxAt: TiledIndex;
}

/** The map of one tile at `stage`, where the set has one. */
export function mapOf(set: MapSet | null, stage: TokenStage, tile: number): TokenMap | null {
  return set?.maps.find((map) => map.stage === stage && map.tile === tile) ?? null;
}

/** The maps of `stage`, tile by tile. */
export function mapsOfStage(set: MapSet | null, stage: TokenStage): readonly TokenMap[] {
  return set?.maps.filter((map) => map.stage === stage) ?? [];
}

/** Whether no value lies in the range; it then adds nothing to a union. */
export function isEmptyRange({ min, max }: ValueRange): boolean {
  return !(min <= max);
}

/**
 * The range of one component of the grid's values, NaN left out; empty where all of it is. The class token is left out: its norm
 * is several times any patch's.
 */
export function rangeOf(map: Pick<TokenMap, 'components' | 'values'>, component = 0): ValueRange {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let position = component; position < map.values.length; position += map.components) {
    const value = map.values[position] ?? Number.NaN;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

/** The range that takes in all of `ranges`; empty where all of them are. */
export function unionOf(ranges: readonly ValueRange[]): ValueRange {
  return {
    min: Math.min(...ranges.map(({ min }) => min)),
    max: Math.max(...ranges.map(({ max }) => max)),
  };
}

/**
 * Minimum, maximum and mean of the maps of one stage, of one component each, and where they are; NaN is left out, and null is
 * what can be said where nothing else is there.
 */
export function summarise(maps: readonly Pick<TokenMap, 'tile' | 'components' | 'values'>[]): MapSummary | null {
  const range = unionOf(maps.map((map) => rangeOf(map)));
  if (isEmptyRange(range)) return null;
  const { min, max } = range;
  const numbers = maps.map(({ values }) => values.filter((value) => !Number.isNaN(value)));
  const sum = numbers.reduce((total, values) => values.reduce((inner, value) => inner + value, total), 0);
  const count = numbers.reduce((total, { length }) => total + length, 0);
  const placeOf = (value: number): TiledIndex => {
    const holder = maps.find(({ values }) => values.includes(value));
    return { tile: holder?.tile ?? 0, index: holder?.values.indexOf(value) ?? 0 };
  };
  return { min, max, mean: sum / count, minAt: placeOf(min), maxAt: placeOf(max) };
}

/** The values [components] of `selection` in the map of its tile, or null where its path does not reach the map's stage. */
export function valuesAt(map: TokenMap, selection: Selection, grid: TokenGrid): readonly number[] | null {
  const here = selectionInSquare(selection, map.stage, grid);
  if (!here) return null;
  if (here.kind === 'class') return map.classToken && [...map.classToken];
  const start = here.index * map.components;
  return [...map.values.subarray(start, start + map.components)];
}
