import { type FormEvent, useCallback, useEffect, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { focusWithin, initialFocusMark } from '#panels/controls/focus-within.ts';
import { FailureText } from '#panels/failure/FailureText.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { isFailureInDialog } from '#state/selectors.ts';
import { CheckpointList } from './CheckpointList.tsx';
import dialog from './checkpoint.module.css';
import { HubFields } from './HubFields.tsx';
import { LoadProgress } from './LoadProgress.tsx';
import { OtherSources } from './OtherSources.tsx';
import styles from './picker.module.css';

/** What was asked for by its name, to be corrected or asked again; a bundled model that was found is no such name. */
function namedBefore(asked: unknown, hasFailed: boolean): string {
  return typeof asked === 'string' && (hasFailed || /[/:]/.test(asked)) ? asked : '';
}

/** The ways to a checkpoint, or to the configuration of files from disk: by name, from the disk, from the lists. */
export function Picker() {
  const { t } = useTranslation();
  const store = useAppStore();
  const asked = useApp((state) => state.asked);
  const hasFailed = useApp(isFailureInDialog);
  const isLoading = useApp((state) => state.loading !== null);
  const isAtToken = useApp((state) => state.dialog === 'hub');
  const isForFiles = useApp((state) => state.dialog === 'config');
  const hub = useApp((state) => state.hub);
  const [isHubOpen, setHubOpen] = useState(isAtToken || hub.endpoint !== null || hub.token !== null);
  const form = useRef<HTMLFormElement>(null);
  const id = useId();

  const fieldNamed = useCallback((name: string) => {
    const field = form.current?.elements.namedItem(name);
    return field instanceof HTMLInputElement ? field : null;
  }, []);

  useEffect(() => focusWithin(fieldNamed(isAtToken ? 'token' : 'model')), [fieldNamed, isAtToken]);

  function enterToken() {
    flushSync(() => setHubOpen(true));
    focusWithin(fieldNamed('token'));
  }

  function lookUp(model: string, connector: string) {
    const read = (name: string) => fieldNamed(name)?.value.trim() || null;
    const { changeHub, inspectModel } = store.getState();
    changeHub({ endpoint: read('endpoint'), token: read('token') });
    const named = isForFiles && asked ? { model: asked.model, config: model } : { model };
    // The store shows what cannot be had.
    inspectModel({ ...named, ...(connector && { connector }) }).catch(() => {});
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const read = (name: string) => fieldNamed(name)?.value.trim() ?? '';
    lookUp(read('model'), read('connector'));
  }

  return (
    <div className={dialog.body}>
      {hasFailed && <FailureText className={dialog.failure} onEnterToken={enterToken} />}
      {isLoading && <LoadProgress width="wide" />}
      <form ref={form} className={styles.form} onSubmit={submit}>
        <label htmlFor={`${id}-model`}>{t('checkpoint.name')}</label>
        <div className={styles.nameRow}>
          <input
            id={`${id}-model`}
            name="model"
            {...(!isAtToken && initialFocusMark)}
            required
            placeholder="OpenGVLab/InternVL2_5-1B"
            defaultValue={namedBefore(isForFiles ? asked?.config : asked?.model, hasFailed)}
            spellCheck={false}
            autoComplete="off"
          />
          <button type="submit" className="button">
            {t('checkpoint.lookUp')}
          </button>
        </div>
        <label htmlFor={`${id}-connector`}>{t('checkpoint.connector')}</label>
        <input
          id={`${id}-connector`}
          name="connector"
          placeholder="VITA-MLLM/VITA-1.5"
          defaultValue={asked?.connector ?? ''}
          aria-describedby={`${id}-connector-hint`}
          spellCheck={false}
          autoComplete="off"
        />
        <small id={`${id}-connector-hint`}>{t('checkpoint.connectorHint')}</small>
        <HubFields isAtToken={isAtToken} isOpen={isHubOpen} onOpenChange={setHubOpen} />
      </form>
      {!isForFiles && <OtherSources />}
      <CheckpointList onChoose={lookUp} />
    </div>
  );
}
