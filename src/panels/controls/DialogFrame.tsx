import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, type RefObject, useRef } from 'react';
import styles from './dialog-frame.module.css';

export interface DialogFrameProps {
  readonly title: string;
  /** Takes the focus when what the dialog shows has changed. */
  readonly titleRef: RefObject<HTMLHeadingElement | null>;
  /** A line beneath the title. */
  readonly note: ReactNode;
  readonly closeLabel: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog that the state of the page opens: its body scrolls beneath the title, and it grows downwards only. */
export function DialogFrame({ title, titleRef, note, closeLabel, isOpen, onClose, children }: DialogFrameProps) {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root
      open={isOpen}
      onOpenChange={(opens) => {
        if (!opens) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup
          ref={popup}
          className={styles.popup}
          initialFocus={() => popup.current?.querySelector<HTMLElement>('[data-initial-focus]') ?? titleRef.current}
        >
          <header className={styles.header}>
            <div>
              <Dialog.Title className={styles.title} ref={titleRef} tabIndex={-1} title={title}>
                {title}
              </Dialog.Title>
              <Dialog.Description className={styles.note}>{note}</Dialog.Description>
            </div>
            <Dialog.Close className="icon-button" aria-label={closeLabel}>
              <X size={18} aria-hidden="true" />
            </Dialog.Close>
          </header>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
