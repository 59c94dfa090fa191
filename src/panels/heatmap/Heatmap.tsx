import { useLayoutEffect, useRef } from 'react';
import type { TokenMap } from '#engine/protocol.ts';
import type { ValueRange } from '#state/map-values.ts';
import { cellOf } from '#tensor/grid.ts';
import type { TileGrid } from '#tensor/tile-grid.ts';
import type { ColourTable } from './colour-maps.ts';
import styles from './heatmap.module.css';
import { type PaintedMap, paintMap } from './paint-map.ts';

export interface HeatmapProps {
  /** At most one for each tile on show; a tile without one stays empty. */
  readonly maps: readonly (PaintedMap & Pick<TokenMap, 'tile'>)[];
  readonly grid: TileGrid;
  readonly ranges: readonly ValueRange[];
  readonly table: ColourTable;
  /** How much of what lies below shows through. Default: nothing. */
  readonly imageShare?: number;
}

/** The maps of the tiles on show, one canvas pixel a token, enlarged without interpolation: each colour is its value's. */
export function Heatmap({ maps, grid, ranges, table, imageShare = 0 }: HeatmapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { rows = 0, columns = 0 } = maps[0] ?? {};
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.clearRect(0, 0, context.canvas.width, context.canvas.height);
    for (const map of maps) {
      const place = cellOf(map.tile - grid.first, grid.columns);
      const pixels = new ImageData(paintMap(map, ranges, table), map.columns, map.rows);
      context?.putImageData(pixels, place.column * map.columns, place.row * map.rows);
    }
  }, [maps, grid, ranges, table]);
  return (
    <canvas
      ref={canvas}
      className={styles.map}
      width={grid.columns * columns}
      height={grid.rows * rows}
      {...(imageShare > 0 && { style: { opacity: 1 - imageShare } })}
    />
  );
}
