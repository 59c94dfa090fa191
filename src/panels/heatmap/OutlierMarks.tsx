import { useMemo } from 'react';
import type { TokenMap } from '#engine/protocol.ts';
import { findOutliers, outlierFactor } from '#state/map-statistics.ts';
import { cellOf } from '#tensor/grid.ts';
import type { TileGrid } from '#tensor/tile-grid.ts';
import styles from './heatmap.module.css';

export interface OutlierMarksProps {
  readonly maps: readonly TokenMap[];
  readonly grid: TileGrid;
}

/** A thin frame around each token whose value is far above the rest. */
export function OutlierMarks({ maps, grid }: OutlierMarksProps) {
  const { rows = 0, columns = 0 } = maps[0] ?? {};
  const path = useMemo(
    () =>
      maps
        .flatMap(({ tile, values }) => {
          const place = cellOf(tile - grid.first, grid.columns);
          return findOutliers(values, outlierFactor).map(({ index }) => {
            const { row, column } = cellOf(index, columns);
            return `M${place.column * columns + column} ${place.row * rows + row}h1v1h-1z`;
          });
        })
        .join(''),
    [maps, grid, rows, columns],
  );
  if (path === '') return null;
  return (
    <svg
      className={styles.overlay}
      viewBox={`0 0 ${grid.columns * columns} ${grid.rows * rows}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      data-testid="outliers"
    >
      <path className={styles.outlierUnder} d={path} vectorEffect="non-scaling-stroke" />
      <path className={styles.outlier} d={path} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
