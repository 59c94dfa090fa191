import { useTranslation } from 'react-i18next';
import { patchCount, patchGridSize, patchSizePx, shuffledCount, shuffleFactor, tileSizePx } from '#tensor/grid.ts';
import styles from './reduction.module.css';

const sums = [
  { name: 'side', sum: `${tileSizePx} / ${patchSizePx} = ${patchGridSize}` },
  { name: 'patches', sum: `${patchGridSize} × ${patchGridSize} = ${patchCount}` },
  { name: 'class', sum: `${patchCount} + 1 = ${patchCount + 1}` },
  { name: 'dropped', sum: `${patchCount + 1} − 1 = ${patchCount}` },
  { name: 'folded', sum: `${patchCount} / ${shuffleFactor ** 2} = ${shuffledCount}` },
] as const;

/** The whole answer in five sums. */
export function Sum() {
  const { t } = useTranslation();
  return (
    <ol className={styles.sums}>
      {sums.map(({ name, sum }) => (
        <li key={name}>
          <b>{sum}</b>
          <span>{t(`reduction.sums.${name}`)}</span>
        </li>
      ))}
    </ol>
  );
}
