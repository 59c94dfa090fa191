import { useTranslation } from 'react-i18next';
import { formatCount, formatParameters } from '#panels/format.ts';
import { useApp } from '#panels/use-app.ts';
import { CheckpointForm } from './CheckpointForm.tsx';
import styles from './rail.module.css';

/** A name short enough for the rail: of an address, its last two parts. */
function shortName(name: string): string {
  return name.split('/').filter(Boolean).slice(-2).join('/');
}

/** What is loaded, and the way to load something else. */
export function ModelPanel() {
  const { t } = useTranslation();
  const model = useApp((state) => state.model);
  const unknown = t('model.unknown');
  const widths = model && [model.hiddenSize, model.tokenSize].filter((width) => width !== null);
  return (
    <section className={styles.section} aria-labelledby="model-title">
      <h2 id="model-title">{t('model.title')}</h2>
      {model ? (
        <dl className={styles.facts}>
          <dt>{t('model.name')}</dt>
          <dd title={model.name}>{shortName(model.name)}</dd>
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
        </dl>
      ) : (
        <p className={styles.hint}>{t('model.none')}</p>
      )}
      <CheckpointForm />
    </section>
  );
}
