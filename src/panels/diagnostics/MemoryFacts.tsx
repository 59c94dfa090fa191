import { useTranslation } from 'react-i18next';
import type { EngineStatus } from '#engine/protocol.ts';
import { formatBytes } from '#panels/format.ts';
import { FactSection } from './FactSection.tsx';

/** What is kept for looking inside of the encoder and for coming back to earlier images, each with its bound. */
export function MemoryFacts({ status }: { readonly status: EngineStatus }) {
  const { t } = useTranslation();
  const { inspection, keptRuns, keptByteLength, mostKeptByteLength, tiles } = status;
  const within = (byteLength: number, most: number) =>
    t('memory.within', { bytes: formatBytes(byteLength), most: formatBytes(most) });
  return (
    <FactSection
      title={t('memory.title')}
      facts={[
        {
          name: t('memory.blocks'),
          value: inspection.blocks.toSorted((a, b) => a - b).join(', ') || t('diagnostics.none'),
        },
        { name: t('memory.weights'), value: within(inspection.byteLength, inspection.mostByteLength) },
        { name: t('memory.scratch'), value: t('memory.upTo', { bytes: formatBytes(inspection.scratchByteLength) }) },
        { name: t('memory.tiles'), value: t('memory.tilesOf', { kept: inspection.keptTiles, count: tiles }) },
        { name: t('memory.layers'), value: within(inspection.layersByteLength, inspection.mostLayersByteLength) },
        { name: t('memory.encodedAgain'), value: inspection.encodedAgain },
        { name: t('memory.runs'), value: keptRuns.length },
        { name: t('memory.runBytes'), value: within(keptByteLength, mostKeptByteLength) },
      ]}
    />
  );
}
