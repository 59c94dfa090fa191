import { useTranslation } from 'react-i18next';
import { formatShare } from '#panels/format.ts';
import { useApp } from '#panels/use-app.ts';
import styles from './squares.module.css';

/** What the engine is doing, in the square where it does it. */
export function Working() {
  const { t } = useTranslation();
  const progress = useApp((state) => state.progress);
  if (!progress) return null;
  const { phase, fraction } = progress;
  return (
    <div className={styles.working}>
      <p>
        <span>{t(`progress.${phase}`)}</span>
        <span className={styles.fraction}>{fraction === null ? '' : formatShare(fraction)}</span>
      </p>
      <div
        className={styles.progress}
        role="progressbar"
        aria-label={t(`progress.${phase}`)}
        aria-valuemin={0}
        aria-valuemax={1}
        {...(fraction !== null && { 'aria-valuenow': fraction })}
        data-indeterminate={fraction === null || undefined}
      >
        <i style={fraction === null ? {} : { width: `${fraction * 100}%` }} />
      </div>
    </div>
  );
}
