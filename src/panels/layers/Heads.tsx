import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { MapSet, RunReport } from '#engine/protocol.ts';
import { Disclosure } from '#panels/controls/Disclosure.tsx';
import { formatValue } from '#panels/format.ts';
import { sequentialTable } from '#panels/heatmap/colour-maps.ts';
import { Heatmap } from '#panels/heatmap/Heatmap.tsx';
import { assembleMaps, endsOf } from '#panels/take-away/map-file.ts';
import { SavePicture } from '#panels/take-away/SavePicture.tsx';
import { layerOfMap, useRunFacts } from '#panels/take-away/use-map-text.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { currentMapSet, tokenGrid } from '#state/selectors.ts';
import { type HeadMaps as DrawnHeads, headMaps, sheetOf } from './head-maps.ts';
import styles from './layers.module.css';

/** What every head makes of the selected token, small and side by side; a click shows one in the squares. */
export function Heads() {
  const { t } = useTranslation();
  const isAttention = useApp((state) => state.mapKind === 'attention' && state.model?.layers !== null);
  if (!isAttention) return null;
  return (
    <Disclosure panel="heads" title={t('lens.heads')}>
      <HeadMaps />
    </Disclosure>
  );
}

function HeadMaps() {
  const { t } = useTranslation();
  const store = useAppStore();
  const set = useApp(currentMapSet);
  const picked = useApp((state) => state.lens.head);
  const report = useApp((state) => state.report);
  const colourMap = useApp((state) => state.colourMap);
  const tokens = useApp(tokenGrid);
  const drawn = useMemo(() => set && headMaps(set, tokens), [set, tokens]);
  if (!drawn) return <p className={styles.hint}>{t('lens.headsHint')}</p>;
  const { maps, range, grid } = drawn;
  return (
    <>
      <div className={styles.headMaps}>
        {maps.map((map, head) => (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: a head is its place in the order.
            key={head}
            type="button"
            className={styles.headMap}
            aria-pressed={picked === head}
            onClick={() => store.getState().changeLens({ head: picked === head ? 'mean' : head })}
          >
            <Heatmap maps={[map]} grid={grid} ranges={[range]} table={sequentialTable(colourMap)} />
            <span>{t('lens.headName', { head })}</span>
          </button>
        ))}
      </div>
      <div className={styles.hintRow}>
        <p className={styles.hint}>
          {t('lens.headsScale', { min: formatValue(range.min), max: formatValue(range.max) })}
        </p>
        {set && report && <SaveHeads drawn={drawn} set={set} report={report} />}
      </div>
    </>
  );
}

interface SaveHeadsProps {
  readonly drawn: DrawnHeads;
  readonly set: MapSet;
  readonly report: RunReport;
}

/** All heads as one picture: they share a scale, and each is also a map of its own. */
function SaveHeads({ drawn, set, report }: SaveHeadsProps) {
  const { t } = useTranslation();
  const { nameTiledToken } = useTokenText();
  const runFacts = useRunFacts(report);
  const colourMap = useApp((state) => state.colourMap);
  const table = sequentialTable(colourMap);
  const { maps, range, grid } = drawn;
  const { selection, request } = set;
  const layer = layerOfMap('selected', set, report);
  const sheet = sheetOf(maps);
  return (
    <SavePicture
      caption={{
        title: `${t('dock.kinds.attention')} · ${t('lens.heads')}`,
        facts: [
          ...runFacts(grid.first),
          t('takeAway.layerNumber', { layer }),
          t(`takeAway.${request.direction ?? 'from'}Token`, { token: selection && nameTiledToken(selection) }),
          t('lens.headsSheet', { last: maps.length - 1, columns: sheet.grid.columns }),
        ],
        unit: t('units.attention'),
        ranges: endsOf([range]),
        table,
        isPca: false,
      }}
      file={{ imageName: report.image.name, stage: 'heads', layer, tile: grid.first }}
      draw={() => ({ pixels: assembleMaps(sheet.maps, sheet.grid, [range], table, 1) })}
    />
  );
}
