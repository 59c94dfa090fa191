import { tileSizePx } from '#tensor/grid.ts';
import styles from './heatmap.module.css';

/** Thin lines between the cells of a grid of `size` x `size`. */
export function PatchGrid({ size }: { readonly size: number }) {
  const lines = Array.from({ length: size - 1 }, (_, line) => ((line + 1) * tileSizePx) / size);
  const path = lines.map((at) => `M${at} 0V${tileSizePx}M0 ${at}H${tileSizePx}`).join('');
  return (
    <svg className={styles.overlay} viewBox={`0 0 ${tileSizePx} ${tileSizePx}`} aria-hidden="true">
      <path className={styles.gridUnder} d={path} vectorEffect="non-scaling-stroke" />
      <path className={styles.grid} d={path} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
