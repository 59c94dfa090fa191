import { type ReactNode, useMemo } from 'react';
import { TokenWalk } from '#panels/controls/TokenWalk.tsx';
import { formatValue } from '#panels/format.ts';
import { type ColourTable, sequentialTable } from '#panels/heatmap/colour-maps.ts';
import { Heatmap } from '#panels/heatmap/Heatmap.tsx';
import { LineageOverlay } from '#panels/heatmap/LineageOverlay.tsx';
import { useApp } from '#panels/use-app.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { gridSizeOf, selectionInSquare } from '#state/lineage.ts';
import type { ValueRange } from '#state/map-values.ts';
import { panelGrid } from '#state/selectors.ts';
import styles from './reduction.module.css';
import { useFocus } from './use-focus.ts';

export interface FigureMapProps {
  readonly square: 'dropped' | 'shuffled';
  readonly label: string;
  /** A value a token of `dropped` or `shuffled`, in image order. */
  readonly values: Float32Array;
  readonly range: ValueRange;
  /** What outlines the token, where it is not its lineage. */
  readonly outlines?: ReactNode;
}

/** One value a token of the tile on show, in the place of the token. */
export function FigureMap({ square, label, values, range, outlines }: FigureMapProps) {
  const { announce } = useTokenText();
  const grid = useApp(panelGrid);
  const hovered = useApp((state) => state.hovered);
  const table = useFigureTable();
  const { selection } = useFocus();
  const side = gridSizeOf(square, grid.tokens);
  const maps = useMemo(
    () => [{ tile: grid.first, rows: side, columns: side, components: 1, values }],
    [grid, side, values],
  );
  const ranges = useMemo(() => [range], [range]);
  const here = selectionInSquare(selection, square, grid.tokens);
  const value = here && here.kind !== 'class' ? values[here.index] : undefined;
  return (
    <TokenWalk
      square={square}
      grid={grid}
      label={label}
      className={styles.map}
      announcement={here && value !== undefined ? announce(here, formatValue(value)) : ''}
    >
      <Heatmap maps={maps} grid={grid} ranges={ranges} table={table} />
      {outlines ?? <LineageOverlay square={square} grid={grid} selection={selection} hovered={hovered} />}
    </TokenWalk>
  );
}

/** The colours of all maps of the panel. */
export function useFigureTable(): ColourTable {
  return sequentialTable(useApp((state) => state.colourMap));
}
