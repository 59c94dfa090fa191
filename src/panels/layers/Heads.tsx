import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Disclosure } from '#panels/controls/Disclosure.tsx';
import { formatValue } from '#panels/format.ts';
import { sequentialTable } from '#panels/heatmap/colour-maps.ts';
import { Heatmap } from '#panels/heatmap/Heatmap.tsx';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { currentMapSet, tokenGrid } from '#state/selectors.ts';
import { headMaps } from './head-maps.ts';
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
      <p className={styles.hint}>
        {t('lens.headsScale', { min: formatValue(range.min), max: formatValue(range.max) })}
      </p>
    </>
  );
}
