import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelReport } from '#engine/protocol.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import { cellOf, rowOfShuffledCell, type TokenGrid, transposeIndex } from '#tensor/grid.ts';
import { FigureMap } from './FigureMap.tsx';
import { FigureScale } from './FigureScale.tsx';
import styles from './reduction.module.css';
import { SaveFigureMap } from './SaveFigureMap.tsx';
import { useFocus } from './use-focus.ts';

type PsVersion = ModelReport['psVersion'];

/** A value a cell, image order: the row of the tensor that it lies in. */
const rowsOf = (psVersion: PsVersion, grid: TokenGrid) =>
  Float32Array.from({ length: grid.shuffledCount }, (_, cell) => rowOfShuffledCell(cell, psVersion, grid));

/** Where the selected token lies in the list of all, in either order of the published code. */
export function Orders({ model: { psVersion, grid } }: { readonly model: ModelReport }) {
  const { t } = useTranslation();
  const { numbers } = useGridText(grid);
  const { cell } = useFocus();
  const { shuffledCount, shuffledGridSize } = grid;
  const maps = useMemo(() => ({ v2: rowsOf('v2', grid), v1: rowsOf('v1', grid) }), [grid]);
  const range = useMemo(() => ({ min: 0, max: shuffledCount - 1 }), [shuffledCount]);
  const place = cellOf(cell, shuffledGridSize);
  const other = transposeIndex(cell, shuffledGridSize);
  const elsewhere = cellOf(other, shuffledGridSize);
  return (
    <section aria-labelledby="reduction-orders">
      <h3 id="reduction-orders">{t('reduction.orders.title', numbers)}</h3>
      <p className={styles.note}>{t('reduction.orders.intro')}</p>
      <div className={styles.orders}>
        {(['v2', 'v1'] as const).map((version) => (
          <article key={version} className={styles.way} aria-label={version} data-order={version}>
            <header className={styles.heading}>
              <h4>
                {t(`reduction.orders.${version}`)}
                {version === psVersion && <span className={styles.own}>{t('reduction.orders.own')}</span>}
              </h4>
              <SaveFigureMap
                square="shuffled"
                values={maps[version]}
                range={range}
                title={t('reduction.orders.map', { version })}
                name={`order-${version}`}
                unit={t('reduction.orders.unit')}
                format={String}
              />
            </header>
            <FigureMap
              square="shuffled"
              label={t('reduction.orders.map', { version })}
              values={maps[version]}
              range={range}
            />
            <p className={styles.said}>
              {t('reduction.orders.place', { ...place, index: rowOfShuffledCell(cell, version, grid) })}
            </p>
          </article>
        ))}
      </div>
      <FigureScale range={range} unit={t('reduction.orders.unit')} format={String} />
      <p className={styles.said}>
        {t(other === cell ? 'reduction.orders.diagonal' : 'reduction.orders.mixed', {
          index: cell,
          ...place,
          otherRow: elsewhere.row,
          otherColumn: elsewhere.column,
        })}
      </p>
    </section>
  );
}
