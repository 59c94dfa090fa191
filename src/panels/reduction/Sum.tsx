import { useTranslation } from 'react-i18next';
import { useGridText } from '#panels/use-grid-text.ts';
import { blockCountOf, type TokenGrid } from '#tensor/grid.ts';
import styles from './reduction.module.css';

function sumsOf(grid: TokenGrid) {
  const { tileSizePx, patchSizePx, patchGridSize, patchCount, shuffledCount } = grid;
  return [
    { name: 'side', sum: `${tileSizePx} / ${patchSizePx} = ${patchGridSize}` },
    { name: 'patches', sum: `${patchGridSize} × ${patchGridSize} = ${patchCount}` },
    { name: 'class', sum: `${patchCount} + 1 = ${patchCount + 1}` },
    { name: 'dropped', sum: `${patchCount + 1} − 1 = ${patchCount}` },
    { name: 'folded', sum: `${patchCount} / ${blockCountOf(grid)} = ${shuffledCount}` },
  ] as const;
}

/** The whole answer in five sums. */
export function Sum() {
  const { t } = useTranslation();
  const { grid, numbers } = useGridText();
  const sums = sumsOf(grid);
  return (
    <ol className={styles.sums}>
      {sums.map(({ name, sum }) => (
        <li key={name}>
          <b>{sum}</b>
          <span>{t(`reduction.sums.${name}`, numbers)}</span>
        </li>
      ))}
    </ol>
  );
}
