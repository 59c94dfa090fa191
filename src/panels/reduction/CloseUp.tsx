import { useTranslation } from 'react-i18next';
import type { ModelReport, ReductionFigures } from '#engine/protocol.ts';
import { formatValue } from '#panels/format.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import { cellOf, patchesOfShuffledToken, rowOfShuffledCell } from '#tensor/grid.ts';
import styles from './reduction.module.css';
import { useFocus } from './use-focus.ts';
import type { TokenColours } from './use-token-colours.ts';

/** With more blocks than this their channels would not fit into the row. */
const mostNumbered = 4;

export interface CloseUpProps {
  readonly figures: ReductionFigures;
  readonly colours: TokenColours;
  readonly model: ModelReport;
}

/** The patches of one neighbourhood with their first numbers, and where in the shuffled row each lands. */
export function CloseUp({ figures, colours, model }: CloseUpProps) {
  const { t } = useTranslation();
  const { cell, patch: chosen, isExample, selection } = useFocus();
  const { channels, excerpt } = figures;
  const { count } = excerpt;
  const { grid, numbers, nameBlock } = useGridText(model.grid);
  const row = rowOfShuffledCell(cell, model.psVersion, grid);
  const place = cellOf(cell, grid.shuffledGridSize);
  const isScaled = model.featureScale !== 1;

  const folded = patchesOfShuffledToken(cell, grid).map((patch, block) => {
    const start = (row * numbers.blocks + block) * count;
    return {
      patch,
      name: nameBlock(block, 'reduction'),
      firstChannel: block * channels,
      place: cellOf(patch, grid.patchGridSize),
      dropped: excerpt.dropped.subarray(patch * count, (patch + 1) * count),
      shuffled: excerpt.shuffled.subarray(start, start + count),
      colour: `rgb(${(colours.patches[patch] ?? [0, 0, 0]).join(' ')})`,
      isChosen: selection.kind === 'patch' && patch === chosen,
    };
  });
  return (
    <section className={styles.closeUp} aria-label={t('reduction.closeUp')} data-testid="close-up">
      <h3>
        {t('reduction.closeUpTitle', { ...numbers, row: place.row, column: place.column })}
        {isExample && <span className={styles.note}> {t('reduction.example')}</span>}
      </h3>
      <ul className={styles.folded}>
        {folded.map(({ patch, name, place: at, firstChannel, dropped, shuffled, colour, isChosen }) => (
          <li key={name} data-chosen={isChosen || undefined}>
            <p className={styles.blockName}>
              <i style={{ background: colour }} aria-hidden="true" />
              {name}
            </p>
            <p className={styles.number}>
              {t('reduction.patchNumber', { row: at.row, columns: grid.patchGridSize, column: at.column, patch })}
            </p>
            <dl>
              <dt>{`dropped[${patch}, 0:${count}]`}</dt>
              <dd>{listValues(dropped)}</dd>
              <dt>{`shuffled[${row}, ${firstChannel}:${firstChannel + count}]`}</dt>
              <dd>{listValues(shuffled)}</dd>
            </dl>
          </li>
        ))}
      </ul>
      <div
        className={styles.row}
        role="img"
        aria-label={t('reduction.rowLabel', { ...numbers, row, width: numbers.blocks * channels })}
      >
        {folded.map(({ name, firstChannel, colour }) => (
          <span key={name}>
            <i style={{ background: colour }} />
            {numbers.blocks <= mostNumbered && `${firstChannel}–${firstChannel + channels - 1}`}
          </span>
        ))}
      </div>
      <p className={styles.note}>
        {t('reduction.rowNote', { ...numbers, row, channels })}{' '}
        {t(isScaled ? 'reduction.scaled' : 'reduction.copied', { scale: model.featureScale })}
      </p>
    </section>
  );
}

function listValues(values: Float32Array): string {
  return [...values].map(formatValue).join('  ');
}
