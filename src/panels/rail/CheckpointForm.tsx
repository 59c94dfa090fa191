import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronRight } from 'lucide-react';
import { type FormEvent, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppStore } from '#panels/use-app.ts';
import styles from './rail.module.css';

const demoModel = 'demo';

/** Loads a checkpoint from a folder, with a connector from another where the layout keeps them apart. */
export function CheckpointForm() {
  const { t } = useTranslation();
  const store = useAppStore();
  const id = useId();
  // The store shows what cannot be loaded.
  const load = (model: string, connector: string) =>
    store
      .getState()
      .loadModel({ model, ...(connector && { connector }) })
      .catch(() => {});

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const read = (name: string) => String(fields.get(name) ?? '').trim();
    void load(read('model'), read('connector'));
  }

  return (
    <Collapsible.Root>
      <Collapsible.Trigger className={styles.disclosure}>
        <ChevronRight size={14} aria-hidden="true" />
        {t('model.change')}
      </Collapsible.Trigger>
      <Collapsible.Panel>
        <form className={styles.form} onSubmit={submit}>
          <label htmlFor={`${id}-model`}>{t('model.folder')}</label>
          <input id={`${id}-model`} name="model" required aria-describedby={`${id}-hint`} spellCheck={false} />
          <small id={`${id}-hint`}>{t('model.folderHint')}</small>
          <label htmlFor={`${id}-connector`}>{t('model.connectorFolder')}</label>
          <input id={`${id}-connector`} name="connector" aria-describedby={`${id}-connector-hint`} spellCheck={false} />
          <small id={`${id}-connector-hint`}>{t('model.connectorHint')}</small>
          <button type="submit" className="button">
            {t('model.load')}
          </button>
          <button type="button" className="button quiet" onClick={() => void load(demoModel, '')}>
            {t('model.demo')}
          </button>
          <small>{t('model.onnx')}</small>
        </form>
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}
