import { useTranslation } from 'react-i18next';
import { formatShare } from '#panels/format.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { shownProgress } from '#state/selectors.ts';
import styles from './squares.module.css';

/** What the engine is doing, in the square where it does it. */
export function Working() {
  const { t } = useTranslation();
  const store = useAppStore();
  const progress = useApp(shownProgress);
  if (!progress) return null;
  const { operation, phase, fraction, tile } = progress;
  return (
    <div className={styles.working}>
      <p>
        <span>
          {t(`progress.${phase}`)}
          {tile && tile.count > 1 && (
            <span className={styles.workingTile}>
              {t('progress.tile', { number: tile.index + 1, count: tile.count })}
            </span>
          )}
        </span>
        <span className={styles.fraction}>{fraction === null ? '' : formatShare(fraction)}</span>
        {operation === 'run' && (
          <button type="button" className={styles.cancel} onClick={() => store.getState().cancelRun()}>
            {t('progress.cancel')}
          </button>
        )}
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
