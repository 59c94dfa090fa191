import { useLayoutEffect, useRef } from 'react';
import type { TokenMap } from '#engine/protocol.ts';
import type { ValueRange } from '#state/map-values.ts';
import type { ColourTable } from './colour-maps.ts';
import styles from './heatmap.module.css';
import { paintMap } from './paint-map.ts';

export interface HeatmapProps {
  readonly map: TokenMap;
  readonly ranges: readonly ValueRange[];
  readonly table: ColourTable;
}

/** A map with one canvas pixel a token, enlarged without interpolation: each colour is exactly its value's. */
export function Heatmap({ map, ranges, table }: HeatmapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const pixels = paintMap(map, ranges, table);
    canvas.current?.getContext('2d')?.putImageData(new ImageData(pixels, map.columns, map.rows), 0, 0);
  }, [map, ranges, table]);
  return <canvas ref={canvas} className={styles.map} width={map.columns} height={map.rows} />;
}
