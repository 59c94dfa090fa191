import { Pause, Play, StepBack, StepForward } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ReductionFigures, RunReport } from '#engine/protocol.ts';
import { formatShape } from '#panels/format.ts';
import { endsOf } from '#panels/take-away/map-file.ts';
import { SavePicture } from '#panels/take-away/SavePicture.tsx';
import { useRunFacts } from '#panels/take-away/use-map-text.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import { useTileText } from '#panels/use-tile-text.ts';
import { blockCountOf, type TokenGrid } from '#tensor/grid.ts';
import { CloseUp } from './CloseUp.tsx';
import { FoldPicture, paintFold } from './FoldPicture.tsx';
import { type FoldStep, foldSteps, lastStep } from './fold-layout.ts';
import styles from './reduction.module.css';
import type { StepPlayer } from './use-step-player.ts';
import { useTokenColours } from './use-token-colours.ts';

export interface FoldProps {
  readonly figures: ReductionFigures;
  readonly report: RunReport;
  readonly player: StepPlayer;
}

/** The tokens of one tile from the encoder's to the folded, step by step, beside a close-up of those that become one. */
export function Fold({ figures, report, player }: FoldProps) {
  const { t } = useTranslation();
  const colours = useTokenColours(figures);
  const runFacts = useRunFacts(report);
  const tileName = useTileText().nameTile(figures.tile);
  const step = foldSteps[player.step] ?? 'encoded';
  const unit = t(`units.${colours.kind}`);
  const { grid } = report.model;
  const { numbers } = useGridText(grid);
  const facts = factsOf(step, figures.channels, grid);
  const action = t(player.isPlaying ? 'reduction.pause' : 'reduction.play');
  return (
    <section className={styles.fold} aria-label={t('reduction.foldLabel')}>
      <div className={styles.foldPicture}>
        <p className={styles.count} role="status">
          <b>{facts.count}</b>
          <span>{facts.shape}</span>
          {tileName && <span>{tileName}</span>}
        </p>
        <FoldPicture step={player.step} colours={colours} />
        <div className={styles.heading}>
          <p className={styles.note}>{t('reduction.painted', { unit })}</p>
          <SavePicture
            caption={{
              title: `${t('reduction.title')} · ${facts.count}`,
              facts: [...runFacts(figures.tile), facts.shape, t(`reduction.steps.${step}`, numbers)],
              unit,
              ranges: endsOf(colours.ranges),
              table: colours.table,
              isPca: colours.kind === 'pca',
            }}
            file={{ imageName: report.image.name, stage: `reduction.${step}`, layer: null, tile: figures.tile }}
            draw={() => ({ pixels: paintFold(grid, player.step, colours) })}
          />
        </div>
      </div>
      <div className={styles.foldSide}>
        <div className={styles.player}>
          <button type="button" className="icon-button" aria-label={action} title={action} onClick={player.toggle}>
            {player.isPlaying ? <Pause size={16} aria-hidden="true" /> : <Play size={16} aria-hidden="true" />}
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label={t('reduction.back')}
            title={t('reduction.back')}
            disabled={player.step === 0}
            onClick={() => player.goTo(player.step - 1)}
          >
            <StepBack size={16} aria-hidden="true" />
          </button>
          <input
            type="range"
            min={0}
            max={lastStep}
            step={1}
            value={player.step}
            aria-label={t('reduction.step')}
            aria-valuetext={`${facts.count}: ${t(`reduction.steps.${step}`, numbers)}`}
            onChange={(event) => player.goTo(event.target.valueAsNumber)}
          />
          <button
            type="button"
            className="icon-button"
            aria-label={t('reduction.forward')}
            title={t('reduction.forward')}
            disabled={player.step === lastStep}
            onClick={() => player.goTo(player.step + 1)}
          >
            <StepForward size={16} aria-hidden="true" />
          </button>
        </div>
        <ol className={styles.steps}>
          {foldSteps.map((name, index) => (
            <li key={name} aria-current={index === player.step ? 'step' : undefined}>
              <b>{factsOf(name, figures.channels, grid).count}</b>
              <span>{t(`reduction.steps.${name}`, numbers)}</span>
            </li>
          ))}
        </ol>
        <CloseUp figures={figures} colours={colours} model={report.model} />
      </div>
    </section>
  );
}

/** The number of tokens and the shape of the tensor that hold at a step. */
function factsOf(
  step: FoldStep,
  channels: number,
  grid: TokenGrid,
): { readonly count: string; readonly shape: string } {
  const { patchCount, shuffledCount } = grid;
  const blocks = blockCountOf(grid);
  switch (step) {
    case 'encoded':
      return { count: String(patchCount + 1), shape: formatShape([patchCount + 1, channels]) };
    case 'dropped':
      return { count: String(patchCount), shape: formatShape([patchCount, channels]) };
    case 'folded':
      return { count: `${patchCount} / ${blocks}`, shape: formatShape([shuffledCount, blocks, channels]) };
    case 'stacked':
      return { count: String(shuffledCount), shape: formatShape([shuffledCount, blocks * channels]) };
  }
}
