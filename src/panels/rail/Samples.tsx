import { useTranslation } from 'react-i18next';
import { useApp, useAppStore } from '#panels/use-app.ts';
import styles from './rail.module.css';
import { addressOfSample, samples } from './samples.ts';

/** The pictures that come with the app, each a click away. */
export function Samples() {
  const { t } = useTranslation();
  const store = useAppStore();
  const current = useApp((state) => state.source?.image);
  return (
    <ul className={styles.samples} aria-label={t('source.samples')}>
      {samples.map(({ name, file }) => {
        const address = addressOfSample(file);
        return (
          <li key={name}>
            <button
              type="button"
              aria-pressed={current === address}
              aria-label={t(`source.credits.${name}`)}
              title={`${t(`source.credits.${name}`)} – ${t(`source.credits.${name}Credit`)}`}
              onClick={() => {
                store
                  .getState()
                  .openSource({ image: address })
                  .catch(() => {});
              }}
            >
              <img src={address} alt="" width={96} height={72} loading="lazy" />
            </button>
            <small>{t(`source.credits.${name}Credit`)}</small>
          </li>
        );
      })}
    </ul>
  );
}
