import type { TokenMap } from '#engine/protocol.ts';
import { cellOf, indexOf } from '#tensor/grid.ts';
import type { TiledIndex } from '#tensor/tile-grid.ts';
import type { ValueRange } from './map-values.ts';
import { positionIn } from './scale.ts';

/** A norm above this many times the median is pointed out. */
export const outlierFactor = 4;

/** A value of a map and where it stands. */
export interface IndexedValue {
  readonly index: number;
  readonly value: number;
}

/** The middle of `values`, between the two middle ones of an even count; NaN of none. */
export function median(values: Float32Array): number {
  const sorted = values.toSorted();
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/**
 * The values above `factor` times the median, in the order of the map. Of norms these are the few patches, mostly of
 * plain background, in which a trained ViT keeps something of the whole image.
 * Source: Darcet et al., Vision Transformers Need Registers, 2023 (https://arxiv.org/abs/2309.16588).
 */
export function findOutliers(values: Float32Array, factor: number): readonly IndexedValue[] {
  const threshold = factor * median(values);
  return indexed(values).filter(({ value }) => value > threshold);
}

/** A token far above the rest of its tile. */
export interface Outlier extends TiledIndex, IndexedValue {
  /** How many times the median of its tile. */
  readonly times: number;
}

/** The outliers of maps of one component, each held against the median of its own tile, the furthest first. */
export function rankOutliers(maps: readonly Pick<TokenMap, 'tile' | 'values'>[]): readonly Outlier[] {
  const all = maps.flatMap(({ tile, values }) => {
    const middle = median(values);
    return findOutliers(values, outlierFactor).map((one) => ({ tile, ...one, times: one.value / middle }));
  });
  return all.sort((a, b) => b.times - a.times);
}

/** The `k` largest values, the largest first and of equals the one before; those at `exclude` are passed over. */
export function topK(values: Float32Array, k: number, exclude: Iterable<number> = []): readonly IndexedValue[] {
  const excluded = new Set(exclude);
  return indexed(values)
    .filter(({ index }) => !excluded.has(index))
    .sort((a, b) => b.value - a.value)
    .slice(0, k);
}

/** The `k` largest values of maps of one component together, with their tiles; what is no number has no rank. */
export function topTokens(
  maps: readonly Pick<TokenMap, 'tile' | 'values'>[],
  k: number,
): readonly (TiledIndex & IndexedValue)[] {
  const ranked = maps.flatMap(({ tile, values }) => {
    const unranked = indexed(values).filter(({ value }) => Number.isNaN(value));
    const indexes = unranked.map(({ index }) => index);
    return topK(values, k, indexes).map((one) => ({ tile, ...one }));
  });
  return ranked.sort((a, b) => b.value - a.value).slice(0, k);
}

/**
 * How many values fall into each of `bins` equal parts of `range`, [bins]. A value at the border of two belongs to the
 * upper, the range's end to the last; values outside are not counted. A range of one value is the middle of the bins.
 */
export function histogramOf(values: Float32Array, bins: number, range: ValueRange): readonly number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = binOf(value, bins, range);
    if (bin !== null) counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

/** The bin of `histogramOf` in which `value` is counted; null outside. */
export function binOf(value: number, bins: number, range: ValueRange): number | null {
  if (!(value >= range.min && value <= range.max)) return null;
  return Math.min(Math.floor(positionIn(range, value) * bins), bins - 1);
}

/**
 * The cells at most `radius` rows and columns from cell `index`, itself included, in a grid of `side` x `side`; row by
 * row, without what would lie outside.
 */
export function neighbourhood(index: number, radius: number, side: number): readonly number[] {
  const { row, column } = cellOf(index, side);
  const around = (centre: number) => {
    const start = Math.max(centre - radius, 0);
    const end = Math.min(centre + radius + 1, side);
    return Array.from({ length: end - start }, (_, offset) => start + offset);
  };
  return around(row).flatMap((y) => around(column).map((x) => indexOf({ row: y, column: x }, side)));
}

function indexed(values: Float32Array): readonly IndexedValue[] {
  return Array.from(values, (value, index) => ({ index, value }));
}
