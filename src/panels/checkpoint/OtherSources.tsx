import { FolderOpen } from 'lucide-react';
import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { LocalFile } from '#engine/protocol.ts';
import { useAppStore } from '#panels/use-app.ts';
import { modelAmong } from '#state/source-slice.ts';
import dialog from './checkpoint.module.css';
import styles from './picker.module.css';

const demoModel = 'demo';

/** Checkpoints that come from no network: folders on the disk, and the bundled one. */
export function OtherSources() {
  const { t } = useTranslation();
  const store = useAppStore();
  const picker = useRef<HTMLInputElement>(null);
  const id = useId();

  function pickFolder() {
    if (!picker.current) return;
    picker.current.webkitdirectory = true;
    picker.current.click();
  }

  /** Loads at once what nothing can be told of beforehand. */
  function loadNow(model: string | File) {
    const { showDialog, loadModel } = store.getState();
    showDialog(null);
    // The store shows what cannot be loaded.
    loadModel({ model }).catch(() => {});
  }

  function openFolder(files: readonly LocalFile[]) {
    const model = modelAmong(files);
    if (model instanceof File) loadNow(model);
    else {
      store
        .getState()
        .inspectModel({ model: files })
        .catch(() => {});
    }
  }

  return (
    <section aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{t('checkpoint.others')}</h3>
      <div className={styles.others}>
        <button type="button" className="button quiet" onClick={pickFolder}>
          <FolderOpen size={16} aria-hidden="true" />
          {t('checkpoint.folder')}
        </button>
        <input
          ref={picker}
          type="file"
          aria-label={t('checkpoint.folder')}
          hidden
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            if (files.length > 0)
              openFolder(files.map((file) => ({ file, path: file.webkitRelativePath || file.name })));
            event.target.value = '';
          }}
        />
        <button type="button" className="button quiet" onClick={() => loadNow(demoModel)}>
          {t('checkpoint.demo')}
        </button>
      </div>
      <p className={dialog.hint}>{t('checkpoint.dropHint')}</p>
    </section>
  );
}
