import { useTranslation } from 'react-i18next';
import type { RunReport } from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import { writePython } from '#export/python/python.ts';
import dialog from '#panels/tile-plan/tile-plan.module.css';
import { CopyButton } from './CopyButton.tsx';
import { pythonContextOf } from './python-context.ts';
import styles from './take-away.module.css';
import type { TensorChoice } from './tensor-choice.ts';

export interface PythonScriptProps {
  readonly report: RunReport;
  readonly choice: TensorChoice;
}

/** The Python that makes the chosen tensor with the published code. */
export function PythonScript({ report, choice }: PythonScriptProps) {
  const { t } = useTranslation();
  const script = tryToWrite(choice, report);
  return (
    <section aria-labelledby="take-away-python">
      <div className={styles.heading}>
        <h3 id="take-away-python">Python</h3>
        {script !== null && <CopyButton text={script} label={t('takeAway.copyPython')} />}
      </div>
      <p className={dialog.note}>{t(script === null ? 'takeAway.noPython' : 'takeAway.pythonIntro')}</p>
      {script !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        <section className={styles.script} tabIndex={0} aria-label={t('takeAway.script')}>
          <pre>
            <code>{script}</code>
          </pre>
        </section>
      )}
    </section>
  );
}

/** null where the published code has no such tensor. */
function tryToWrite(choice: TensorChoice, report: RunReport): string | null {
  try {
    return writePython(pythonContextOf(choice, report));
  } catch (error) {
    if (error instanceof TokenLensError) return null;
    throw error;
  }
}
