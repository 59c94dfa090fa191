import { cellOf } from '#tensor/grid.ts';
import type { TileGrid } from '#tensor/tile-grid.ts';

/** Draws the tiles of `grid`, each `tileSidePx` a side, side by side from the corner of the canvas. */
export function drawTiles(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  pictures: readonly ImageBitmap[],
  { columns, rows, first }: TileGrid,
  tileSidePx: number,
): void {
  context.imageSmoothingQuality = 'high';
  for (const [index, picture] of pictures.slice(first, first + columns * rows).entries()) {
    const { row, column } = cellOf(index, columns);
    context.drawImage(picture, column * tileSidePx, row * tileSidePx, tileSidePx, tileSidePx);
  }
}
