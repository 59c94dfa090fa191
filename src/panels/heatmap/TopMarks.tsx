import { useMemo } from 'react';
import type { TokenMap } from '#engine/protocol.ts';
import { topTokens } from '#state/map-statistics.ts';
import { pixelBoxOf } from '#tensor/grid.ts';
import type { ShownTiles } from '#tensor/tile-grid.ts';
import { boxInGrid } from './box-in-grid.ts';
import styles from './heatmap.module.css';

export interface TopMarksProps {
  /** Of one component; NaN has no rank. */
  readonly maps: readonly TokenMap[];
  readonly grid: ShownTiles;
  /** How many are marked. */
  readonly count: number;
  readonly size: number;
}

const percent = (share: number) => `${share * 100}%`;

/** A thin frame with its rank, from 1, around each of the largest values. */
export function TopMarks({ maps, grid, count, size }: TopMarksProps) {
  const top = useMemo(() => topTokens(maps, count), [maps, count]);
  return (
    <div className={styles.overlay} aria-hidden="true">
      {top.map(({ tile, index }, rank) => {
        const box = boxInGrid(pixelBoxOf(index, size, grid.tokens), tile, grid);
        if (!box) return null;
        const place = {
          left: percent(box.left),
          top: percent(box.top),
          width: percent(box.width),
          height: percent(box.height),
        };
        return (
          <span
            key={`${tile} ${index}`}
            className={styles.top}
            style={place}
            data-top={rank + 1}
            data-token={`${tile}:${index}`}
          />
        );
      })}
    </div>
  );
}
