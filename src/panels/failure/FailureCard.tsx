import { useTranslation } from 'react-i18next';
import { useApp, useAppStore } from '#panels/use-app.ts';
import styles from './failure.module.css';

/** What went wrong, where it went wrong, and the ways out. */
export function FailureCard() {
  const { t } = useTranslation();
  const store = useAppStore();
  const failure = useApp((state) => state.failure);
  const isStopped = useApp((state) => state.phase === 'stopped');
  const hasResult = useApp((state) => state.report !== null);
  if (!failure) return null;
  const { error, retry } = failure;
  const { restart, dismissError } = store.getState();
  // Whatever fails again is shown again.
  const tryAgain = () => (isStopped ? restart() : retry()).catch(() => {});
  return (
    <div className={styles.card} role="alert">
      <p className={styles.title}>{t('failure.title')}</p>
      <p className={styles.what}>{t(`errors.${error.code}.what`, { replace: error.details })}</p>
      <p>{t(`errors.${error.code}.remedy`, { replace: error.details })}</p>
      {hasResult && <p className={styles.kept}>{t('failure.kept')}</p>}
      <details className={styles.details}>
        <summary>{t('failure.details')}</summary>
        <code>
          {error.code} · {error.stage}
          {error.cause && ` · ${error.cause}`}
        </code>
      </details>
      <p className={styles.ways}>
        <button type="button" className="button" onClick={() => void tryAgain()}>
          {isStopped ? t('failure.restart') : t('failure.retry')}
        </button>
        {!isStopped && (
          <button type="button" className="button quiet" onClick={dismissError}>
            {t('failure.dismiss')}
          </button>
        )}
      </p>
    </div>
  );
}
