import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { imageModes } from '#image/placement.ts';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { isSamePreparation } from '#panels/tile-plan/placement-effects.ts';
import { RunAgain } from '#panels/tile-plan/RunAgain.tsx';
import { TileCounts } from '#panels/tile-plan/TileCounts.tsx';
import { TilePlanDialog } from '#panels/tile-plan/TilePlanDialog.tsx';
import { usePlan } from '#panels/tile-plan/use-plan.ts';
import { usePlanText } from '#panels/tile-plan/use-plan-text.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { nextPreprocessing } from '#state/selectors.ts';
import styles from './rail.module.css';

/** How images become tiles, and what that makes of the one on show before it is run. */
export function PreprocessingPanel() {
  const { t } = useTranslation();
  const { nameWay, describeLayout } = usePlanText();
  const store = useAppStore();
  const published = useApp((state) => state.model?.preprocessing ?? null);
  const next = useApp(useShallow(nextPreprocessing));
  const isVideo = useApp((state) => state.report?.video != null);
  const plan = usePlan();
  if (!published || !next) return null;
  const isChanged = !isSamePreparation(published, next);
  return (
    <section className={styles.section} aria-labelledby="preprocessing-title">
      <h2 id="preprocessing-title">{t('preprocessing.title')}</h2>
      <div className={styles.choice}>
        <Segmented
          label={t('preprocessing.mode')}
          value={next.mode}
          options={imageModes.map((mode) => ({ value: mode, text: t(`preprocessing.modes.${mode}`) }))}
          onChange={(mode) => store.getState().changePreprocessing({ mode })}
        />
      </div>
      <p className={styles.hint}>{t(`preprocessing.explained.${next.mode}`)}</p>
      {next.mode === 'tiles' && <TileCounts preprocessing={next} />}
      <p className={styles.hint}>
        {t(isChanged ? 'preprocessing.unlikeCheckpoint' : 'preprocessing.likeCheckpoint', {
          way: nameWay(published),
          source: published.source,
        })}
      </p>
      {isChanged && (
        <button type="button" className="button quiet" onClick={() => store.getState().changePreprocessing(null)}>
          {t('preprocessing.reset')}
        </button>
      )}
      {isVideo && <p className={styles.hint}>{t('preprocessing.video')}</p>}
      {plan?.layout && <p className={styles.plan}>{describeLayout(plan.layout)}</p>}
      {plan && <RunAgain plan={plan} />}
      <TilePlanDialog />
    </section>
  );
}
