import { ChevronRight } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FeatureScaleEffect } from '#engine/protocol.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { currentFeatureScaleEffect } from '#state/reduction-slice.ts';
import { liveRun, panelTile } from '#state/selectors.ts';
import { FigureMap } from './FigureMap.tsx';
import { FigureScale } from './FigureScale.tsx';
import { formatLoss } from './format-loss.ts';
import styles from './reduction.module.css';
import { SaveFigureMap } from './SaveFigureMap.tsx';
import { useFocus } from './use-focus.ts';

export interface ScaleEffectProps {
  readonly featureScale: number;
  readonly hasConnector: boolean;
}

/** VITA's factor 0.5 put on and taken off, through this checkpoint's connector; computed once it is opened. */
export function ScaleEffect({ featureScale, hasConnector }: ScaleEffectProps) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <section aria-labelledby="reduction-scale">
      <h3 id="reduction-scale">
        <button
          type="button"
          className={styles.opener}
          aria-expanded={isOpen}
          onClick={() => setIsOpen((before) => !before)}
        >
          <ChevronRight size={14} aria-hidden="true" />
          {t('reduction.factor.title')}
        </button>
      </h3>
      {isOpen && (
        <>
          <p className={styles.note}>{t(`reduction.factor.${featureScale === 1 ? 'without' : 'with'}`)}</p>
          {hasConnector ? <Effect /> : <p className={styles.said}>{t('reduction.factor.noConnector')}</p>}
        </>
      )}
    </section>
  );
}

function Effect() {
  const { t } = useTranslation();
  const store = useAppStore();
  const runId = useApp((state) => liveRun(state)?.runId ?? null);
  const tile = useApp(panelTile);
  const effect = useApp(currentFeatureScaleEffect);
  const isMissing = effect === null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run or tile is asked for anew.
  useEffect(() => {
    if (isMissing) void store.getState().requestFeatureScaleEffect();
  }, [runId, tile, isMissing, store]);
  if (!effect)
    return (
      <p className={`${styles.note} ${styles.measuring}`}>
        {t(runId === null ? 'squares.waiting' : 'reduction.factor.measuring')}
      </p>
    );
  return <EffectMap effect={effect} />;
}

function EffectMap({ effect }: { readonly effect: FeatureScaleEffect }) {
  const { t } = useTranslation();
  const { cell } = useFocus();
  const { relativeDifferences, relativeDifference, layerNormEps, scale, otherScale } = effect;
  const range = useMemo(
    () => ({ min: Math.min(...relativeDifferences), max: Math.max(...relativeDifferences) }),
    [relativeDifferences],
  );
  return (
    <div className={styles.effect} data-testid="factor">
      <div>
        <FigureMap square="shuffled" label={t('reduction.factor.map')} values={relativeDifferences} range={range} />
        <div className={styles.heading}>
          <FigureScale range={range} unit={t('reduction.factor.unit')} format={formatLoss} />
          <SaveFigureMap
            square="shuffled"
            values={relativeDifferences}
            range={range}
            title={t('reduction.factor.map')}
            name="factor"
            facts={[`${scale} → ${otherScale}`]}
            unit={t('reduction.factor.unit')}
            format={formatLoss}
          />
        </div>
      </div>
      <div>
        <p className={styles.result}>
          <b data-figure="effect">{formatLoss(relativeDifference)}</b>
          <span>{t('reduction.factor.result', { scale, otherScale })}</span>
        </p>
        <p className={styles.said}>
          {t('reduction.factor.token', { index: cell, share: formatLoss(relativeDifferences[cell] ?? Number.NaN) })}
        </p>
        <p className={styles.said}>
          {layerNormEps === null
            ? t('reduction.factor.noNorm')
            : t('reduction.factor.norm', { epsilon: String(layerNormEps) })}
        </p>
      </div>
    </div>
  );
}
