import { useTranslation } from 'react-i18next';
import { useApp } from '#panels/use-app.ts';
import styles from './shell.module.css';

/** What the engine does, in a word, for eyes and screen readers alike. */
export function EngineState() {
  const { t } = useTranslation();
  const phase = useApp((state) => (state.progress ?? state.loadProgress)?.phase ?? null);
  const enginePhase = useApp((state) => state.phase);
  function tell(): string {
    if (phase) return t(`progress.${phase}`);
    if (enginePhase === 'starting') return t('progress.starting');
    return t(enginePhase === 'ready' ? 'progress.ready' : 'progress.stopped');
  }
  return (
    <p className={styles.engineState} role="status" data-volatile>
      {tell()}
    </p>
  );
}
