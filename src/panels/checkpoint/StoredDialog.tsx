import { Meter } from '@base-ui/react/meter';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StorageReport } from '#engine/protocol.ts';
import { DialogFrame } from '#panels/controls/DialogFrame.tsx';
import { focusWithin } from '#panels/controls/focus-within.ts';
import { formatFileSize } from '#panels/format.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { StoredTable } from './StoredTable.tsx';
import styles from './stored.module.css';

/** What the browser keeps of checkpoints, asked anew each time the dialog opens. */
export function StoredDialog() {
  const { t } = useTranslation();
  const store = useAppStore();
  const isOpen = useApp(({ dialog }) => dialog === 'stored');
  const stored = useApp((state) => state.stored);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    // An engine that cannot answer is shown by its own error; the dialog keeps what was known last.
    store
      .getState()
      .refreshStored()
      .catch(() => {});
  }, [isOpen, store]);
  return (
    <DialogFrame
      title={t('stored.title')}
      titleRef={title}
      note={t('stored.intro')}
      closeLabel={t('stored.close')}
      isOpen={isOpen}
      onClose={() => store.getState().showDialog(null)}
    >
      <div className={styles.body} aria-busy={stored === null}>
        {stored ? <Stored stored={stored} onDeleted={() => focusWithin(title.current)} /> : <p>{t('stored.asking')}</p>}
      </div>
    </DialogFrame>
  );
}

interface StoredProps {
  readonly stored: StorageReport;
  /** The keyboard has lost its place. */
  readonly onDeleted: () => void;
}

function Stored({ stored, onDeleted }: StoredProps) {
  const { t } = useTranslation();
  const { isAvailable, checkpoints, usedByteLength, quotaByteLength } = stored;
  if (!isAvailable) return <p>{t('stored.unavailable')}</p>;
  const [used, quota] = [formatFileSize(usedByteLength), formatFileSize(quotaByteLength)];
  return (
    <>
      {checkpoints.length > 0 ? (
        <StoredTable checkpoints={checkpoints} onDeleted={onDeleted} />
      ) : (
        <p>{t('stored.none')}</p>
      )}
      <div className={styles.quota}>
        <Meter.Root
          value={usedByteLength}
          max={quotaByteLength || 1}
          aria-label={t('stored.title')}
          getAriaValueText={() => t('stored.quota', { used, quota })}
        >
          <Meter.Track className={styles.bar}>
            <Meter.Indicator className={styles.level} />
          </Meter.Track>
        </Meter.Root>
        <p data-volatile>{t('stored.quota', { used, quota })}</p>
      </div>
      <Persistence isPersistent={stored.isPersistent} />
    </>
  );
}

/** Whether the browser may delete what is stored, and the way to ask it not to. */
function Persistence({ isPersistent }: { readonly isPersistent: boolean }) {
  const { t } = useTranslation();
  const store = useAppStore();
  const [isRefused, setRefused] = useState(false);

  async function ask() {
    // What the store could not ask counts as no.
    const agrees = await store
      .getState()
      .keepStored()
      .catch(() => false);
    setRefused(!agrees);
  }

  return (
    <div className={styles.persistence}>
      <p role="status">{t(isPersistent ? 'stored.persistent' : isRefused ? 'stored.refused' : 'stored.fleeting')}</p>
      {!isPersistent && (
        <button type="button" className="button quiet" onClick={() => void ask()}>
          {t('stored.askToKeep')}
        </button>
      )}
    </div>
  );
}
