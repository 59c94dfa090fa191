import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { CheckpointInspection } from '#engine/protocol.ts';
import { formatFileSize } from '#panels/format.ts';
import dialog from './checkpoint.module.css';
import { allTensorsByteLength, planFetch } from './load-plan.ts';
import { Blank } from './ReportFacts.tsx';
import styles from './report.module.css';

/** Names that are shown of a list; of the others, how many there are. */
const mostNames = 5;

export interface TensorTallyProps {
  readonly result: CheckpointInspection | null;
  readonly isFromDisk: boolean;
}

/** Which tensors of the files are used and what of them is fetched; which are missing, too many or of no use. */
export function TensorTally({ result, isFromDisk }: TensorTallyProps) {
  const { t } = useTranslation();
  const id = useId();
  const { used, skipped, unexpected, missing = [], unusable = [] } = result?.report ?? {};
  const total = result && allTensorsByteLength(result);
  const share = total && used ? used.byteLength / total : null;
  const groups = skipped?.groups.map(({ name, count }) => `${name} ${count}`) ?? [];
  return (
    <section aria-labelledby={`${id}-title`} className={styles.tally}>
      <h3 id={`${id}-title`}>{t('checkpoint.tensors')}</h3>
      {(result === null || share !== null) && (
        <>
          <div className={styles.share} aria-hidden="true">
            {share !== null && <i style={{ width: `${100 * share}%` }} />}
          </div>
          <p className={dialog.hint}>{used && total ? tellShare(used.byteLength, total) : <Blank />}</p>
        </>
      )}
      <table className={styles.tensors}>
        <tbody>
          <Row name={t('checkpoint.used')} tally={used} />
          <Row name={t('checkpoint.skipped')} tally={skipped} names={groups} />
          {unexpected && unexpected.count > 0 && (
            <Row name={t('checkpoint.unexpected')} tally={unexpected} names={unexpected.tensors} />
          )}
          {missing.length > 0 && (
            <Row
              name={t('checkpoint.missing')}
              tally={{ count: missing.length, byteLength: null }}
              names={missing}
              isBad
            />
          )}
          {unusable.length > 0 && (
            <Row
              name={t('checkpoint.unusable')}
              tally={{ count: unusable.length, byteLength: null }}
              names={unusable.map(({ code, details }) => t(`errors.${code}.what`, { replace: details }))}
              isBad
            />
          )}
        </tbody>
      </table>
      <p className={dialog.hint}>{result ? tellFetch(result) : <Blank />}</p>
    </section>
  );

  function tellShare(usedByteLength: number, totalByteLength: number): string {
    const [part, whole] = [formatFileSize(usedByteLength), formatFileSize(totalByteLength)];
    const isAll = isFromDisk || usedByteLength === totalByteLength;
    return t(isAll ? 'checkpoint.share' : 'checkpoint.shareOnly', { used: part, total: whole });
  }

  function tellFetch(inspected: CheckpointInspection): string {
    const plan = planFetch(inspected, isFromDisk);
    switch (plan.kind) {
      case 'whole':
        return t('checkpoint.fetch.whole', {
          size: formatFileSize(plan.byteLength),
          count: inspected.report.download.requests,
        });
      case 'rest':
        return t('checkpoint.fetch.rest', {
          size: formatFileSize(plan.byteLength),
          stored: formatFileSize(plan.totalByteLength - plan.byteLength),
          total: formatFileSize(plan.totalByteLength),
        });
      default:
        return t(`checkpoint.fetch.${plan.kind}`);
    }
  }
}

interface RowProps {
  readonly name: string;
  readonly tally: { readonly count: number; readonly byteLength: number | null } | undefined;
  readonly names?: readonly string[];
  readonly isBad?: boolean;
}

function Row({ name, tally, names = [], isBad = false }: RowProps) {
  const { t } = useTranslation();
  const hidden = names.length - mostNames;
  return (
    <tr data-bad={isBad}>
      <th scope="row">{name}</th>
      <td>{tally ? t('checkpoint.count', { count: tally.count }) : <Blank />}</td>
      <td>{tally ? tally.byteLength !== null && formatFileSize(tally.byteLength) : <Blank />}</td>
      <td>
        {names.slice(0, mostNames).map((entry) => (
          <span key={entry}>{entry}</span>
        ))}
        {hidden > 0 && <span>{t('checkpoint.more', { count: hidden })}</span>}
      </td>
    </tr>
  );
}
