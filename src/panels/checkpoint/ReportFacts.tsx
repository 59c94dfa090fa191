import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CheckpointInspection } from '#engine/protocol.ts';
import { formatCount, formatParameters } from '#panels/format.ts';
import styles from './report.module.css';

const shortCommitLength = 7;

/** What a checkpoint is; without a result, the place of what will be said. */
export function ReportFacts({ result }: { readonly result: CheckpointInspection | null }) {
  const { t } = useTranslation();
  const { report, hiddenSize, tokenSize = null, layers, revision, connectorRevision } = result ?? {};
  const widths = [hiddenSize, tokenSize].filter((width) => width != null).join(' → ');
  return (
    <dl className={styles.facts}>
      <Fact name={t('model.layout')} isWide>
        {report && t(`checkpoint.layouts.${report.layout}`)}
      </Fact>
      <Fact name={t('model.stored')}>{report?.storedDtype}</Fact>
      <Fact name={t('model.parameters')} title={report && formatCount(report.parameters)}>
        {report && formatParameters(report.parameters)}
      </Fact>
      <Fact name={t('model.width')}>{result && widths}</Fact>
      <Fact name={t('model.blocks')}>{layers}</Fact>
      {(result === null || revision) && (
        <Fact name={t('model.commit')} title={revision}>
          {revision?.slice(0, shortCommitLength)}
        </Fact>
      )}
      {connectorRevision && (
        <Fact name={t('model.connectorCommit')} title={connectorRevision}>
          {connectorRevision.slice(0, shortCommitLength)}
        </Fact>
      )}
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly isWide?: boolean;
  readonly title?: string | null | undefined;
  /** Nothing: not known yet. */
  readonly children: ReactNode;
}

function Fact({ name, isWide = false, title, children }: FactProps) {
  return (
    <div data-wide={isWide}>
      <dt>{name}</dt>
      <dd title={title ?? undefined}>{children ?? <Blank />}</dd>
    </div>
  );
}

/** The place of something that is not known yet. */
export function Blank() {
  return <i className={styles.blank} aria-hidden="true" />;
}
