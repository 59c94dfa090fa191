import { useTranslation } from 'react-i18next';
import { encoderPrecisions, type PrecisionReport } from '#engine/protocol.ts';
import { Segmented } from '#panels/controls/Segmented.tsx';
import { formatSmallShare } from '#panels/format.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import styles from './rail.module.css';

/** In what precision the encoder computes, what that costs, and the choice of another, which loads the model again. */
export function PrecisionChoice({ precision }: { readonly precision: PrecisionReport }) {
  const { t } = useTranslation();
  const store = useAppStore();
  const choice = useApp((state) => state.precisionChoice);
  const told = tell();
  return (
    <>
      <div className={styles.choice}>
        <Segmented
          label={t('precision.title')}
          value={choice}
          options={encoderPrecisions.map((value) => ({ value, text: value }))}
          onChange={(chosen) => {
            // The store shows what fails.
            store
              .getState()
              .choosePrecision(chosen)
              .catch(() => {});
          }}
        />
      </div>
      {told && <p className={styles.hint}>{told}</p>}
    </>
  );

  function tell(): string {
    const { requested, used, reason, check } = precision;
    const error = check && formatSmallShare(check.relativeError);
    if (reason === 'check-failed' && check?.isFinite) {
      const tolerance = formatSmallShare(check.tolerance ?? 0);
      return t('precision.kept.check-failed', { precision: requested, error, tolerance });
    }
    if (reason === 'check-failed') return t('precision.kept.not-finite', { precision: requested });
    if (reason) return t(`precision.kept.${reason}`);
    if (error) return t('precision.measured', { precision: used, error });
    return used === 'float32' ? '' : t('precision.unmeasured', { precision: used });
  }
}
