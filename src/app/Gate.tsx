import { useTranslation } from 'react-i18next';
import { useApp } from '#panels/use-app.ts';
import styles from './gate.module.css';
import { LanguageChoice } from './LanguageChoice.tsx';
import { ThemeChoice } from './ThemeChoice.tsx';

const browsers = ['chrome', 'linux', 'safari', 'firefox'] as const;

/** The page of a browser that cannot run the engine: what is missing and how to get it. */
export function Gate() {
  const { t } = useTranslation();
  const error = useApp((state) => state.failure?.error);
  return (
    <div className={styles.gate}>
      <header className={styles.header}>
        <p className={styles.wordmark}>
          <img src="./icon.svg" alt="" width={24} height={24} />
          Token Lens
        </p>
        <LanguageChoice />
        <ThemeChoice />
      </header>
      <main className={styles.main}>
        <h1>{t('gate.title')}</h1>
        {error && (
          <p className={styles.reason} role="alert">
            <strong>{t(`errors.${error.code}.what`, { replace: error.details })}</strong>{' '}
            {t(`errors.${error.code}.remedy`, { replace: error.details })}
          </p>
        )}
        <p>{t('gate.intro')}</p>
        <h2>{t('gate.how')}</h2>
        <dl>
          {browsers.map((browser) => (
            <div key={browser}>
              <dt>{t(`gate.${browser}`)}</dt>
              <dd>{t(`gate.${browser}How`)}</dd>
            </div>
          ))}
        </dl>
        <p>{t('gate.secure')}</p>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          {t('gate.retry')}
        </button>
      </main>
    </div>
  );
}
