import { cellOf, type PixelBox } from '#tensor/grid.ts';
import { holdsTile, type ShownTiles } from '#tensor/tile-grid.ts';

/** A box as shares 0..1 of the width and height of what it lies in. */
export interface BoxShare {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where a box in pixels of `tile` lies in the tiles on show; null where the tile is not among them. */
export function boxInGrid(box: PixelBox, tile: number, grid: ShownTiles): BoxShare | null {
  if (!holdsTile(grid, tile)) return null;
  const { row, column } = cellOf(tile - grid.first, grid.columns);
  const { tileSizePx } = grid.tokens;
  const widthPx = grid.columns * tileSizePx;
  const heightPx = grid.rows * tileSizePx;
  return {
    left: (column * tileSizePx + box.left) / widthPx,
    top: (row * tileSizePx + box.top) / heightPx,
    width: (box.right - box.left) / widthPx,
    height: (box.bottom - box.top) / heightPx,
  };
}
