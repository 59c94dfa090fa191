import { ChevronRight } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TokenMap } from '#engine/protocol.ts';
import { formatValue } from '#panels/format.ts';
import { useAppStore } from '#panels/use-app.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { rankOutliers } from '#state/map-statistics.ts';
import styles from './squares.module.css';

/** Tokens whose norm is far above the median of their tile: how many and how far; opened, each with its numbers. */
export function OutlierLine({ maps }: { readonly maps: readonly TokenMap[] }) {
  const { t } = useTranslation();
  const { nameTiledToken } = useTokenText();
  const store = useAppStore();
  const outliers = useMemo(() => rankOutliers(maps), [maps]);
  const [most] = outliers;
  if (!most) return null;
  return (
    <details className={styles.outliers}>
      <summary>
        <ChevronRight size={14} aria-hidden="true" />
        {t('outliers.label', { count: outliers.length, times: most.times.toFixed(1) })}
      </summary>
      <div className={styles.outlierList}>
        <table aria-label={t('outliers.list')}>
          <thead>
            <tr>
              <th scope="col">{t('inspector.token')}</th>
              <th scope="col">{t('units.norm')}</th>
              <th scope="col">{t('outliers.times')}</th>
            </tr>
          </thead>
          <tbody>
            {outliers.map(({ tile, index, value, times }) => {
              const token = { kind: 'patch', tile, index } as const;
              return (
                <tr key={`${tile} ${index}`}>
                  <th scope="row">
                    <button type="button" onClick={() => store.getState().select(token)}>
                      {nameTiledToken(token)}
                    </button>
                  </th>
                  <td>{formatValue(value)}</td>
                  <td>{times.toFixed(1)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
