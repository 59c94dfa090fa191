import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatValue } from '#panels/format.ts';
import { useApp, useAppStore } from '#panels/use-app.ts';
import { useTileText } from '#panels/use-tile-text.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { activeSelection, currentMapSet } from '#state/selectors.ts';
import { chartFloor, type FrameSimilarity, frameSimilarities, mostAlike } from './frame-similarity.ts';
import styles from './tiles.module.css';

/** How alike every frame of the video is to the selected token: its best patch and the mean of its patches. */
export function SimilarityChart() {
  const { t } = useTranslation();
  const { nameTiledToken } = useTokenText();
  const { nameTile } = useTileText();
  const set = useApp(currentMapSet);
  const frames = useMemo(() => frameSimilarities(set), [set]);
  const selection = set?.selection ?? null;
  if (!selection || frames.length === 0) return <EmptyChart />;
  const top = mostAlike(frames, selection.tile);
  return (
    <figure className={styles.chart}>
      <figcaption>
        {t('tiles.chartTitle', { token: nameTiledToken(selection) })}{' '}
        {top && t('tiles.chartTop', { frame: nameTile(top.tile), best: formatValue(top.best) })}
      </figcaption>
      <Plot frames={frames} own={selection.tile} />
    </figure>
  );
}

/** Why there is nothing to draw, or not yet; it takes the room of the chart that comes. */
function EmptyChart() {
  const { t } = useTranslation();
  const active = useApp(activeSelection);
  return (
    <figure className={styles.chart}>
      <figcaption>
        {!active && t('tiles.chartHint')}
        {active && t(active.kind === 'class' ? 'squares.noMapBody' : 'progress.mapping')}
      </figcaption>
      <div className={styles.plot} />
    </figure>
  );
}

interface PlotProps {
  readonly frames: readonly FrameSimilarity[];
  /** The selected token's own frame. */
  readonly own: number;
}

const percent = (share: number) => `${100 * share}%`;

/** One column a frame, to be pressed; the lines behind them are for the eye alone. */
function Plot({ frames, own }: PlotProps) {
  const { t } = useTranslation();
  const { describeTile } = useTileText();
  const store = useAppStore();
  const shown = useApp((state) => state.tile);
  const floor = chartFloor(frames);
  const heightOf = (value: number) => (value - floor) / (1 - floor);
  const lineOf = (key: 'best' | 'mean') =>
    frames.map((frame, index) => `${index + 0.5},${1 - heightOf(frame[key])}`).join(' ');
  return (
    <div className={styles.plot}>
      <div className={styles.axis} aria-hidden="true">
        <span>1</span>
        <span>{formatValue(floor)}</span>
      </div>
      <div className={styles.area}>
        <svg viewBox={`0 0 ${frames.length} 1`} preserveAspectRatio="none" aria-hidden="true">
          <polyline className={styles.mean} points={lineOf('mean')} vectorEffect="non-scaling-stroke" />
          <polyline className={styles.best} points={lineOf('best')} vectorEffect="non-scaling-stroke" />
        </svg>
        <ToggleGroup
          className={styles.columns}
          aria-label={t('tiles.chartLabel')}
          value={[String(shown)]}
          onValueChange={([chosen]) => {
            // Pressing the chosen one again leaves it chosen.
            if (chosen) store.getState().showTile(Number(chosen));
          }}
        >
          {frames.map(({ tile, best, mean }) => (
            <Toggle
              key={tile}
              value={String(tile)}
              className={styles.point}
              data-own={tile === own || undefined}
              aria-label={t('tiles.chartPoint', {
                frame: describeTile(tile),
                best: formatValue(best),
                mean: formatValue(mean),
              })}
            >
              <i className={styles.meanDot} style={{ bottom: percent(heightOf(mean)) }} />
              <i className={styles.bestDot} style={{ bottom: percent(heightOf(best)) }} />
            </Toggle>
          ))}
        </ToggleGroup>
      </div>
      <ul className={styles.legend} aria-hidden="true">
        <li className={styles.bestKey}>{t('tiles.best')}</li>
        <li className={styles.meanKey}>{t('tiles.mean')}</li>
      </ul>
    </div>
  );
}
