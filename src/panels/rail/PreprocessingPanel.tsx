import { ReceiptText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import type { Preprocessing, PreprocessingDefault } from '#engine/protocol.ts';
import { imageModes } from '#image/placement.ts';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { isSamePreparation } from '#panels/tile-plan/placement-effects.ts';
import { RunAgain } from '#panels/tile-plan/RunAgain.tsx';
import { TileCounts } from '#panels/tile-plan/TileCounts.tsx';
import { TilePlanDialog } from '#panels/tile-plan/TilePlanDialog.tsx';
import { usePlan } from '#panels/tile-plan/use-plan.ts';
import { usePlanText } from '#panels/tile-plan/use-plan-text.ts';
import { useTileCounts } from '#panels/tile-plan/use-tile-counts.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import { nextPreprocessing } from '#state/selectors.ts';
import styles from './rail.module.css';

/** How images become tiles; a model has to be there, since its published code decides unless the user does. */
export function PreprocessingPanel() {
  const { t } = useTranslation();
  const published = useApp((state) => state.model?.preprocessing ?? null);
  const next = useApp(useShallow(nextPreprocessing));
  if (!published || !next) return null;
  return (
    <section className={styles.section} aria-labelledby="preprocessing-title">
      <h2 id="preprocessing-title">{t('preprocessing.title')}</h2>
      <Choice published={published} next={next} />
    </section>
  );
}

interface ChoiceProps {
  readonly published: PreprocessingDefault;
  readonly next: Preprocessing;
}

/** The choice, and what it makes of the image on show before it is run. */
function Choice({ published, next }: ChoiceProps) {
  const { t } = useTranslation();
  const { nameWay, describeLayout } = usePlanText();
  const { numbers } = useGridText(useApp((state) => state.model?.grid));
  const { changePreprocessing, showDialog } = useAppStore().getState();
  const isVideo = useApp((state) => state.report?.video != null);
  const plan = usePlan();
  const fields = useTileCounts(next);
  const isLikeCheckpoint = isSamePreparation(published, next);

  function reset() {
    fields.forget();
    changePreprocessing(null);
  }

  return (
    <>
      <div className={styles.choice}>
        <Segmented
          label={t('preprocessing.mode')}
          value={next.mode}
          options={imageModes.map((mode) => ({ value: mode, text: t(`preprocessing.modes.${mode}`) }))}
          onChange={(mode) => changePreprocessing({ mode })}
        />
      </div>
      <p className={styles.hint}>{t(`preprocessing.explained.${next.mode}`, numbers)}</p>
      {next.mode === 'tiles' && <TileCounts fields={fields} thumbnail={next.thumbnail} />}
      <p className={styles.hint}>
        {t(isLikeCheckpoint ? 'preprocessing.likeCheckpoint' : 'preprocessing.unlikeCheckpoint', {
          way: nameWay(published),
          source: published.source,
        })}
      </p>
      {(!isLikeCheckpoint || fields.problem) && (
        <button type="button" className="button quiet" onClick={reset}>
          {t('preprocessing.reset')}
        </button>
      )}
      {isVideo && <p className={styles.hint}>{t('preprocessing.video')}</p>}
      {plan?.layout && !fields.problem && (
        <>
          <p className={styles.plan}>{describeLayout(plan.layout)}</p>
          <RunAgain plan={plan} />
        </>
      )}
      <TilePlanDialog />
      <button type="button" className="button quiet" onClick={() => showDialog('bill')}>
        <ReceiptText size={16} aria-hidden="true" />
        {t('bill.title')}
      </button>
    </>
  );
}
