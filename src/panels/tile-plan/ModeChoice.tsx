import { MoveRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type ImageMode, imageModes } from '#image/placement.ts';
import { formatShare, formatTimes } from '#panels/format.ts';
import { useAppStore } from '#panels/use-app.ts';
import { Drawing } from './Drawing.tsx';
import { drawOriginal, drawPrepared } from './draw-plan.ts';
import { cutBoxOf, effectsOf, isBent } from './placement-effects.ts';
import styles from './tile-plan.module.css';
import { layOut, type Plan } from './use-plan.ts';

const within = { width: 104, height: 80 };
/** Shares below this are rounding, not a loss. */
const leastShare = 0.0005;

/** The four modes side by side, each with what it makes of this image; pressing one chooses it. */
export function ModeChoice({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  return (
    <fieldset className={styles.modes}>
      <legend className="visually-hidden">{t('preprocessing.mode')}</legend>
      {imageModes.map((mode) => (
        <ModeButton key={mode} mode={mode} plan={plan} />
      ))}
    </fieldset>
  );
}

function ModeButton({ mode, plan }: { readonly mode: ImageMode; readonly plan: Plan }) {
  const { t } = useTranslation();
  const store = useAppStore();
  const { report, preprocessing, grid } = plan;
  const placement = layOut(report.image, { ...preprocessing, mode }, grid)?.placements[0];
  return (
    <button
      type="button"
      className={styles.mode}
      aria-pressed={mode === preprocessing.mode}
      onClick={() => store.getState().changePreprocessing({ mode })}
    >
      <strong>{t(`preprocessing.modes.${mode}`)}</strong>
      {placement && (
        <>
          <span className={styles.change}>
            <Drawing
              aspect={placement.canvas}
              within={within}
              draw={(context, size) => drawOriginal(context, report.image.preview, report.image, placement, size)}
            />
            <MoveRight size={16} aria-hidden="true" />
            <Drawing
              aspect={cutBoxOf(placement)}
              within={within}
              draw={(context, size) => drawPrepared(context, report.image.preview, report.image, placement, size)}
            />
          </span>
          <small>{tellEffect()}</small>
        </>
      )}
    </button>
  );

  /** The one thing that the mode does to this image. */
  function tellEffect(): string {
    if (!placement) return '';
    const { widening, discardedShare, paddingShare } = effectsOf(report.image, placement);
    if (discardedShare > leastShare) return t('plan.effects.discarded', { share: formatShare(discardedShare) });
    if (paddingShare > leastShare) return t('plan.effects.padding', { share: formatShare(paddingShare) });
    if (!isBent(widening)) return t('plan.effects.none');
    return t(widening > 1 ? 'plan.effects.wider' : 'plan.effects.taller', {
      times: formatTimes(Math.max(widening, 1 / widening)),
    });
  }
}
