import { useTranslation } from 'react-i18next';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { nameOfRequest, shortName } from './checkpoint-name.ts';
import styles from './load-progress.module.css';
import { useLoadText } from './use-load-text.ts';

export interface LoadProgressProps {
  /** `wide`: there is room for two columns. */
  readonly width?: 'narrow' | 'wide';
  /** false where its name is on show already. */
  readonly isNamed?: boolean;
}

/** How far the load under way is, and the way to end it. */
export function LoadProgress({ width = 'narrow', isNamed = true }: LoadProgressProps) {
  const { t } = useTranslation();
  const store = useAppStore();
  const request = useApp((state) => state.loading);
  const text = useLoadText();
  if (!request || !text) return null;
  const { phase, fraction, percent, amount, rate, left } = text;
  const name = nameOfRequest(request) || t('checkpoint.files');
  return (
    <section className={styles.load} data-width={width} aria-label={t('loading.label', { name })} data-volatile>
      {isNamed && (
        <p className={styles.name} title={name}>
          {shortName(name)}
        </p>
      )}
      <p className={styles.phase}>
        {phase}
        <span className={styles.number}>{percent}</span>
      </p>
      <div
        className={styles.bar}
        role="progressbar"
        aria-label={phase}
        aria-valuemin={0}
        aria-valuemax={1}
        {...(fraction !== null && { 'aria-valuenow': fraction, 'aria-valuetext': percent })}
        data-indeterminate={fraction === null || undefined}
      >
        <i style={fraction === null ? {} : { width: `${fraction * 100}%` }} />
      </div>
      <p className={`${styles.number} ${styles.amount}`}>{amount}</p>
      <p className={`${styles.number} ${styles.rate}`}>{[rate, left].filter(Boolean).join(' · ')}</p>
      <button type="button" className={`button quiet ${styles.cancel}`} onClick={() => store.getState().cancelLoad()}>
        {t('progress.cancel')}
      </button>
    </section>
  );
}
