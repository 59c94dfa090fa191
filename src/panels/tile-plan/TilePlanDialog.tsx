import { Dialog } from '@base-ui/react/dialog';
import { Grid3x3, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { BeforeAfter } from './BeforeAfter.tsx';
import { CandidateTable } from './CandidateTable.tsx';
import { Distortion } from './Distortion.tsx';
import { ModeChoice } from './ModeChoice.tsx';
import { RunAgain } from './RunAgain.tsx';
import { TileCounts } from './TileCounts.tsx';
import { TokenBill } from './TokenBill.tsx';
import styles from './tile-plan.module.css';
import { type Plan, usePlan } from './use-plan.ts';
import { usePlanText } from './use-plan-text.ts';
import { useTileCounts } from './use-tile-counts.ts';

/** How the image on show is cut, what that bends or discards, why so, and what it costs in tokens. */
export function TilePlanDialog() {
  const { t } = useTranslation();
  const plan = usePlan();
  if (!plan) return null;
  const { name, width, height } = plan.report.image;
  return (
    <Dialog.Root>
      <Dialog.Trigger className="button quiet">
        <Grid3x3 size={16} aria-hidden="true" />
        {t('plan.title')}
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.popup}>
          <header className={styles.header}>
            <Dialog.Title className={styles.title}>{t('plan.title')}</Dialog.Title>
            <Dialog.Description className={styles.intro}>{t('plan.of', { name, width, height })}</Dialog.Description>
            <Dialog.Close className="icon-button" aria-label={t('plan.close')}>
              <X size={18} aria-hidden="true" />
            </Dialog.Close>
          </header>
          <PlanBody plan={plan} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PlanBody({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  const { describeLayout } = usePlanText();
  const { layout, preprocessing } = plan;
  const fields = useTileCounts(preprocessing);
  return (
    <div className={styles.body}>
      <ModeChoice plan={plan} />
      <div className={styles.bar}>
        {preprocessing.mode === 'tiles' && <TileCounts fields={fields} thumbnail={preprocessing.thumbnail} />}
        {layout && !fields.problem && (
          <>
            <p className={styles.result}>{describeLayout(layout)}</p>
            <RunAgain plan={plan} />
          </>
        )}
      </div>
      {layout && (
        <>
          <BeforeAfter plan={plan} layout={layout} />
          <div className={styles.details}>
            <Distortion size={plan.report.image} layout={layout} />
            <TokenBill plan={plan} tiles={layout.tiles} />
          </div>
          {preprocessing.mode === 'tiles' ? (
            <CandidateTable size={plan.report.image} options={preprocessing} tileSizePx={plan.grid.tileSizePx} />
          ) : (
            <p className={styles.note}>{t('plan.noGrid')}</p>
          )}
        </>
      )}
    </div>
  );
}
