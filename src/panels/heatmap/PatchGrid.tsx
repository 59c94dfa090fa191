import type { ShownTiles } from '#tensor/tile-grid.ts';
import styles from './heatmap.module.css';

/** Thin lines between the patches of each tile on show; where patches are too small for lines, none. */
export function PatchGrid({ columns, rows, tokens }: ShownTiles) {
  const { patchGridSize, patchSizePx, tileSizePx } = tokens;
  const lines = Array.from({ length: patchGridSize - 1 }, (_, line) => (line + 1) * patchSizePx);
  const path = lines.map((at) => `M${at} 0V${tileSizePx}M0 ${at}H${tileSizePx}`).join('');
  return (
    <div
      className={`${styles.overlay} ${styles.tiles}`}
      style={{ gridTemplate: `repeat(${rows}, 1fr) / repeat(${columns}, 1fr)` }}
    >
      {Array.from({ length: columns * rows }, (_, tile) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a tile is its place in the grid.
        <div key={tile} className={styles.tile}>
          <svg className={styles.patches} viewBox={`0 0 ${tileSizePx} ${tileSizePx}`} aria-hidden="true">
            <path className={styles.gridUnder} d={path} vectorEffect="non-scaling-stroke" />
            <path className={styles.grid} d={path} vectorEffect="non-scaling-stroke" />
          </svg>
        </div>
      ))}
    </div>
  );
}
