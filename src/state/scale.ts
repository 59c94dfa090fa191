import type { MapSet, TokenStage } from '#engine/protocol.ts';
import { isCosine } from './lens.ts';
import { mapsOfStage, rangeOf, unionOf, type ValueRange } from './map-values.ts';

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
 * The range of values over which each component of the maps of `stage` is coloured: [components]. All tiles share it, so
 * that their colours mean the same. A PCA score is scaled by itself, so that each component fills its channel: on kept axes
 * that of the image where they come from.
 */
export function colourRanges(set: MapSet, stage: TokenStage, settings: ScaleSettings): readonly ValueRange[] {
  const maps = mapsOfStage(set, stage);
  const components = maps[0]?.components ?? 0;
  if (set.kind === 'pca') {
    const kept = set.axes.find((axes) => axes.stage === stage)?.ranges;
    if (kept) return kept;
    return Array.from({ length: components }, (_, component) => unionOf(maps.map((map) => rangeOf(map, component))));
  }
  if (isCosine(set.kind) && settings.cosineRange === 'fixed') return [cosineBounds];
  return [unionOf((settings.scaleMode === 'shared' ? set.maps : maps).map((map) => rangeOf(map)))];
}

/** Where `value` lies in `range`, clamped to 0..1; the middle where the range is a single value. */
export function positionIn(range: ValueRange, value: number): number {
  if (range.max === range.min) return 0.5;
  return Math.min(Math.max((value - range.min) / (range.max - range.min), 0), 1);
}
