import type { MapSet, TokenMap } from '#engine/protocol.ts';
import { rangeOf, unionOf, type ValueRange } from './map-values.ts';

/** Whether each square has a colour scale of its own or all share one. */
export type ScaleMode = 'square' | 'shared';
/** Whether cosine colours span −1..1 or the values at hand. */
export type CosineRange = 'fixed' | 'data';

export interface ScaleSettings {
  readonly scaleMode: ScaleMode;
  readonly cosineRange: CosineRange;
}

const cosineBounds: ValueRange = { min: -1, max: 1 };

/**
 * The range of values over which each component of `map` is coloured: [components].
 * A PCA score is scaled by itself, so that each component fills its channel.
 */
export function colourRanges(map: TokenMap, set: MapSet, settings: ScaleSettings): readonly ValueRange[] {
  if (map.kind === 'pca') return Array.from({ length: map.components }, (_, component) => rangeOf(map, component));
  if (map.kind === 'cosine' && settings.cosineRange === 'fixed') return [cosineBounds];
  return [settings.scaleMode === 'shared' ? unionOf(set.maps.map((other) => rangeOf(other))) : rangeOf(map)];
}

/** Where `value` lies in `range`, clamped to 0..1; the middle where the range is a single value. */
export function positionIn(range: ValueRange, value: number): number {
  if (range.max === range.min) return 0.5;
  return Math.min(Math.max((value - range.min) / (range.max - range.min), 0), 1);
}
