import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TokenMap } from '#engine/protocol.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { findOutliers, median, outlierFactor } from '#state/map-statistics.ts';
import styles from './squares.module.css';

/** As many as fit into a line or two. */
const namedCount = 5;

/** Tokens whose norm is far above the median of their tile: how many, which, and how far. */
export function OutlierLine({ maps }: { readonly maps: readonly TokenMap[] }) {
  const { t } = useTranslation();
  const { nameTiledToken } = useTokenText();
  const store = useAppStore();
  const hasTiles = useApp((state) => (state.report?.tiles.count ?? 1) > 1);
  const outliers = useMemo(() => {
    const all = maps.flatMap(({ tile, values }) => {
      const middle = median(values);
      return findOutliers(values, outlierFactor).map(({ index, value }) => ({ tile, index, times: value / middle }));
    });
    return all.sort((a, b) => b.times - a.times);
  }, [maps]);
  const [most] = outliers;
  if (!most) return null;
  const left = outliers.length - namedCount;
  return (
    <p className={styles.outliers}>
      {t('outliers.label', { count: outliers.length })}
      {outliers.slice(0, namedCount).map(({ tile, index }) => {
        const token = { kind: 'patch', tile, index } as const;
        return (
          <button
            key={`${tile} ${index}`}
            type="button"
            aria-label={nameTiledToken(token)}
            onClick={() => store.getState().select(token)}
          >
            {hasTiles ? `${tile + 1}:${index}` : index}
          </button>
        );
      })}{' '}
      {left > 0 && `${t('outliers.more', { count: left })} `}({t('outliers.most', { times: most.times.toFixed(1) })})
    </p>
  );
}
