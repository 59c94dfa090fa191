import { Dialog } from '@base-ui/react/dialog';
import { Stethoscope, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useApp, useAppStore } from '#panels/use-app.ts';
import styles from './diagnostics.module.css';
import { EngineFacts } from './EngineFacts.tsx';

/** Everything the engine says about itself, asked anew each time the dialog opens. */
export function DiagnosticsDialog() {
  const { t } = useTranslation();
  const store = useAppStore();
  const status = useApp((state) => state.status);
  return (
    <Dialog.Root
      onOpenChange={(isOpen) => {
        // An engine that cannot answer is shown by its own error; the dialog keeps what was known last.
        if (isOpen && store.getState().phase === 'ready') {
          store
            .getState()
            .refreshStatus()
            .catch(() => {});
        }
      }}
    >
      <Dialog.Trigger className="icon-button" aria-label={t('diagnostics.open')} title={t('diagnostics.open')}>
        <Stethoscope size={18} aria-hidden="true" />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.popup}>
          <header className={styles.header}>
            <Dialog.Title className={styles.title}>{t('diagnostics.title')}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label={t('diagnostics.close')}>
              <X size={18} aria-hidden="true" />
            </Dialog.Close>
          </header>
          <Dialog.Description className={styles.intro}>{t('diagnostics.intro')}</Dialog.Description>
          {status ? <EngineFacts status={status} /> : <p>{t('diagnostics.notReady')}</p>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
