import type { MapSet } from '#engine/protocol.ts';
import { mapsOfStage, rangeOf } from '#state/map-values.ts';

/** How alike the patches of one tile are to the selected token, as cosines. */
export interface FrameSimilarity {
  readonly tile: number;
  /** Of the patch that is most alike; in the token's own tile that is the token itself. */
  readonly best: number;
  /** Over all patches of the tile. */
  readonly mean: number;
}

/** The similarity of every tile's patches (stage `dropped`) to the selection of a cosine set; empty for other sets. */
export function frameSimilarities(set: MapSet | null): readonly FrameSimilarity[] {
  if (set?.kind !== 'cosine') return [];
  return mapsOfStage(set, 'dropped').map((map) => ({
    tile: map.tile,
    best: rangeOf(map).max,
    mean: map.values.reduce((sum, value) => sum + value, 0) / map.values.length,
  }));
}

/** The frame that is most alike by its best patch, `own` left out; null where there is no other. */
export function mostAlike(frames: readonly FrameSimilarity[], own: number): FrameSimilarity | null {
  const others = frames.filter(({ tile }) => tile !== own);
  return others.reduce<FrameSimilarity | null>((top, frame) => (top && top.best >= frame.best ? top : frame), null);
}

/** The lower end of a chart that reaches up to 1: 0, or the tenth below the lowest mean. */
export function chartFloor(frames: readonly FrameSimilarity[]): number {
  return Math.min(0, ...frames.map(({ mean }) => Math.floor(mean * 10) / 10));
}
