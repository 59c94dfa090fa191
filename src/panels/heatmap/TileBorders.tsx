import type { TileGrid } from '#tensor/tile-grid.ts';
import styles from './heatmap.module.css';

/** A hairline between the tiles on show; a tile alone has none. */
export function TileBorders({ columns, rows }: TileGrid) {
  if (columns * rows === 1) return null;
  const across = Array.from({ length: columns - 1 }, (_, line) => `M${line + 1} 0V${rows}`);
  const down = Array.from({ length: rows - 1 }, (_, line) => `M0 ${line + 1}H${columns}`);
  return (
    <svg className={styles.overlay} viewBox={`0 0 ${columns} ${rows}`} preserveAspectRatio="none" aria-hidden="true">
      <path className={styles.tileBorder} d={[...across, ...down].join('')} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
