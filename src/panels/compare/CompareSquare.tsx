import type { ReactNode } from 'react';
import { TokenWalk } from '#panels/controls/TokenWalk.tsx';
import { LineageOverlay } from '#panels/heatmap/LineageOverlay.tsx';
import { useApp } from '#panels/use-app.ts';
import { gridSizeOf, type Square } from '#state/lineage.ts';
import { activeSelection, panelGrid } from '#state/selectors.ts';
import { pixelBoxOf, type TokenGrid } from '#tensor/grid.ts';
import styles from './compare.module.css';

export interface CompareSquareProps {
  /** Whose grid it is cut into. */
  readonly square: Square;
  readonly label: string;
  /** What is said when a key moves the cursor here; null: the keyboard has a better place for it. */
  readonly announcement: string | null;
  /** A token that stands out, framed, and the grid that it is of: the other run may have another one. */
  readonly mark?: { readonly index: number; readonly tokens: TokenGrid } | null;
  readonly children: ReactNode;
}

/** One picture or map of a tile; every one of them moves the one cursor and outlines the same place. */
export function CompareSquare({ square, label, announcement, mark = null, children }: CompareSquareProps) {
  const grid = useApp(panelGrid);
  const active = useApp(activeSelection);
  const hovered = useApp((state) => state.hovered);
  return (
    <TokenWalk square={square} grid={grid} label={label} className={styles.square} announcement={announcement}>
      {children}
      <LineageOverlay square={square} grid={grid} selection={active} hovered={hovered} />
      {mark !== null && <Mark index={mark.index} size={gridSizeOf(square, mark.tokens)} tokens={mark.tokens} />}
    </TokenWalk>
  );
}

interface MarkProps {
  readonly index: number;
  readonly size: number;
  readonly tokens: TokenGrid;
}

/** A frame that is no selection: the accent colour is not its. */
function Mark({ index, size, tokens }: MarkProps) {
  const { left, top, right, bottom } = pixelBoxOf(index, size, tokens);
  const percent = (px: number) => `${(100 * px) / tokens.tileSizePx}%`;
  const place = { left: percent(left), top: percent(top), width: percent(right - left), height: percent(bottom - top) };
  return <i className={styles.mark} style={place} data-testid="most-alike" data-index={index} aria-hidden="true" />;
}
