import { useTranslation } from 'react-i18next';
import type { StageReport } from '#engine/protocol.ts';
import { formatDuration } from '#panels/format.ts';
import styles from './squares.module.css';

export interface FactsProps {
  readonly shape: string | null;
  readonly dtype: string | null;
  readonly unit: string | null;
  /** Where the run has more than one: how many, and what that makes together. */
  readonly tiles: string | null;
  readonly timing: StageReport['timing'] | null;
}

const unknown = '—';

/** Shape, dtype, unit and time of what a square holds. */
export function Facts({ shape, dtype, unit, tiles, timing }: FactsProps) {
  const { t } = useTranslation();
  return (
    <dl className={styles.facts}>
      <dt>{t('facts.shape')}</dt>
      <dd>{shape ?? unknown}</dd>
      <dt>{t('facts.dtype')}</dt>
      <dd>{dtype ?? unknown}</dd>
      <dt>{t('facts.unit')}</dt>
      <dd>{unit ?? unknown}</dd>
      {tiles && (
        <>
          <dt>{t('facts.tiles')}</dt>
          <dd>{tiles}</dd>
        </>
      )}
      <dt>{t('facts.time')}</dt>
      <dd data-volatile>
        {timing ? (
          <>
            {formatDuration(timing.elapsedMs)}{' '}
            <abbr title={t(timing.clock === 'gpu' ? 'facts.gpuClock' : 'facts.wallClock')}>
              {t(`facts.clocks.${timing.clock}`)}
            </abbr>
          </>
        ) : (
          unknown
        )}
      </dd>
    </dl>
  );
}
