import { useTranslation } from 'react-i18next';
import type { TokenStage } from '#engine/protocol.ts';
import { formatValue } from '#panels/format.ts';
import { paintToken } from '#panels/heatmap/paint-map.ts';
import { useApp } from '#panels/use-app.ts';
import type { ValueRange } from '#state/map-values.ts';
import { activeSelection } from '#state/selectors.ts';
import styles from './squares.module.css';
import { usePainting } from './use-painting.ts';

/** The class token above the encoder's grid, and the place it has left above the next. */
export function ClassSlot({ stage }: { readonly stage: TokenStage }) {
  const { t } = useTranslation();
  const painting = usePainting('selected');
  const isSelected = useApp((state) => activeSelection(state)?.kind === 'class');
  const runId = useApp((state) => state.report?.runId ?? null);
  if (runId === null) return null;

  const values = painting?.map.classToken ?? null;
  const colour = painting && values && `rgb(${paintToken(values, painting.ranges, painting.table).join(' ')})`;
  const background = colour ? { background: colour } : {};
  if (stage === 'dropped') {
    return (
      <span className={styles.slotRow}>
        <i className={styles.leftPlace}>
          <i key={runId} className={styles.leaving} style={background} />
        </i>
        <span>{t('token.classLeft')}</span>
      </span>
    );
  }
  if (stage !== 'selected') return null;
  return (
    <span className={styles.slotRow} data-class-token data-selected={isSelected || undefined}>
      <i className={styles.classCell} style={background} data-testid="class-token" />
      <span>{t('token.class')}</span>
      {painting && values && <ClassValue values={values} ranges={painting.ranges} />}
    </span>
  );
}

/** The class token's value as a number; PCA scores are read in the inspector. */
function ClassValue({ values, ranges }: { readonly values: Float32Array; readonly ranges: readonly ValueRange[] }) {
  const { t } = useTranslation();
  const [range] = ranges;
  const [value] = values;
  if (ranges.length !== 1 || !range || value === undefined) return null;
  const isBeyond = value > range.max || value < range.min;
  return (
    <>
      {isBeyond && <span className={styles.beyond}>{t('token.beyond')}</span>}
      <span className={styles.classValue}>{formatValue(value)}</span>
    </>
  );
}
