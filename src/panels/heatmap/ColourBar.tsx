import { useTranslation } from 'react-i18next';
import type { TokenMap } from '#engine/protocol.ts';
import { formatShare, formatValue } from '#panels/format.ts';
import type { ValueRange } from '#state/map-values.ts';
import { positionIn } from '#state/scale.ts';
import styles from './colour-bar.module.css';
import { type ColourTable, gradientOf } from './colour-maps.ts';

export interface ColourBarProps {
  readonly map: TokenMap;
  readonly ranges: readonly ValueRange[];
  readonly table: ColourTable;
  /** The selected token's value, marked on the bar. */
  readonly value: number | null;
}

/** What the colours of one map mean: the ends of the scale in numbers, or, for PCA, what they do not mean. */
export function ColourBar({ map, ranges, table, value }: ColourBarProps) {
  const { t } = useTranslation();
  const [range] = ranges;
  if (map.kind === 'pca' || !range) {
    return (
      <div className={styles.bar}>
        <ul className={styles.channels} aria-label={t('bar.explained')}>
          {(map.explainedVariance ?? []).map((share, component) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a component is its place in the order.
            <li key={component}>{formatShare(share)}</li>
          ))}
        </ul>
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
          unit: t(`units.${map.kind}`),
          min: formatValue(range.min),
          max: formatValue(range.max),
        })}
      >
        {value !== null && <i className={styles.mark} style={{ left: `${positionIn(range, value) * 100}%` }} />}
      </div>
      <p className={styles.ends} aria-hidden="true">
        <span>{formatValue(range.min)}</span>
        <span className={styles.unit}>{t(`units.${map.kind}`)}</span>
        <span>{formatValue(range.max)}</span>
      </p>
    </div>
  );
}
