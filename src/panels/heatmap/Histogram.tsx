import { useMemo } from 'react';
import type { TokenMap } from '#engine/protocol.ts';
import { binOf, histogramOf } from '#state/map-statistics.ts';
import type { ValueRange } from '#state/map-values.ts';
import styles from './colour-bar.module.css';

export interface HistogramProps {
  /** Maps of one component. */
  readonly maps: readonly Pick<TokenMap, 'values'>[];
  readonly range: ValueRange;
  /** The selected token's value, whose bin is marked. */
  readonly value: number | null;
}

const bins = 48;

/** How the values of the tiles on show spread over the colours above, and where among them the selected one is. */
export function Histogram({ maps, range: { min, max }, value }: HistogramProps) {
  const bars = useMemo(() => {
    const perMap = maps.map(({ values }) => histogramOf(values, bins, { min, max }));
    const counts = Array.from({ length: bins }, (_, bin) => perMap.reduce((sum, one) => sum + (one[bin] ?? 0), 0));
    const most = Math.max(...counts, 1);
    return counts.map((count, bin) => `M${bin} 0h1v${count / most}h-1z`);
  }, [maps, min, max]);
  const marked = value === null ? null : binOf(value, bins, { min, max });
  return (
    <svg className={styles.histogram} viewBox={`0 0 ${bins} 1`} preserveAspectRatio="none" aria-hidden="true">
      <path d={bars.join('')} />
      {marked !== null && (
        <g className={styles.marked} data-bin={marked}>
          {/* The whole height, since few tokens make a bar that is hardly seen. */}
          <rect x={marked} width={1} height={1} />
          <path d={bars[marked]} />
        </g>
      )}
    </svg>
  );
}
