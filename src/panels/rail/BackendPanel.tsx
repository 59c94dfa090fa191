import { useTranslation } from 'react-i18next';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import styles from './rail.module.css';

/** Where the encoder runs, and why. */
export function BackendPanel() {
  const { t } = useTranslation();
  const store = useAppStore();
  const status = useApp((state) => state.status);
  const encoderChoice = useApp((state) => state.encoderChoice);
  return (
    <section className={styles.section} aria-labelledby="backend-title">
      <h2 id="backend-title">{t('backend.title')}</h2>
      <div className={styles.choice}>
        <Segmented
          label={t('backend.choice')}
          value={encoderChoice}
          options={(['auto', 'webgpu', 'wasm'] as const).map((value) => ({ value, text: t(`backend.${value}`) }))}
          onChange={(choice) => {
            store
              .getState()
              .chooseEncoder(choice)
              .catch(() => {});
          }}
        />
      </div>
      {status && (
        <p className={styles.hint}>
          <strong>{t('backend.runsOn', { backend: t(`backend.${status.backend}`) })}</strong>{' '}
          {t(`backend.reasons.${status.backendReason}`)}
        </p>
      )}
    </section>
  );
}
