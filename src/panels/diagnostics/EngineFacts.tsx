import { useTranslation } from 'react-i18next';
import type { EngineStatus } from '#engine/protocol.ts';
import { formatBytes, formatCount } from '#panels/format.ts';
import { FactSection } from './FactSection.tsx';
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
          { name: t('diagnostics.precision'), value: status.precision },
          { name: t('diagnostics.threads'), value: status.wasmThreads },
          { name: t('diagnostics.isolated'), value: say(status.crossOriginIsolated) },
        ]}
      />
      {model && (
        <FactSection
          title={t('diagnostics.model')}
          facts={[
            { name: t('model.name'), value: model.name },
            { name: t('model.connector'), value: model.connectorName ?? t('model.noConnector') },
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
    </>
  );
}
