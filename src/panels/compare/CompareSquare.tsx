import { type KeyboardEvent, type MouseEvent, type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '#engine/protocol.ts';
import { LineageOverlay } from '#panels/heatmap/LineageOverlay.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { gridSizeOf, type Square } from '#state/lineage.ts';
import { isMovementKey, moveSelection } from '#state/movement.ts';
import { activeSelection, panelTile } from '#state/selectors.ts';
import { indexOf, patchGridSize, pixelBoxOf, tileSizePx } from '#tensor/grid.ts';
import styles from './compare.module.css';

export interface CompareSquareProps {
  /** Whose grid it is cut into. */
  readonly square: Square;
  readonly label: string;
  /** What is said when a key moves the cursor here; null: the keyboard has a better place for it. */
  readonly announcement: string | null;
  /** A token of the grid that stands out, framed. */
  readonly mark?: number | null;
  readonly children: ReactNode;
}

/** The token of the compared tile under the pointer: of both tiles, for they have one grid. */
function tokenAt(event: MouseEvent<HTMLElement>, square: Square, tile: number): Selection {
  const box = event.currentTarget.getBoundingClientRect();
  const size = gridSizeOf(square);
  const cellAt = (share: number) => Math.min(Math.max(Math.floor(share * size), 0), size - 1);
  const row = cellAt((event.clientY - box.top) / box.height);
  const column = cellAt((event.clientX - box.left) / box.width);
  return { kind: size === patchGridSize ? 'patch' : 'shuffled', tile, index: indexOf({ row, column }, size) };
}

/** One picture or map of a tile; every one of them moves the one cursor and outlines the same place. */
export function CompareSquare({ square, label, announcement, mark = null, children }: CompareSquareProps) {
  const { t } = useTranslation();
  const store = useAppStore();
  const tile = useApp(panelTile);
  const active = useApp(activeSelection);
  const hovered = useApp((state) => state.hovered);
  const [isWalked, setIsWalked] = useState(false);
  const grid = useMemo(() => ({ columns: 1, rows: 1, first: tile }), [tile]);

  function handleKey(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const state = store.getState();
    const selection = activeSelection(state);
    if (isMovementKey(event.key)) {
      const next = moveSelection(state.locked ?? state.hovered, event.key, square, grid);
      if (state.locked) state.select(next);
      else state.hover(next);
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (selection) state.lock(selection);
      else state.hover(moveSelection(null, 'Home', square, grid));
    } else return;
    event.preventDefault();
    setIsWalked(true);
  }

  return (
    <>
      <div
        role="application"
        tabIndex={announcement === null ? -1 : 0}
        aria-label={label}
        aria-roledescription={t('token.role')}
        className={styles.square}
        onKeyDown={handleKey}
        onBlur={() => {
          setIsWalked(false);
          store.getState().hover(null);
        }}
        onPointerMove={(event) => {
          setIsWalked(false);
          store.getState().hover(tokenAt(event, square, tile));
        }}
        onPointerLeave={() => store.getState().hover(null)}
        onClick={(event) => store.getState().lock(tokenAt(event, square, tile))}
      >
        {children}
        <LineageOverlay square={square} grid={grid} selection={active} hovered={hovered} />
        {mark !== null && <Mark index={mark} size={gridSizeOf(square)} />}
      </div>
      {announcement !== null && (
        <p className="visually-hidden" aria-live="polite">
          {isWalked ? announcement : ''}
        </p>
      )}
    </>
  );
}

const percent = (px: number) => `${(100 * px) / tileSizePx}%`;

/** A frame that is no selection: the accent colour is not its. */
function Mark({ index, size }: { readonly index: number; readonly size: number }) {
  const { left, top, right, bottom } = pixelBoxOf(index, size);
  const place = { left: percent(left), top: percent(top), width: percent(right - left), height: percent(bottom - top) };
  return <i className={styles.mark} style={place} data-testid="most-alike" data-index={index} aria-hidden="true" />;
}
