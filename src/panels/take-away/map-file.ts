import type { TokenMap } from '#engine/protocol.ts';
import type { MapPicture } from '#export/map-picture.ts';
import type { ColourTable } from '#panels/heatmap/colour-maps.ts';
import { paintMap } from '#panels/heatmap/paint-map.ts';
import type { ValueRange } from '#state/map-values.ts';
import { cellOf } from '#tensor/grid.ts';
import type { TileGrid } from '#tensor/tile-grid.ts';

/** The maps of the tiles of `grid`, assembled: [grid.rows * rows, grid.columns * columns, 4] u8 RGBA; a tile without one stays clear. */
export function assembleMaps(
  maps: readonly TokenMap[],
  grid: TileGrid,
  ranges: readonly ValueRange[],
  table: ColourTable,
): MapPicture['pixels'] {
  const { rows = 0, columns = 0 } = maps[0] ?? {};
  const width = grid.columns * columns;
  const height = grid.rows * rows;
  const data = new Uint8ClampedArray(width * height * 4);
  for (const map of maps) {
    const pixels = paintMap(map, ranges, table);
    const place = cellOf(map.tile - grid.first, grid.columns);
    for (let row = 0; row < rows; row += 1) {
      const start = ((place.row * rows + row) * width + place.column * columns) * 4;
      data.set(pixels.subarray(row * columns * 4, (row + 1) * columns * 4), start);
    }
  }
  return { width, height, data };
}
