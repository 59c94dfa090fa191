import { useTranslation } from 'react-i18next';
import type { MapKind, TokenMap } from '#engine/protocol.ts';
import { formatShare, formatValue } from '#panels/format.ts';
import { isEmptyRange, type ValueRange } from '#state/map-values.ts';
import { positionIn } from '#state/scale.ts';
import styles from './colour-bar.module.css';
import { type ColourTable, gradientOf } from './colour-maps.ts';
import { Histogram } from './Histogram.tsx';

export interface ColourBarProps {
  readonly kind: MapKind;
  /** Of PCA: the share of each component. */
  readonly explainedVariance: readonly number[] | null;
  readonly maps: readonly Pick<TokenMap, 'values'>[];
  readonly ranges: readonly ValueRange[];
  readonly table: ColourTable;
  /** The selected token's value, marked on the bar and in the histogram. */
  readonly value: number | null;
}

/** What the colours of one square mean: the ends of the scale in numbers, or, for PCA, what they do not mean. */
export function ColourBar({ kind, explainedVariance, maps, ranges, table, value }: ColourBarProps) {
  const { t } = useTranslation();
  const [range] = ranges;
  if (kind === 'pca' || !range) {
    return (
      <div className={styles.bar}>
        <ul className={styles.channels} aria-label={t('bar.explained')}>
          {(explainedVariance ?? []).map((share, component) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a component is its place in the order.
            <li key={component}>{formatShare(share)}</li>
          ))}
        </ul>
      </div>
    );
  }
  if (isEmptyRange(range)) {
    return (
      <div className={styles.bar}>
        <p className={styles.ends}>
          <span className={styles.unit}>{t('squares.noNumber')}</span>
        </p>
      </div>
    );
  }
  return (
    <div className={styles.bar}>
      <div
        className={styles.gradient}
        style={{ background: gradientOf(table) }}
        role="img"
        aria-label={t('bar.label', {
          unit: t(`units.${kind}`),
          min: formatValue(range.min),
          max: formatValue(range.max),
        })}
      >
        {value !== null && <i className={styles.mark} style={{ left: `${positionIn(range, value) * 100}%` }} />}
      </div>
      <Histogram maps={maps} range={range} value={value} />
      <p className={styles.ends} aria-hidden="true">
        <span>{formatValue(range.min)}</span>
        <span className={styles.unit}>{t(`units.${kind}`)}</span>
        <span>{formatValue(range.max)}</span>
      </p>
    </div>
  );
}
