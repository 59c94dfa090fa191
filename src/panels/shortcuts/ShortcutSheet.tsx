import { Dialog } from '@base-ui/react/dialog';
import { Keyboard, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import dialog from '#panels/tile-plan/tile-plan.module.css';
import styles from './shortcuts.module.css';
import { mapShortcuts, otherShortcuts, pageShortcuts, squareShortcuts } from './shortcuts.ts';

export interface ShortcutSheetProps {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

const groups = [
  { name: 'maps', shortcuts: pageShortcuts.filter(({ name }) => mapShortcuts.includes(name)) },
  { name: 'page', shortcuts: [...pageShortcuts.filter(({ name }) => !mapShortcuts.includes(name)), ...otherShortcuts] },
  { name: 'square', shortcuts: squareShortcuts },
] as const;

/** Every shortcut there is. */
export function ShortcutSheet({ isOpen, onOpenChange }: ShortcutSheetProps) {
  const { t } = useTranslation();
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Trigger className="icon-button" aria-label={t('shortcuts.open')} title={t('shortcuts.open')}>
        <Keyboard size={18} aria-hidden="true" />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup className={`${dialog.popup} ${styles.popup}`}>
          <header className={dialog.header}>
            <Dialog.Title className={dialog.title}>{t('shortcuts.title')}</Dialog.Title>
            <Dialog.Description className={dialog.intro}>{t('shortcuts.intro')}</Dialog.Description>
            <Dialog.Close className="icon-button" aria-label={t('shortcuts.close')}>
              <X size={18} aria-hidden="true" />
            </Dialog.Close>
          </header>
          <div className={`${dialog.body} ${styles.body}`}>
            {groups.map(({ name, shortcuts }) => (
              <section key={name}>
                <h3>{t(`shortcuts.groups.${name}`)}</h3>
                <dl className={styles.list}>
                  {shortcuts.map((shortcut) => (
                    <div key={shortcut.name}>
                      <dt>
                        {shortcut.keys.map((key) => (
                          <kbd key={key}>{key}</kbd>
                        ))}
                      </dt>
                      <dd>{t(`shortcuts.does.${shortcut.name}`)}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
