import { useTranslation } from 'react-i18next';
import { useLoadAnnouncement, useLoadText } from '#panels/checkpoint/use-load-text.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import styles from './shell.module.css';

/** What the engine does, in a word, for eyes and screen readers alike; of a load how far it is, and the way to it. */
export function EngineState() {
  const { t } = useTranslation();
  const store = useAppStore();
  const phase = useApp((state) => state.progress?.phase ?? null);
  const enginePhase = useApp((state) => state.phase);
  const load = useLoadText();
  const announcement = useLoadAnnouncement();
  function tell(): string {
    if (announcement) return announcement;
    if (phase) return t(`progress.${phase}`);
    if (enginePhase === 'starting') return t('progress.starting');
    return t(enginePhase === 'ready' ? 'progress.ready' : 'progress.stopped');
  }
  return (
    <div className={styles.engineState} data-volatile>
      <p className={load ? 'visually-hidden' : undefined} role="status">
        {tell()}
      </p>
      {load && (
        <button type="button" title={t('loading.show')} onClick={() => store.getState().showDialog('checkpoint')}>
          {load.phase} <span>{load.percent}</span>
        </button>
      )}
    </div>
  );
}
