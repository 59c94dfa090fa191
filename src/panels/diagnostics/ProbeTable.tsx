import { useTranslation } from 'react-i18next';
import type { ProbeOutcome } from '#engine/protocol.ts';
import { formatDuration } from '#panels/format.ts';
import styles from './diagnostics.module.css';

/** What came of each form of attention that was tried on this device. */
export function ProbeTable({ outcomes }: { readonly outcomes: readonly ProbeOutcome[] }) {
  const { t } = useTranslation();
  if (outcomes.length === 0) return <p className={styles.note}>{t('diagnostics.noProbe')}</p>;
  return (
    <>
      <p className={styles.note}>{t('diagnostics.probeIntro')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section className={styles.scroll} tabIndex={0} aria-label={t('diagnostics.probe')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('diagnostics.attention')}</th>
              <th scope="col">{t('diagnostics.scope')}</th>
              <th scope="col">{t('diagnostics.features')}</th>
              <th scope="col">{t('diagnostics.outcome')}</th>
              <th scope="col">{t('diagnostics.maxError')}</th>
              <th scope="col">{t('diagnostics.tolerance')}</th>
              <th scope="col">{t('facts.time')}</th>
            </tr>
          </thead>
          <tbody>
            {outcomes.map((outcome) => (
              <tr key={`${outcome.scope} ${outcome.attention} ${outcome.features.join(' ')}`}>
                <th scope="row">{outcome.attention}</th>
                <td>{t(`diagnostics.scopes.${outcome.scope}`)}</td>
                <td>{outcome.features.join(', ') || t('diagnostics.none')}</td>
                <td>{outcome.passed ? t('diagnostics.passed') : (outcome.failure ?? t('diagnostics.failed'))}</td>
                <td>{outcome.maxAbsError?.toExponential(1) ?? '—'}</td>
                <td>{outcome.tolerance.toExponential(1)}</td>
                <td data-volatile>{formatDuration(outcome.elapsedMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
