import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Disclosure } from '#panels/controls/Disclosure.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { currentReductionFigures, reductionTile } from '#state/reduction-slice.ts';
import { Fold } from './Fold.tsx';
import { Orders } from './Orders.tsx';
import styles from './reduction.module.css';
import { ScaleEffect } from './ScaleEffect.tsx';
import { Sum } from './Sum.tsx';
import { Ways } from './Ways.tsx';

/** What happens between 1025 and 256 tokens, on the image on show. */
export function Reduction() {
  const { t } = useTranslation();
  return (
    <Disclosure panel="reduction" title={t('reduction.title')} question={t('reduction.question')}>
      <div className={styles.panel}>
        <Sum />
        <Content />
      </div>
    </Disclosure>
  );
}

function Content() {
  const { t } = useTranslation();
  const store = useAppStore();
  const report = useApp((state) => state.report);
  const tile = useApp(reductionTile);
  const figures = useApp(currentReductionFigures);
  const runId = report?.runId ?? null;
  const isMissing = figures === null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run or tile is asked for anew.
  useEffect(() => {
    if (isMissing) void store.getState().requestReductionFigures();
  }, [runId, tile, isMissing, store]);
  if (!report) return <p className={styles.note}>{t('reduction.waiting')}</p>;
  if (!figures) return <p className={`${styles.note} ${styles.measuring}`}>{t('reduction.measuring')}</p>;
  return (
    <>
      <Fold figures={figures} model={report.model} />
      <Ways figures={figures} pictures={report.pictures} />
      <Orders psVersion={report.model.psVersion} />
      <ScaleEffect featureScale={report.model.featureScale} hasConnector={report.model.tokenSize !== null} />
    </>
  );
}
