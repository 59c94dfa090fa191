import type { RunReport } from '#engine/protocol.ts';
import { cellOf } from '#tensor/grid.ts';

/** What a tile is a picture of: one of a grid's (row and column from 0), the whole image, or a frame of a video. */
export type TilePlace =
  | { readonly kind: 'grid'; readonly row: number; readonly column: number; readonly count: number }
  | { readonly kind: 'thumbnail' }
  | { readonly kind: 'frame'; readonly seconds: number };

/** What `tile` of a run is; null where the run has one tile alone, or no such tile. */
export function placeOfTile({ tiles, video }: Pick<RunReport, 'tiles' | 'video'>, tile: number): TilePlace | null {
  if (tiles.count === 1 || tile >= tiles.count) return null;
  const frame = video?.sampled[tile];
  if (frame) return { kind: 'frame', seconds: frame.seconds };
  const count = tiles.columns * tiles.rows;
  return tile < count ? { kind: 'grid', ...cellOf(tile, tiles.columns), count } : { kind: 'thumbnail' };
}
