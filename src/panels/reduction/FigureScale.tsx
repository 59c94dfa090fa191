import { gradientOf } from '#panels/heatmap/colour-maps.ts';
import type { ValueRange } from '#state/map-values.ts';
import { useFigureTable } from './FigureMap.tsx';
import styles from './reduction.module.css';

export interface FigureScaleProps {
  readonly range: ValueRange;
  readonly unit: string;
  readonly format: (value: number) => string;
}

/** What the colours of the panel's maps mean. */
export function FigureScale({ range, unit, format }: FigureScaleProps) {
  const table = useFigureTable();
  return (
    <div className={styles.scale}>
      <span>{format(range.min)}</span>
      <i style={{ background: gradientOf(table) }} aria-hidden="true" />
      <span>{format(range.max)}</span>
      <span className={styles.scaleUnit}>{unit}</span>
    </div>
  );
}
