import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReductionFigures, TokenLoss } from '#engine/protocol.ts';
import { formatShape } from '#panels/format.ts';
import { LineageOverlay, OutlineOverlay } from '#panels/heatmap/LineageOverlay.tsx';
import { TilePicture } from '#panels/tiles/TilePicture.tsx';
import { patchGridSize, pixelBoxOf, shuffledCount, tileSizePx } from '#tensor/grid.ts';
import { FigureMap } from './FigureMap.tsx';
import { FigureScale } from './FigureScale.tsx';
import { formatLoss } from './format-loss.ts';
import styles from './reduction.module.css';
import { SaveFigureMap } from './SaveFigureMap.tsx';
import { stripBoxOf, stripOfPatch } from './strip.ts';
import { useFocus } from './use-focus.ts';

export interface WaysProps {
  readonly figures: ReductionFigures;
  /** [tiles] of the run. */
  readonly pictures: readonly ImageBitmap[];
}

interface Way {
  readonly name: 'shuffle' | 'pooling' | 'reshape';
  /** What the map shows. */
  readonly map: TokenLoss;
  /** Relative error of the tokens brought back; null where by its definition no number changes. */
  readonly lost: number | null;
  /** How far the four of one token are from their mean. */
  readonly spread: number;
  readonly width: number;
}

/** Pixel shuffle, average pooling and a mere reshape side by side, on one scale. */
export function Ways({ figures, pictures }: WaysProps) {
  const { t } = useTranslation();
  const { shuffle, square, strip, channels } = figures;
  const range = useMemo(
    () => ({ min: 0, max: Math.max(...square.relativeErrors, ...strip.relativeErrors) }),
    [square, strip],
  );
  const ofSquare = square.relativeError;
  const ways: readonly Way[] = [
    { name: 'shuffle', map: shuffle, lost: shuffle.relativeError, spread: ofSquare, width: 4 * channels },
    { name: 'pooling', map: square, lost: ofSquare, spread: ofSquare, width: channels },
    { name: 'reshape', map: strip, lost: null, spread: strip.relativeError, width: 4 * channels },
  ];
  return (
    <section aria-labelledby="reduction-ways">
      <h3 id="reduction-ways">{t('reduction.ways.title')}</h3>
      <p className={styles.note}>{t('reduction.ways.intro')}</p>
      <div className={styles.ways}>
        {ways.map(({ name, map, lost, spread, width }) => (
          <article key={name} className={styles.way} aria-label={t(`reduction.ways.${name}`)} data-way={name}>
            <header className={styles.heading}>
              <h4>{t(`reduction.ways.${name}`)}</h4>
              <SaveFigureMap
                square="dropped"
                values={map.relativeErrors}
                range={range}
                title={t(`reduction.ways.${name}`)}
                name={name}
                facts={[t(`reduction.ways.${name}Map`)]}
                unit={t('reduction.ways.unit')}
                format={formatLoss}
              />
            </header>
            <div className={styles.pair}>
              <Footprint name={name} pictures={pictures} tile={figures.tile} />
              <FigureMap
                square="dropped"
                label={t(`reduction.ways.${name}Map`)}
                values={map.relativeErrors}
                range={range}
                {...(name === 'reshape' && { outlines: <StripOutlines tile={figures.tile} /> })}
              />
              <p className={styles.note}>{t(`reduction.ways.${name === 'reshape' ? 'strip' : 'square'}`)}</p>
              <p className={styles.note}>{t(`reduction.ways.${name}Map`)}</p>
            </div>
            <dl className={styles.facts}>
              <dt>{t('reduction.ways.lost')}</dt>
              <dd data-figure="lost">{lost === null ? t('reduction.ways.nothing') : formatLoss(lost)}</dd>
              <dt>{t('reduction.ways.spread')}</dt>
              <dd data-figure="spread">{formatLoss(spread)}</dd>
              <dt>{t('facts.shape')}</dt>
              <dd>{formatShape([shuffledCount, width])}</dd>
            </dl>
            <p className={styles.said}>{t(`reduction.ways.${name}Said`)}</p>
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
}

/** The pixels that the selected token covers. */
function Footprint({ name, pictures, tile }: FootprintProps) {
  const { selection } = useFocus();
  const grid = useMemo(() => ({ columns: 1, rows: 1, first: tile }), [tile]);
  return (
    <div className={styles.map} aria-hidden="true" data-testid="footprint">
      <TilePicture pictures={pictures} grid={grid} tileSidePx={tileSizePx} />
      {name === 'reshape' ? (
        <StripOutlines tile={tile} />
      ) : (
        <LineageOverlay square="shuffled" grid={grid} selection={selection} hovered={null} />
      )}
    </div>
  );
}

/** The four patches in a row that a reshape puts the selected token with, and the token itself. */
function StripOutlines({ tile }: { readonly tile: number }) {
  const { patch } = useFocus();
  const grid = useMemo(() => ({ columns: 1, rows: 1, first: tile }), [tile]);
  const outlines = [
    { box: pixelBoxOf(patch, patchGridSize), strength: 'related' },
    { box: stripBoxOf(stripOfPatch(patch)), strength: 'selected' },
  ] as const;
  return <OutlineOverlay outlines={outlines} tile={tile} grid={grid} />;
}
