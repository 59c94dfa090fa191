import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Disclosure } from '#panels/controls/Disclosure.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import { currentReductionFigures } from '#state/reduction-slice.ts';
import { liveRun, panelTile } from '#state/selectors.ts';
import { Fold } from './Fold.tsx';
import { lastStep } from './fold-layout.ts';
import { Orders } from './Orders.tsx';
import styles from './reduction.module.css';
import { ScaleEffect } from './ScaleEffect.tsx';
import { Sum } from './Sum.tsx';
import { useStepPlayer } from './use-step-player.ts';
import { Ways } from './Ways.tsx';

/** What happens between the encoder's tokens and the connector's, on the image on show. */
export function Reduction() {
  const { t } = useTranslation();
  const { numbers } = useGridText();
  return (
    <Disclosure panel="reduction" title={t('reduction.title')} question={t('reduction.question', numbers)}>
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
  const tile = useApp(panelTile);
  const figures = useApp(currentReductionFigures);
  const runId = useApp((state) => liveRun(state)?.runId ?? null);
  const isMissing = figures === null;
  // Here, so that it goes on playing while another image or tile is measured.
  const player = useStepPlayer(lastStep);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run or tile is asked for anew.
  useEffect(() => {
    if (isMissing) void store.getState().requestReductionFigures();
  }, [runId, tile, isMissing, store]);
  if (!report) return <p className={styles.note}>{t('reduction.waiting')}</p>;
  const isFolded = report.model.grid.shuffleFactor > 1;
  return (
    <>
      {figures ? (
        <Fold figures={figures} report={report} player={player} />
      ) : (
        <p className={`${styles.note} ${styles.measuring}`}>
          {t(runId === null ? 'squares.waiting' : 'reduction.measuring')}
        </p>
      )}
      {figures && isFolded && <Ways figures={figures} pictures={report.pictures} grid={report.model.grid} />}
      {!isFolded && <p className={styles.note}>{t('reduction.ways.alone')}</p>}
      <Orders model={report.model} />
      <ScaleEffect featureScale={report.model.featureScale} hasConnector={report.model.tokenSize !== null} />
    </>
  );
}
