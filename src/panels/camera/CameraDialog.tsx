import { Dialog } from '@base-ui/react/dialog';
import { Camera, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppStore } from '#panels/use-app.ts';
import { CameraView } from './CameraView.tsx';
import styles from './camera.module.css';
import { nameOfPhotograph } from './camera.ts';

/** Takes a picture with the camera and runs it. The camera is on only while the dialog is open. */
export function CameraDialog() {
  const { t } = useTranslation();
  const store = useAppStore();
  const [isOpen, setOpen] = useState(false);

  function run(picture: Blob) {
    setOpen(false);
    // The store shows what fails.
    store
      .getState()
      .openSource({ image: picture, name: nameOfPhotograph(new Date()) })
      .catch(() => {});
  }

  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger className="button quiet">
        <Camera size={16} aria-hidden="true" />
        {t('camera.open')}
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.popup}>
          <header className={styles.header}>
            <Dialog.Title className={styles.title}>{t('camera.title')}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label={t('camera.close')}>
              <X size={18} aria-hidden="true" />
            </Dialog.Close>
          </header>
          <CameraView onPicture={run} />
          <Dialog.Description className={styles.note}>{t('camera.private')}</Dialog.Description>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
