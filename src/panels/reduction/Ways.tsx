import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReductionFigures, TokenLoss } from '#engine/protocol.ts';
import { formatShape } from '#panels/format.ts';
import { LineageOverlay, OutlineOverlay } from '#panels/heatmap/LineageOverlay.tsx';
import { TilePicture } from '#panels/tiles/TilePicture.tsx';
import { useGridText } from '#panels/use-grid-text.ts';
import type { Outline } from '#state/lineage.ts';
import { blockCountOf, pixelBoxOf, type TokenGrid } from '#tensor/grid.ts';
import { gridOfOneTile } from '#tensor/tile-grid.ts';
import { FigureMap } from './FigureMap.tsx';
import { FigureScale } from './FigureScale.tsx';
import { formatLoss } from './format-loss.ts';
import styles from './reduction.module.css';
import { SaveFigureMap } from './SaveFigureMap.tsx';
import { stripBoxesOf, stripOfPatch } from './strip.ts';
import { useFocus } from './use-focus.ts';

export interface WaysProps {
  readonly figures: ReductionFigures;
  /** [tiles] of the run. */
  readonly pictures: readonly ImageBitmap[];
  readonly grid: TokenGrid;
}

interface Way {
  readonly name: 'shuffle' | 'pooling' | 'reshape';
  /** What the map shows. */
  readonly map: TokenLoss;
  /** Relative error of the tokens brought back; null where by its definition no number changes. */
  readonly lost: number | null;
  /** How far those of one token are from their mean. */
  readonly spread: number;
  readonly width: number;
}

/** Pixel shuffle, average pooling and a mere reshape side by side, on one scale. */
export function Ways({ figures, pictures, grid }: WaysProps) {
  const { t } = useTranslation();
  const { shuffle, square, strip, channels } = figures;
  const range = useMemo(
    () => ({ min: 0, max: Math.max(...square.relativeErrors, ...strip.relativeErrors) }),
    [square, strip],
  );
  const { numbers } = useGridText(grid);
  // Rows that hold no whole number of strips break some of them.
  const stripText = grid.patchGridSize % numbers.blocks === 0 ? 'strip' : 'stripWrapped';
  const ofSquare = square.relativeError;
  const folded = blockCountOf(grid) * channels;
  const ways: readonly Way[] = [
    { name: 'shuffle', map: shuffle, lost: shuffle.relativeError, spread: ofSquare, width: folded },
    { name: 'pooling', map: square, lost: ofSquare, spread: ofSquare, width: channels },
    { name: 'reshape', map: strip, lost: null, spread: strip.relativeError, width: folded },
  ];
  return (
    <section aria-labelledby="reduction-ways">
      <h3 id="reduction-ways">{t('reduction.ways.title')}</h3>
      <p className={styles.note}>{t('reduction.ways.intro', numbers)}</p>
      <div className={styles.ways}>
        {ways.map(({ name, map, lost, spread, width }) => (
          <article key={name} className={styles.way} aria-label={t(`reduction.ways.${name}`, numbers)} data-way={name}>
            <header className={styles.heading}>
              <h4>{t(`reduction.ways.${name}`, numbers)}</h4>
              <SaveFigureMap
                square="dropped"
                values={map.relativeErrors}
                range={range}
                title={t(`reduction.ways.${name}`, numbers)}
                name={name}
                facts={[t(`reduction.ways.${name}Map`, numbers)]}
                unit={t('reduction.ways.unit')}
                format={formatLoss}
              />
            </header>
            <div className={styles.pair}>
              <Footprint name={name} pictures={pictures} tile={figures.tile} tokens={grid} />
              <FigureMap
                square="dropped"
                label={t(`reduction.ways.${name}Map`, numbers)}
                values={map.relativeErrors}
                range={range}
                {...(name === 'reshape' && { outlines: <StripOutlines tile={figures.tile} tokens={grid} /> })}
              />
              <p className={styles.note}>{t(`reduction.ways.${name === 'reshape' ? stripText : 'square'}`, numbers)}</p>
              <p className={styles.note}>{t(`reduction.ways.${name}Map`, numbers)}</p>
            </div>
            <dl className={styles.facts}>
              <dt>{t('reduction.ways.lost')}</dt>
              <dd data-figure="lost">{lost === null ? t('reduction.ways.nothing') : formatLoss(lost)}</dd>
              <dt>{t('reduction.ways.spread', numbers)}</dt>
              <dd data-figure="spread">{formatLoss(spread)}</dd>
              <dt>{t('facts.shape')}</dt>
              <dd>{formatShape([grid.shuffledCount, width])}</dd>
            </dl>
            <p className={styles.said}>{t(`reduction.ways.${name}Said`, numbers)}</p>
          </article>
        ))}
      </div>
      <FigureScale range={range} unit={t('reduction.ways.unit')} format={formatLoss} />
    </section>
  );
}

interface FootprintProps {
  readonly name: Way['name'];
  readonly pictures: readonly ImageBitmap[];
  readonly tile: number;
  readonly tokens: TokenGrid;
}

/** The pixels that the selected token covers. */
function Footprint({ name, pictures, tile, tokens }: FootprintProps) {
  const { selection } = useFocus();
  const grid = useMemo(() => gridOfOneTile(tile, tokens), [tile, tokens]);
  return (
    <div className={styles.map} aria-hidden="true" data-testid="footprint">
      <TilePicture pictures={pictures} grid={grid} tileSidePx={tokens.tileSizePx} />
      {name === 'reshape' ? (
        <StripOutlines tile={tile} tokens={tokens} />
      ) : (
        <LineageOverlay square="shuffled" grid={grid} selection={selection} hovered={null} />
      )}
    </div>
  );
}

/** The patches in a row that a reshape puts the selected token with, and the token itself. */
function StripOutlines({ tile, tokens }: { readonly tile: number; readonly tokens: TokenGrid }) {
  const { patch } = useFocus();
  const grid = useMemo(() => gridOfOneTile(tile, tokens), [tile, tokens]);
  const outlines: readonly Outline[] = [
    { box: pixelBoxOf(patch, tokens.patchGridSize, tokens), strength: 'related' },
    ...stripBoxesOf(stripOfPatch(patch, tokens), tokens).map((box): Outline => ({ box, strength: 'selected' })),
  ];
  return <OutlineOverlay outlines={outlines} tile={tile} grid={grid} />;
}
