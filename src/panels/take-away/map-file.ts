import type { TokenMap } from '#engine/protocol.ts';
import type { MapCaption, MapPicture } from '#export/map-picture.ts';
import { formatValue } from '#panels/format.ts';
import type { ColourTable } from '#panels/heatmap/colour-maps.ts';
import { type PaintedMap, paintMap } from '#panels/heatmap/paint-map.ts';
import { drawTiles } from '#panels/tiles/draw-tiles.ts';
import type { ValueRange } from '#state/map-values.ts';
import { cellOf } from '#tensor/grid.ts';
import type { ShownTiles, TileGrid } from '#tensor/tile-grid.ts';

/**
 * The maps of the tiles of `grid`, assembled: [grid.rows * rows, grid.columns * columns, 4] u8 RGBA; a tile without one
 * stays clear. `gap`: clear tokens between neighbours, for maps that do not continue one another.
 */
export function assembleMaps(
  maps: readonly (PaintedMap & Pick<TokenMap, 'tile'>)[],
  grid: TileGrid,
  ranges: readonly ValueRange[],
  table: ColourTable,
  gap = 0,
): MapPicture['pixels'] {
  const { rows = 0, columns = 0 } = maps[0] ?? {};
  const width = grid.columns * (columns + gap) - gap;
  const height = grid.rows * (rows + gap) - gap;
  const data = new Uint8ClampedArray(width * height * 4);
  for (const map of maps) {
    const pixels = paintMap(map, ranges, table);
    const place = cellOf(map.tile - grid.first, grid.columns);
    for (let row = 0; row < rows; row += 1) {
      const start = ((place.row * (rows + gap) + row) * width + place.column * (columns + gap)) * 4;
      data.set(pixels.subarray(row * columns * 4, (row + 1) * columns * 4), start);
    }
  }
  return { width, height, data };
}

/** The tiles of `grid` side by side, pixel for pixel. */
export function assembleTiles(pictures: readonly ImageBitmap[], grid: ShownTiles): OffscreenCanvas {
  const { tileSizePx } = grid.tokens;
  const canvas = new OffscreenCanvas(grid.columns * tileSizePx, grid.rows * tileSizePx);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no 2D canvas');
  drawTiles(context, pictures, grid, tileSizePx);
  return canvas;
}

/** The ends of each scale as a picture writes them. */
export function endsOf(
  ranges: readonly ValueRange[],
  format: (value: number) => string = formatValue,
): MapCaption['ranges'] {
  return ranges.map(({ min, max }) => ({ min: format(min), max: format(max) }));
}
