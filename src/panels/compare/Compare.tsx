import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Disclosure } from '#panels/controls/Disclosure.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { comparedRun, compareRequestOf, endedRun } from '#state/comparison.ts';
import { CompareChoice } from './CompareChoice.tsx';
import { CompareFigures } from './CompareFigures.tsx';
import styles from './compare.module.css';

/** Two images, or two results of one, side by side with one cursor, and how far they are from each other. */
export function Compare() {
  const { t } = useTranslation();
  const hasRun = useApp((state) => state.report !== null);
  if (!hasRun) return null;
  return (
    <Disclosure panel="compare" title={t('compare.title')} question={t('compare.question')}>
      <Comparing />
    </Disclosure>
  );
}

function Comparing() {
  const { t } = useTranslation();
  const store = useAppStore();
  const own = useApp((state) => state.report);
  const other = useApp(comparedRun);
  const ended = useApp(endedRun);
  const kept = useApp((state) => state.kept.length);
  // As text, for a new object is a new one each time.
  const needed = useApp((state) => JSON.stringify([state.phase, compareRequestOf(state)]));

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is needed decides when to ask.
  useEffect(() => store.getState().requestComparison(), [store, needed]);

  if (kept < 2 && !ended) return <p className={styles.hint}>{t('compare.alone')}</p>;
  return (
    <div className={styles.body}>
      {kept > 1 && <CompareChoice />}
      {ended && (
        <p className={styles.hint} role="status">
          {t(kept > 1 ? 'compare.ended' : 'compare.endedAlone', { name: ended.image.name, runId: ended.runId })}
        </p>
      )}
      {own && other && <CompareFigures own={own} other={other} />}
    </div>
  );
}
