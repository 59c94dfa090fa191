import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '#engine/protocol.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { gridSizeOf, type Square } from '#state/lineage.ts';
import { isMovementKey } from '#state/movement.ts';
import { activeSelection } from '#state/selectors.ts';
import { indexOf, patchGridSize } from '#tensor/grid.ts';
import styles from './squares.module.css';

export interface TokenGridProps {
  readonly square: Square;
  /** Whether there is anything to point at. */
  readonly isReady: boolean;
  readonly label: string;
  /** What the map says, for those who do not see it. */
  readonly summary: string;
  /** What is said when a key moves the selection here. */
  readonly announcement: string;
  /** What stands above the grid: the class token or its empty place. */
  readonly slot: ReactNode;
  readonly children: ReactNode;
}

/** The token under the pointer. The class token marks itself; anything else is a place in the grid. */
function tokenAt(event: PointerEvent<HTMLElement> | React.MouseEvent<HTMLElement>, square: Square): Selection | null {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest('[data-class-token]')) return { kind: 'class' };
  const grid = target?.closest('[data-grid]');
  if (!grid) return null;
  const { left, top, width, height } = grid.getBoundingClientRect();
  const size = gridSizeOf(square);
  const cell = (offset: number, side: number) => Math.min(Math.max(Math.floor((offset / side) * size), 0), size - 1);
  const index = indexOf({ row: cell(event.clientY - top, height), column: cell(event.clientX - left, width) }, size);
  return { kind: size === patchGridSize ? 'patch' : 'shuffled', index };
}

/** One square to point at, to click and to walk through by keyboard. */
export function TokenGrid(props: TokenGridProps) {
  const { square, isReady, label, summary, announcement, slot, children } = props;
  const { t } = useTranslation();
  const store = useAppStore();
  const [isWalked, setIsWalked] = useState(false);
  const hasSelection = useApp((state) => activeSelection(state) !== null);
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
        data-testid={`square-${square}`}
        aria-label={label}
        aria-roledescription={t('token.role')}
        aria-describedby={descriptionId}
        className={styles.walk}
        onKeyDown={handleKey}
        onBlur={() => {
          setIsWalked(false);
          store.getState().hover(null);
        }}
        onPointerMove={(event) => {
          setIsWalked(false);
          if (isReady) store.getState().hover(tokenAt(event, square));
        }}
        onPointerLeave={() => store.getState().hover(null)}
        onClick={(event) => {
          const token = isReady ? tokenAt(event, square) : null;
          if (token) store.getState().lock(token);
        }}
      >
        <div className={styles.slot}>{slot}</div>
        <div className={styles.square} data-grid>
          {children}
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
