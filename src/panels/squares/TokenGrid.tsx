import { type CSSProperties, type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { TokenWalk } from '#panels/controls/TokenWalk.tsx';
import { useApp } from '#panels/use-app.ts';
import type { Square } from '#state/lineage.ts';
import { shownGrid } from '#state/selectors.ts';
import type { ShownTiles } from '#tensor/tile-grid.ts';
import styles from './squares.module.css';

export interface TokenGridProps {
  /** The square whose tokens they are. */
  readonly square: Square;
  /** What tells this grid from others of the same tokens; default the square's own. */
  readonly name?: string;
  /** The tiles that it shows; default those on show. */
  readonly grid?: ShownTiles;
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

/** The tiles on show as large as they fit into the square, each a square itself. */
function fitTiles({ columns, rows }: ShownTiles): CSSProperties {
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
  const shownInSquares = useApp(shownGrid);
  const shown = grid ?? shownInSquares;
  const descriptionId = useId();

  return (
    <div className={styles.tokenGrid}>
      <TokenWalk
        square={square}
        grid={shown}
        label={label}
        describedBy={descriptionId}
        testId={name}
        className={styles.walk}
        isReady={isReady}
        announcement={announcement}
      >
        <div className={styles.slot}>{slot}</div>
        <div className={styles.square}>
          <div className={styles.tiles} style={fitTiles(shown)} data-grid>
            {children}
          </div>
          {message}
        </div>
      </TokenWalk>
      <p id={descriptionId} className="visually-hidden">
        {summary} {t('token.keys')} {square === 'selected' && t('token.keysClass')}
      </p>
    </div>
  );
}
