import { type CSSProperties, type KeyboardEvent, type MouseEvent, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '#engine/protocol.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { gridSizeOf, type Square } from '#state/lineage.ts';
import { isMovementKey } from '#state/movement.ts';
import { activeSelection, shownGrid } from '#state/selectors.ts';
import { patchGridSize } from '#tensor/grid.ts';
import { type TileGrid, tokenAtAssembledCell } from '#tensor/tile-grid.ts';
import styles from './squares.module.css';

export interface TokenGridProps {
  /** The square whose tokens they are. */
  readonly square: Square;
  /** What tells this grid from others of the same tokens; default the square's own. */
  readonly name?: string;
  /** The tiles that it shows; default those on show. */
  readonly grid?: TileGrid;
  /** Whether there is anything to point at. */
  readonly isReady: boolean;
  readonly label: string;
  /** What the map says, for those who do not see it. */
  readonly summary: string;
  /** What is said when a key moves the selection here. */
  readonly announcement: string;
  /** What stands above the grid: the class token or its empty place. */
  readonly slot: ReactNode;
  /** What stands in place of the maps, over the whole square; the tokens behind it can still be pointed at. */
  readonly message?: ReactNode;
  /** What fills the tiles on show. */
  readonly children: ReactNode;
}

/** The token under the pointer. A class token marks itself; anything else is a place in the tiles on show. */
function tokenAt(event: MouseEvent<HTMLElement>, square: Square, shown: TileGrid): Selection | null {
  const target = event.target instanceof Element ? event.target : null;
  const classToken = target?.closest<HTMLElement>('[data-class-token]');
  if (classToken) return { kind: 'class', tile: Number(classToken.dataset.classToken) };
  const box = event.currentTarget.querySelector('[data-grid]')?.getBoundingClientRect();
  if (!box) return null;
  const size = gridSizeOf(square);
  const columns = shown.columns * size;
  const rows = shown.rows * size;
  const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
  const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
  if (column < 0 || row < 0 || column >= columns || row >= rows) return null;
  return {
    kind: size === patchGridSize ? 'patch' : 'shuffled',
    ...tokenAtAssembledCell({ row, column }, shown, size),
  };
}

/** The tiles on show as large as they fit into the square, each a square itself. */
function fitTiles({ columns, rows }: TileGrid): CSSProperties {
  const longer = Math.max(columns, rows);
  return { width: `${(100 * columns) / longer}%`, height: `${(100 * rows) / longer}%` };
}

/** One square to point at, to click and to walk through by keyboard. */
export function TokenGrid(props: TokenGridProps) {
  const {
    square,
    name = `square-${square}`,
    grid,
    isReady,
    label,
    summary,
    announcement,
    slot,
    message,
    children,
  } = props;
  const { t } = useTranslation();
  const store = useAppStore();
  const [isWalked, setIsWalked] = useState(false);
  const hasSelection = useApp((state) => activeSelection(state) !== null);
  const shownInSquares = useApp(shownGrid);
  const shown = grid ?? shownInSquares;
  const descriptionId = useId();

  function handleKey(event: KeyboardEvent) {
    if (!isReady || event.ctrlKey || event.metaKey || event.altKey) return;
    const state = store.getState();
    if (isMovementKey(event.key)) state.move(square, event.key);
    else if (event.key === 'Enter' || event.key === ' ') {
      const selection = activeSelection(state);
      if (selection) state.lock(selection);
      else state.move(square, 'Home');
    } else return;
    event.preventDefault();
    setIsWalked(true);
  }

  return (
    <div className={styles.tokenGrid}>
      <div
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keyboard by definition.
        tabIndex={0}
        data-testid={name}
        aria-label={label}
        aria-roledescription={t('token.role')}
        aria-describedby={descriptionId}
        className={styles.walk}
        data-ready={isReady || undefined}
        onKeyDown={handleKey}
        onBlur={() => {
          setIsWalked(false);
          store.getState().hover(null);
        }}
        onPointerMove={(event) => {
          setIsWalked(false);
          if (isReady) store.getState().hover(tokenAt(event, square, shown));
        }}
        onPointerLeave={() => store.getState().hover(null)}
        onClick={(event) => {
          const token = isReady ? tokenAt(event, square, shown) : null;
          if (token) store.getState().lock(token);
        }}
      >
        <div className={styles.slot}>{slot}</div>
        <div className={styles.square}>
          <div className={styles.tiles} style={fitTiles(shown)} data-grid>
            {children}
          </div>
          {message}
        </div>
      </div>
      <p id={descriptionId} className="visually-hidden">
        {summary} {t('token.keys')} {square === 'selected' && t('token.keysClass')}
      </p>
      <p className="visually-hidden" aria-live="polite">
        {isWalked && hasSelection ? announcement : ''}
      </p>
    </div>
  );
}
