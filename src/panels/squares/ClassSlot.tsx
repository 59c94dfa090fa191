import { useTranslation } from 'react-i18next';
import type { TokenStage } from '#engine/protocol.ts';
import { formatValue } from '#panels/format.ts';
import { paintToken } from '#panels/heatmap/paint-map.ts';
import { useApp } from '#panels/use-app.ts';
import { useTileText } from '#panels/use-tile-text.ts';
import type { ValueRange } from '#state/map-values.ts';
import { activeSelection, shownGrid } from '#state/selectors.ts';
import styles from './squares.module.css';
import { type Painting, usePainting, useReadSelection } from './use-painting.ts';

/** The class tokens of the tiles on show above the encoder's grid, and the places they have left above the next. */
export function ClassSlot({ stage }: { readonly stage: TokenStage }) {
  const { t } = useTranslation();
  const painting = usePainting('selected');
  const { columns, rows, first } = useApp(shownGrid);
  const runId = useApp((state) => state.report?.runId ?? null);
  if (runId === null) return null;
  const tiles = Array.from({ length: columns * rows }, (_, index) => first + index);

  if (stage === 'dropped') {
    return (
      <span className={styles.slotRow}>
        <span className={styles.classCells}>
          {tiles.map((tile) => (
            <i key={tile} className={styles.leftPlace}>
              <i key={runId} className={styles.leaving} style={{ background: colourOf(painting, tile) }} />
            </i>
          ))}
        </span>
        <span className={styles.slotText}>{t('token.classLeft', { count: tiles.length })}</span>
      </span>
    );
  }
  return stage === 'selected' ? <ClassTokens tiles={tiles} painting={painting} /> : null;
}

interface ClassTokensProps {
  readonly tiles: readonly number[];
  readonly painting: Painting | null;
}

/** One cell a tile, each to be pointed at, and the value of the one that is read; one alone is always read. */
function ClassTokens({ tiles, painting }: ClassTokensProps) {
  const { t } = useTranslation();
  const { nameTile } = useTileText();
  const total = useApp((state) => state.report?.tiles.count ?? tiles.length);
  const active = useApp(activeSelection);
  const read = useReadSelection();
  const [only] = tiles.length === 1 ? tiles : [];
  const readTile = only ?? (read?.kind === 'class' && tiles.includes(read.tile) ? read.tile : null);
  const values = classValuesOf(painting, readTile);
  // Not all are on show where a thumbnail or other tiles are not.
  const isSome = tiles.length > 1 && tiles.length < total;
  const count = { count: tiles.length, total };
  const mark = (tile: number) => ({
    'data-class-token': tile,
    'data-selected': (active?.kind === 'class' && active.tile === tile) || undefined,
  });
  return (
    // A token alone is pointed at by its name and value too; among several, each by its cell.
    <span className={styles.slotRow} {...(only !== undefined && mark(only))}>
      <span className={styles.classCells}>
        {tiles.map((tile) => (
          <i
            key={tile}
            className={styles.classCell}
            style={{ background: colourOf(painting, tile) }}
            title={nameTile(tile) ?? undefined}
            data-testid="class-token"
            {...(only === undefined && mark(tile))}
          />
        ))}
      </span>
      <span className={styles.slotText}>
        {only === undefined && readTile !== null
          ? nameTile(readTile)
          : t(isSome ? 'token.classTokensOf' : 'token.classTokens', count)}
      </span>
      {painting && values && <ClassValue values={values} ranges={painting.ranges} />}
    </span>
  );
}

function classValuesOf(painting: Painting | null, tile: number | null): Float32Array | null {
  return painting?.maps.find((map) => map.tile === tile)?.classToken ?? null;
}

function colourOf(painting: Painting | null, tile: number): string | undefined {
  const values = classValuesOf(painting, tile);
  return painting && values ? `rgb(${paintToken(values, painting.ranges, painting.table).join(' ')})` : undefined;
}

/** The class token's value as a number; PCA scores are read in the inspector. */
function ClassValue({ values, ranges }: { readonly values: Float32Array; readonly ranges: readonly ValueRange[] }) {
  const { t } = useTranslation();
  const [range] = ranges;
  const [value] = values;
  if (ranges.length !== 1 || !range || value === undefined) return null;
  const isBeyond = value > range.max || value < range.min;
  return (
    <>
      {isBeyond && <span className={styles.beyond}>{t('token.beyond')}</span>}
      <span className={styles.classValue}>{formatValue(value)}</span>
    </>
  );
}
