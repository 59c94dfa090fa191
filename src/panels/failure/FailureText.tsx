import { useTranslation } from 'react-i18next';
import { useApp, useAppStore } from '#panels/use-app.ts';
import type { AppState } from '#state/app-state.ts';
import { isFailureInDialog } from '#state/selectors.ts';
import styles from './failure.module.css';
import { encoderToTry, foldersToTry, needsConfig, needsOtherFile, needsToken } from './ways-out.ts';

export interface FailureTextProps {
  readonly className?: string | undefined;
  /** Goes to the field of the access token; without it the dialog that has the field is opened. */
  readonly onEnterToken?: () => void;
}

/** What went wrong, and the ways out. */
export function FailureText({ className, onEnterToken }: FailureTextProps) {
  const { t } = useTranslation();
  const store = useAppStore();
  const failure = useApp((state) => state.failure);
  const isStopped = useApp((state) => state.phase === 'stopped');
  // A dialog covers the result; there nobody wonders which run it is of.
  const showsResult = useApp((state) => state.report !== null && !isFailureInDialog(state));
  const asked = useApp((state) => state.asked);
  if (!failure) return null;
  const { error, retry } = failure;
  const { restart, dismissError, dismissInspection, inspectModel, showDialog } = store.getState();
  const encoder = encoderToTry(error, asked);
  const folders = foldersToTry(error, asked);
  // Whatever fails again is shown again.
  const tryAgain = () => (isStopped ? restart() : retry()).catch(() => {});

  const isFinal = needsOtherFile(error);
  const hasOtherWay = encoder !== null || folders.length > 0 || needsConfig(error) || needsToken(error) || isFinal;

  function lookUp(request: NonNullable<AppState['asked']>) {
    showDialog(request.config === undefined ? 'checkpoint' : 'config');
    inspectModel(request).catch(() => {});
  }

  function openTokenField() {
    dismissInspection();
    showDialog('hub');
  }

  function chooseConfig() {
    dismissError();
    showDialog('config');
  }

  return (
    <div className={`${styles.text} ${className ?? ''}`} role="alert">
      <p className={styles.title}>{t('failure.title')}</p>
      <p className={styles.what}>{t(`errors.${error.code}.what`, { replace: error.details })}</p>
      <p>{t(`errors.${error.code}.remedy`, { replace: error.details })}</p>
      {showsResult && <p className={styles.kept}>{t('failure.kept')}</p>}
      <details className={styles.details}>
        <summary>{t('failure.details')}</summary>
        <code>
          {error.code} · {error.stage}
          {error.cause && ` · ${error.cause}`}
        </code>
      </details>
      <p className={styles.ways}>
        {encoder && (
          <button type="button" className="button" onClick={() => lookUp(encoder)}>
            {t('failure.withEncoder', { suggestion: encoder.model })}
          </button>
        )}
        {folders.map(({ name, request }) => (
          <button key={name} type="button" className="button" onClick={() => lookUp(request)}>
            {t('failure.inFolder', { name })}
          </button>
        ))}
        {needsConfig(error) && (
          <button type="button" className="button" onClick={chooseConfig}>
            {t('failure.chooseConfig')}
          </button>
        )}
        {needsToken(error) && (
          <button type="button" className="button" onClick={onEnterToken ?? openTokenField}>
            {t('failure.enterToken')}
          </button>
        )}
        <button type="button" className={hasOtherWay ? 'button quiet' : 'button'} onClick={() => void tryAgain()}>
          {isStopped ? t('failure.restart') : t('failure.retry')}
        </button>
        {!isStopped && (
          <button type="button" className={isFinal ? 'button' : 'button quiet'} onClick={dismissError}>
            {t('failure.dismiss')}
          </button>
        )}
      </p>
    </div>
  );
}
