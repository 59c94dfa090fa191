import { type ReactNode, useMemo } from 'react';
import { type ColourTable, sequentialTable } from '#panels/heatmap/colour-maps.ts';
import { Heatmap } from '#panels/heatmap/Heatmap.tsx';
import { LineageOverlay } from '#panels/heatmap/LineageOverlay.tsx';
import { useApp } from '#panels/use-app.ts';
import { gridSizeOf } from '#state/lineage.ts';
import type { ValueRange } from '#state/map-values.ts';
import { reductionTile } from '#state/reduction-slice.ts';
import { indexOf, patchGridSize } from '#tensor/grid.ts';
import styles from './reduction.module.css';
import { useFocus } from './use-focus.ts';
import { WalkableMap } from './WalkableMap.tsx';

export interface FigureMapProps {
  readonly square: 'dropped' | 'shuffled';
  readonly label: string;
  /** [32, 32] of `dropped`, [16, 16] of `shuffled`; image order. */
  readonly values: Float32Array;
  readonly range: ValueRange;
  /** What outlines the token, where it is not its lineage. */
  readonly outlines?: ReactNode;
}

/** One value a token of the tile on show, in the place of the token. */
export function FigureMap({ square, label, values, range, outlines }: FigureMapProps) {
  const tile = useApp(reductionTile);
  const hovered = useApp((state) => state.hovered);
  const table = useFigureTable();
  const { selection } = useFocus();
  const side = gridSizeOf(square);
  const grid = useMemo(() => ({ columns: 1, rows: 1, first: tile }), [tile]);
  const maps = useMemo(() => [{ tile, rows: side, columns: side, components: 1, values }], [tile, side, values]);
  const ranges = useMemo(() => [range], [range]);
  return (
    <WalkableMap
      square={square}
      label={label}
      className={styles.map}
      tokenAt={(x, y) => {
        const cell = { row: Math.floor(y * side), column: Math.floor(x * side) };
        if (Math.min(cell.row, cell.column) < 0 || Math.max(cell.row, cell.column) >= side) return null;
        return { kind: side === patchGridSize ? 'patch' : 'shuffled', tile, index: indexOf(cell, side) };
      }}
    >
      <Heatmap maps={maps} grid={grid} ranges={ranges} table={table} />
      {outlines ?? <LineageOverlay square={square} grid={grid} selection={selection} hovered={hovered} />}
    </WalkableMap>
  );
}

/** The colours of all maps of the panel. */
export function useFigureTable(): ColourTable {
  return sequentialTable(useApp((state) => state.colourMap));
}
