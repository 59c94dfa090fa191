import { ImageUp } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CameraDialog } from '#panels/camera/CameraDialog.tsx';
import { useAppStore } from '#panels/use-app.ts';
import { AddressForm } from './AddressForm.tsx';
import styles from './rail.module.css';
import { Samples } from './Samples.tsx';

/** Where the images come from. */
export function SourcePanel() {
  const { t } = useTranslation();
  const store = useAppStore();
  const picker = useRef<HTMLInputElement>(null);
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
        accept="image/*,video/*,.onnx"
        multiple
        aria-label={t('source.open')}
        hidden
        onChange={(event) => {
          // The store shows what cannot be opened.
          store
            .getState()
            .openFiles([...(event.target.files ?? [])].map((file) => ({ file, path: file.name })))
            .catch(() => {});
          event.target.value = '';
        }}
      />
      <CameraDialog />
      <p className={styles.hint}>{t('source.hint')}</p>
      <AddressForm />
      <Samples />
    </section>
  );
}
