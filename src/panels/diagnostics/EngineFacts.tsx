import { useTranslation } from 'react-i18next';
import type { EngineStatus, PrecisionReport } from '#engine/protocol.ts';
import { formatBytes, formatCount, formatSmallShare } from '#panels/format.ts';
import { FactSection } from './FactSection.tsx';
import { MemoryFacts } from './MemoryFacts.tsx';
import { ProbeTable } from './ProbeTable.tsx';

/** The engine's status, section by section. */
export function EngineFacts({ status }: { readonly status: EngineStatus }) {
  const { t } = useTranslation();
  const { adapter, model } = status;
  const say = (isTrue: boolean) => t(isTrue ? 'diagnostics.yes' : 'diagnostics.no');
  const disclosed = (text: string) => text || t('diagnostics.unstated');
  const known = (value: string | number | null) => value ?? t('model.unknown');
  return (
    <>
      <FactSection
        title={t('diagnostics.adapter')}
        facts={[
          { name: t('diagnostics.vendor'), value: disclosed(adapter.vendor) },
          { name: t('diagnostics.architecture'), value: disclosed(adapter.architecture) },
          { name: t('diagnostics.description'), value: disclosed(adapter.description) },
          { name: t('diagnostics.software'), value: say(adapter.isSoftware) },
          { name: t('diagnostics.features'), value: adapter.features.join(', ') || t('diagnostics.none') },
        ]}
      />
      <FactSection title={t('diagnostics.probe')} facts={[]}>
        <ProbeTable outcomes={status.probe} />
      </FactSection>
      <FactSection
        title={t('diagnostics.encoder')}
        facts={[
          { name: t('diagnostics.backend'), value: t(`backend.${status.backend}`) },
          { name: t('diagnostics.reason'), value: t(`backend.reasons.${status.backendReason}`) },
          ...(status.backendFailure ? [{ name: t('diagnostics.failure'), value: status.backendFailure }] : []),
          { name: t('diagnostics.attention'), value: status.attention },
          { name: t('diagnostics.threads'), value: status.wasmThreads },
          { name: t('diagnostics.isolated'), value: say(status.crossOriginIsolated) },
        ]}
      />
      {model && <PrecisionFacts precision={model.precision} />}
      {model && (
        <FactSection
          title={t('diagnostics.model')}
          facts={[
            { name: t('model.name'), value: model.name },
            ...(model.revision ? [{ name: t('diagnostics.revision'), value: model.revision }] : []),
            {
              name: t('model.connector'),
              value: model.tokenSize === null ? t('model.noConnector') : (model.connectorName ?? model.name),
            },
            ...(model.connectorRevision
              ? [{ name: t('diagnostics.connectorRevision'), value: model.connectorRevision }]
              : []),
            { name: t('model.layout'), value: t(`model.layouts.${model.layout}`) },
            { name: t('model.parameters'), value: formatCount(model.parameters) },
            { name: t('model.stored'), value: model.storedDtype },
            { name: t('diagnostics.selectedLayer'), value: known(model.selectedLayer) },
            { name: t('diagnostics.psVersion'), value: model.psVersion },
            { name: t('diagnostics.featureScale'), value: model.featureScale },
          ]}
        />
      )}
      <FactSection
        title={t('diagnostics.run')}
        facts={[
          { name: t('diagnostics.runId'), value: status.runId ?? t('diagnostics.none') },
          { name: t('diagnostics.tiles'), value: status.tiles },
          { name: t('diagnostics.readBack'), value: formatBytes(status.bytesReadBack) },
        ]}
      />
      <MemoryFacts status={status} />
    </>
  );
}

/** What the encoder was to compute in, what it computes in, and how that was measured. */
function PrecisionFacts({ precision: { requested, used, reason, check } }: { readonly precision: PrecisionReport }) {
  const { t } = useTranslation();
  const measured = check && [
    { name: t('diagnostics.relativeError'), value: formatSmallShare(check.relativeError) },
    { name: t('diagnostics.maxError'), value: check.maxAbsError.toExponential(1) },
    {
      name: t('diagnostics.tolerance'),
      value: check.tolerance === null ? t('diagnostics.noTolerance') : formatSmallShare(check.tolerance),
    },
  ];
  return (
    <FactSection
      title={t('diagnostics.precision')}
      facts={[
        { name: t('diagnostics.requestedPrecision'), value: requested },
        { name: t('diagnostics.usedPrecision'), value: used },
        ...(reason ? [{ name: t('diagnostics.reason'), value: t(`diagnostics.precisionReasons.${reason}`) }] : []),
        ...(measured ?? []),
      ]}
    />
  );
}
