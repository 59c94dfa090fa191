import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type EncoderPrecision, encoderPrecisions, type PrecisionFit } from '#engine/protocol.ts';
import { formatFileSize } from '#panels/format.ts';
import { Blank } from './ReportFacts.tsx';
import styles from './report.module.css';

export interface PrecisionRadiosProps {
  /** null: not known yet. */
  readonly fits: readonly PrecisionFit[] | null;
  readonly chosen: EncoderPrecision;
  readonly isDisabled: boolean;
  readonly onChange: (precision: EncoderPrecision) => void;
}

/** The precisions of the encoder, with the memory that each takes, and why one is not possible here. */
export function PrecisionRadios({ fits, chosen, isDisabled, onChange }: PrecisionRadiosProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <fieldset className={styles.precisions} disabled={isDisabled || fits === null}>
      <legend>{t('checkpoint.precision')}</legend>
      {encoderPrecisions.map((precision) => {
        const fit = fits?.find((candidate) => candidate.precision === precision);
        const isPossible = fits === null || fit?.problem === null;
        return (
          <label key={precision} data-possible={isPossible}>
            <input
              type="radio"
              name={`${id}-precision`}
              value={precision}
              checked={precision === chosen && fits !== null}
              disabled={!isPossible}
              aria-describedby={`${id}-${precision}`}
              onChange={() => onChange(precision)}
            />
            <span className={styles.precision}>{precision}</span>
            <span className={styles.memory}>
              {fit ? t('checkpoint.inMemory', { size: formatFileSize(fit.byteLength) }) : <Blank />}
            </span>
            <small id={`${id}-${precision}`}>{fit?.problem ? tellProblem(fit.problem) : explain(precision)}</small>
          </label>
        );
      })}
    </fieldset>
  );

  function explain(precision: EncoderPrecision): string {
    return t(`precision.explained.${precision}`);
  }

  function tellProblem(problem: NonNullable<PrecisionFit['problem']>): string {
    if (!('needed' in problem)) return t(`precision.problems.${problem.kind}`);
    const [needed, limit] = [formatFileSize(problem.needed), formatFileSize(problem.limit)];
    return t(`precision.problems.${problem.kind}`, { needed, limit });
  }
}
