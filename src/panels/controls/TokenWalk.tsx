import { type KeyboardEvent, type MouseEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '#engine/protocol.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { type Square, tokenAtPoint } from '#state/lineage.ts';
import { isMovementKey } from '#state/movement.ts';
import { activeSelection } from '#state/selectors.ts';
import type { ShownTiles } from '#tensor/tile-grid.ts';

export interface TokenWalkProps {
  /** The square whose tokens are shown here. */
  readonly square: Square;
  /** The tiles that are shown and walked through. */
  readonly grid: ShownTiles;
  readonly label: string;
  /** Id of what describes it. */
  readonly describedBy?: string;
  readonly testId?: string;
  readonly className?: string | undefined;
  /** Whether there is anything to point at. */
  readonly isReady?: boolean;
  /** What is said when a key moves the selection here; null: the keyboard has a better place for it. */
  readonly announcement: string | null;
  /** The token at a point, in shares 0..1 of the tokens' width and height; default by their grid. */
  readonly tokenAt?: (x: number, y: number) => Selection | null;
  /** What shows the tokens; an element in it marked `data-grid` where they do not fill it. */
  readonly children: ReactNode;
}

/** Tokens to point at, to click and to walk through by keyboard. Every place that shows them moves the one selection. */
export function TokenWalk(props: TokenWalkProps) {
  const { square, grid, label, describedBy, testId, className, isReady = true, announcement, children } = props;
  const { t } = useTranslation();
  const store = useAppStore();
  const [isWalked, setIsWalked] = useState(false);
  const hasSelection = useApp((state) => activeSelection(state) !== null);
  const { tokenAt = (x, y) => tokenAtPoint(x, y, square, grid) } = props;

  /** The token under the pointer. A class token marks itself; anything else is a place among the tokens. */
  function tokenUnder({ target, currentTarget, clientX, clientY }: MouseEvent<HTMLElement>): Selection | null {
    if (!isReady) return null;
    const classToken = target instanceof Element ? target.closest<HTMLElement>('[data-class-token]') : null;
    if (classToken) return { kind: 'class', tile: Number(classToken.dataset.classToken) };
    const { left, top, width, height } = (
      currentTarget.querySelector('[data-grid]') ?? currentTarget
    ).getBoundingClientRect();
    return tokenAt((clientX - left) / width, (clientY - top) / height);
  }

  function handleKey(event: KeyboardEvent) {
    if (!isReady || event.ctrlKey || event.metaKey || event.altKey) return;
    const { move, lock } = store.getState();
    if (isMovementKey(event.key)) move(square, event.key, grid);
    else if (event.key === 'Enter' || event.key === ' ') {
      const selection = activeSelection(store.getState());
      if (selection) lock(selection);
      else move(square, 'Home', grid);
    } else return;
    event.preventDefault();
    setIsWalked(true);
  }

  return (
    <>
      <div
        role="application"
        tabIndex={announcement === null ? -1 : 0}
        data-testid={testId}
        data-ready={isReady || undefined}
        aria-label={label}
        aria-roledescription={t('token.role')}
        aria-describedby={describedBy}
        className={className}
        onKeyDown={handleKey}
        onBlur={() => {
          setIsWalked(false);
          store.getState().hover(null);
        }}
        onPointerMove={(event) => {
          setIsWalked(false);
          if (isReady) store.getState().hover(tokenUnder(event));
        }}
        onPointerLeave={() => store.getState().hover(null)}
        onClick={(event) => {
          const token = tokenUnder(event);
          if (token) store.getState().lock(token);
        }}
      >
        {children}
      </div>
      {announcement !== null && (
        <p className="visually-hidden" aria-live="polite">
          {isWalked && hasSelection ? announcement : ''}
        </p>
      )}
    </>
  );
}
