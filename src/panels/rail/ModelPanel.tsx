import { Database, PackageOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOfRequest, shortName } from '#panels/checkpoint/checkpoint-name.ts';
import { LoadProgress } from '#panels/checkpoint/LoadProgress.tsx';
import { planFetch } from '#panels/checkpoint/load-plan.ts';
import { formatCount, formatFileSize, formatParameters } from '#panels/format.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import type { Inspection } from '#state/app-state.ts';
import { PrecisionChoice } from './PrecisionChoice.tsx';
import styles from './rail.module.css';

const shortCommitLength = 7;

/** What is loaded, what is on its way, and the ways to something else. @param link copies a link to the view */
export function ModelPanel({ link }: { readonly link: ReactNode }) {
  const { t } = useTranslation();
  const store = useAppStore();
  const model = useApp((state) => state.model);
  const unknown = t('model.unknown');
  const widths = model && [model.hiddenSize, model.tokenSize].filter((width) => width !== null);
  const { showDialog } = store.getState();
  const storedButton = (
    <button type="button" className="button quiet" onClick={() => showDialog('stored')}>
      <Database size={16} aria-hidden="true" />
      {t('stored.open')}
    </button>
  );
  return (
    <section className={styles.section} aria-labelledby="model-title">
      <h2 id="model-title">{t('model.title')}</h2>
      {model ? (
        <dl className={styles.facts}>
          <dt>{t('model.name')}</dt>
          <dd title={model.name}>{shortName(model.name)}</dd>
          {model.revision && (
            <>
              <dt>{t('model.commit')}</dt>
              <dd title={model.revision}>{model.revision.slice(0, shortCommitLength)}</dd>
            </>
          )}
          <dt>{t('model.connector')}</dt>
          <dd title={model.connectorName ?? undefined}>
            {model.tokenSize === null ? t('model.noConnector') : shortName(model.connectorName ?? model.name)}
          </dd>
          <dt>{t('model.layout')}</dt>
          <dd>{t(`model.layouts.${model.layout}`)}</dd>
          <dt>{t('model.width')}</dt>
          <dd>{widths?.join(' → ') || unknown}</dd>
          <dt>{t('model.blocks')}</dt>
          <dd>{model.layers ?? unknown}</dd>
          <dt>{t('model.heads')}</dt>
          <dd>{model.heads ?? unknown}</dd>
          <dt>{t('model.parameters')}</dt>
          <dd title={formatCount(model.parameters)}>{formatParameters(model.parameters)}</dd>
          <dt>{t('model.stored')}</dt>
          <dd>{model.storedDtype}</dd>
          <dt>{t('precision.title')}</dt>
          <dd>{model.precision.used}</dd>
        </dl>
      ) : (
        <p className={styles.hint}>{t('model.none')}</p>
      )}
      {model && model.layout !== 'onnx' && <PrecisionChoice precision={model.precision} />}
      <LoadProgress />
      <LookedUp />
      <button type="button" className="button quiet" onClick={() => showDialog('checkpoint')}>
        <PackageOpen size={16} aria-hidden="true" />
        {t('model.change')}
      </button>
      {model?.notice ? (
        <div className={styles.aside}>
          <p className={styles.hint}>
            {t(`errors.${model.notice.code}.what`, { replace: model.notice.details })}{' '}
            {t(`errors.${model.notice.code}.remedy`, { replace: model.notice.details })}
          </p>
          {storedButton}
        </div>
      ) : (
        storedButton
      )}
      {link}
    </section>
  );
}

/** A checkpoint that was asked about and not loaded, after its load was cancelled here or a script has asked. */
function LookedUp() {
  const { t } = useTranslation();
  const store = useAppStore();
  const inspection = useApp((state) => state.inspection);
  const isAside = useApp(({ loading, dialog }) => loading === null && dialog === null);
  if (!inspection || !isAside) return null;
  return (
    <div className={styles.aside}>
      <p className={styles.hint}>{tell(inspection)}</p>
      <button type="button" className="button quiet" onClick={() => store.getState().showDialog('checkpoint')}>
        {t('model.showReport')}
      </button>
    </div>
  );

  function tell({ request, result }: Inspection): string {
    const name = shortName(nameOfRequest(request)) || t('checkpoint.files');
    const plan = result && planFetch(result, typeof request.model !== 'string');
    if (plan?.kind !== 'rest') return t('model.lookedUp', { name });
    const [stored, total] = [plan.totalByteLength - plan.byteLength, plan.totalByteLength].map(formatFileSize);
    return t('model.partlyStored', { name, stored, total });
  }
}
