import { useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type ImageSize, listCandidates, type TilingOptions } from '#image/tile-plan.ts';
import { formatCount, formatTimes, formatValue } from '#panels/format.ts';
import styles from './candidates.module.css';
import { type ExplainedCandidate, explainCandidates } from './explain-candidates.ts';

export interface CandidateTableProps {
  readonly size: ImageSize;
  readonly options: TilingOptions;
  /** Side of a tile in pixels. */
  readonly tileSizePx: number;
}

/** Every grid that was weighed for the image, in the published order, and why the chosen one won. */
export function CandidateTable({ size, options, tileSizePx }: CandidateTableProps) {
  const { t } = useTranslation();
  const { width, height } = size;
  const { minTiles, maxTiles } = options;
  const candidates = useMemo(
    () => explainCandidates(listCandidates({ width, height, minTiles, maxTiles, tileSizePx }), { tileSizePx }),
    [width, height, minTiles, maxTiles, tileSizePx],
  );
  const region = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // Only the table scrolls: the dialog around it stays where the reader left it.
    const chosen = candidates.length > 0 && region.current?.querySelector<HTMLElement>('[data-outcome="chosen"]');
    if (region.current && chosen) region.current.scrollTop = chosen.offsetTop - region.current.clientHeight / 2;
  }, [candidates]);

  return (
    <section aria-labelledby="candidates-title">
      <h3 id="candidates-title">{t('plan.candidates.title', { count: candidates.length })}</h3>
      <p className={styles.note}>{t('plan.candidates.rule')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
      <section ref={region} className={styles.scroll} tabIndex={0} aria-label={t('plan.candidates.label')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('plan.candidates.grid')}</th>
              <th scope="col">{t('plan.tiles')}</th>
              <th scope="col">{t('plan.candidates.aspect')}</th>
              <th scope="col">{t('plan.candidates.error')}</th>
              <th scope="col">{t('plan.candidates.outcome')}</th>
            </tr>
          </thead>
          <tbody>
            {candidates.map((candidate) => (
              <tr key={`${candidate.columns}x${candidate.rows}`} data-outcome={candidate.outcome}>
                <th scope="row">
                  {candidate.columns} × {candidate.rows}
                </th>
                <td>{candidate.columns * candidate.rows}</td>
                <td>{formatTimes(candidate.columns / candidate.rows)}</td>
                <td>{formatValue(candidate.aspectError)}</td>
                <td>{tellReason(candidate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );

  function tellReason({ reason, tieThresholdPx }: ExplainedCandidate): string {
    return t(`plan.candidates.reasons.${reason}`, {
      aspect: formatTimes(width / height),
      pixels: formatCount(width * height),
      threshold: formatCount(tieThresholdPx),
    });
  }
}
