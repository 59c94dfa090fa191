import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '#engine/protocol.ts';
import { useAppStore } from '#panels/use-app.ts';
import { isMovementKey } from '#state/movement.ts';
import { activeSelection } from '#state/selectors.ts';

export interface WalkableMapProps {
  /** The square whose tokens it shows again. */
  readonly square: 'dropped' | 'shuffled';
  readonly label: string;
  readonly className: string | undefined;
  /** The token at a point, in shares 0..1 of the map's width and height. */
  readonly tokenAt: (x: number, y: number) => Selection | null;
  readonly children: ReactNode;
}

/** A map of the panel to point at and to walk through: its token is the one of the squares. */
export function WalkableMap({ square, label, className, tokenAt, children }: WalkableMapProps) {
  const { t } = useTranslation();
  const store = useAppStore();

  function tokenUnder(event: MouseEvent<HTMLElement>) {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    return tokenAt((event.clientX - left) / width, (event.clientY - top) / height);
  }

  function handleKey(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const state = store.getState();
    if (isMovementKey(event.key)) state.move(square, event.key);
    else if (event.key === 'Enter' || event.key === ' ') {
      const selection = activeSelection(state);
      if (selection) state.lock(selection);
      else state.move(square, 'Home');
    } else return;
    event.preventDefault();
  }

  return (
    <div
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keyboard by definition.
      tabIndex={0}
      aria-label={label}
      aria-roledescription={t('token.role')}
      className={className}
      onKeyDown={handleKey}
      onBlur={() => store.getState().hover(null)}
      onPointerMove={(event) => store.getState().hover(tokenUnder(event))}
      onPointerLeave={() => store.getState().hover(null)}
      onClick={(event) => {
        const token = tokenUnder(event);
        if (token) store.getState().lock(token);
      }}
    >
      {children}
    </div>
  );
}
