import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EncoderPrecision } from '#engine/protocol.ts';
import { FailureText } from '#panels/failure/FailureText.tsx';
import { formatFileSize } from '#panels/format.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import type { Inspection } from '#state/app-state.ts';
import { isFailureInDialog, isLoadingInspected } from '#state/selectors.ts';
import dialog from './checkpoint.module.css';
import { nameOfRequest } from './checkpoint-name.ts';
import { LoadProgress } from './LoadProgress.tsx';
import { loadProblem, planFetch, preselectPrecision } from './load-plan.ts';
import { PrecisionRadios } from './PrecisionRadios.tsx';
import { ReportFacts } from './ReportFacts.tsx';
import styles from './report.module.css';
import { TensorTally } from './TensorTally.tsx';
import { useLoadAnnouncement } from './use-load-text.ts';

/** What loading a checkpoint takes, before anything large is fetched; while its headers are read, the place of that. */
export function Report({ inspection }: { readonly inspection: Inspection }) {
  const { t } = useTranslation();
  const isLoading = useApp(isLoadingInspected);
  const hasFailed = useApp(isFailureInDialog);
  const preferred = useApp((state) => state.precisionChoice);
  const [chosen, setChosen] = useState<EncoderPrecision | null>(null);
  const announcement = useLoadAnnouncement();
  const { request, result } = inspection;
  const fits = result?.fits ?? null;
  const precision = preselectPrecision(fits ?? [], chosen ?? preferred);
  const reading = t('checkpoint.reading', { name: nameOfRequest(request) || t('checkpoint.files') });
  return (
    <>
      <div className={dialog.body} aria-busy={result === null}>
        {hasFailed && <FailureText className={dialog.failure} />}
        <ReportFacts result={result} />
        <TensorTally result={result} isFromDisk={typeof request.model !== 'string'} />
        {(fits === null || fits.length > 0) && (
          <PrecisionRadios fits={fits} chosen={precision} isDisabled={isLoading} onChange={setChosen} />
        )}
      </div>
      <footer className={styles.footer}>
        <p className="visually-hidden" role="status">
          {result === null ? reading : isLoading ? announcement : ''}
        </p>
        {isLoading ? (
          <>
            <LoadProgress width="wide" isNamed={false} />
            <p className={dialog.hint}>{t('checkpoint.meanwhile')}</p>
          </>
        ) : (
          <Ways inspection={inspection} precision={precision} reading={reading} />
        )}
      </footer>
    </>
  );
}

interface WaysProps {
  readonly inspection: Inspection;
  readonly precision: EncoderPrecision;
  readonly reading: string;
}

/** On to the download, or back. */
function Ways({ inspection: { request, result }, precision, reading }: WaysProps) {
  const { t } = useTranslation();
  const { dismissInspection, loadModel } = useAppStore().getState();
  const problem = result && loadProblem(result);
  return (
    <div className={styles.ways}>
      <button type="button" className="button quiet" onClick={dismissInspection}>
        {t(result === null ? 'checkpoint.cancel' : 'checkpoint.back')}
      </button>
      {result === null && <p className={dialog.hint}>{reading}</p>}
      {problem && <p className={styles.problem}>{t(`checkpoint.${problem}`)}</p>}
      {result && !problem && (
        <button
          type="button"
          className="button"
          onClick={() => {
            // The store shows what cannot be loaded.
            loadModel({ ...request, precision }).catch(() => {});
          }}
        >
          {tellAction()}
        </button>
      )}
    </div>
  );

  function tellAction(): string {
    const plan = result && planFetch(result, typeof request.model !== 'string');
    if (plan?.kind === 'whole') return t('checkpoint.download', { size: formatFileSize(plan.byteLength) });
    if (plan?.kind === 'rest') return t('checkpoint.resume', { size: formatFileSize(plan.byteLength) });
    return t('checkpoint.load');
  }
}
