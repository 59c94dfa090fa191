import { ImageUp } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp, useAppStore } from '#panels/use-app.ts';
import styles from './rail.module.css';
import { addressOfSample, samples } from './samples.ts';

/** Where the image comes from. */
export function SourcePanel() {
  const { t } = useTranslation();
  const store = useAppStore();
  const picker = useRef<HTMLInputElement>(null);
  const filesDropped = useApp((state) => state.filesDropped);
  const current = useApp((state) => state.source?.image);
  return (
    <section className={styles.section} aria-labelledby="source-title">
      <h2 id="source-title">{t('source.title')}</h2>
      <button type="button" className="button" onClick={() => picker.current?.click()}>
        <ImageUp size={16} aria-hidden="true" />
        {t('source.open')}
      </button>
      <input
        ref={picker}
        type="file"
        accept="image/*,.onnx"
        aria-label={t('source.open')}
        hidden
        onChange={(event) => {
          // The store shows what cannot be opened.
          store
            .getState()
            .openFiles([...(event.target.files ?? [])])
            .catch(() => {});
          event.target.value = '';
        }}
      />
      <p className={styles.hint}>{t('source.hint')}</p>
      <p className={styles.notice} role="status">
        {filesDropped > 0 && t('source.several', { count: filesDropped })}
      </p>
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
                    .runImage({ image: address, name: file })
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
    </section>
  );
}
