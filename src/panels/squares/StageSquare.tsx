import { useTranslation } from 'react-i18next';
import type { TokenStage } from '#engine/protocol.ts';
import { formatShape, formatShare, formatValue } from '#panels/format.ts';
import { ColourBar } from '#panels/heatmap/ColourBar.tsx';
import { Heatmap } from '#panels/heatmap/Heatmap.tsx';
import { LineageOverlay } from '#panels/heatmap/LineageOverlay.tsx';
import { OutlierMarks } from '#panels/heatmap/OutlierMarks.tsx';
import { TileBorders } from '#panels/heatmap/TileBorders.tsx';
import { TopMarks } from '#panels/heatmap/TopMarks.tsx';
import { useShownLayer } from '#panels/layers/use-shown-layer.ts';
import { TilePicture } from '#panels/tiles/TilePicture.tsx';
import { useApp } from '#panels/use-app.ts';
import { useTokenText } from '#panels/use-token-text.ts';
import { gridKindOf, gridSizeOf, selectionInSquare } from '#state/lineage.ts';
import { activeSelection, shownGrid, stageReport } from '#state/selectors.ts';
import { ClassSlot } from './ClassSlot.tsx';
import { Column } from './Column.tsx';
import { Facts } from './Facts.tsx';
import { Message } from './Message.tsx';
import { OutlierLine } from './OutlierLine.tsx';
import styles from './squares.module.css';
import { TokenGrid } from './TokenGrid.tsx';
import { type Painting, usePainting, useReadSelection, useValues } from './use-painting.ts';
import { useStep } from './use-step.ts';
import { useTileFacts } from './use-tile-facts.ts';

function useSummary(painting: Painting | null, stage: TokenStage): string {
  const { t } = useTranslation();
  const { describeMaps } = useTokenText();
  if (!painting) return t('token.noSummary');
  const { kind, maps, explainedVariance } = painting;
  if (kind === 'pca') return t('token.summaryPca', { variance: (explainedVariance ?? []).map(formatShare).join(', ') });
  return describeMaps(kind, maps, gridKindOf(stage)) ?? t('token.noSummary');
}

/** One of the four squares that hold tokens. */
export function StageSquare({ stage }: { readonly stage: TokenStage }) {
  const { t } = useTranslation();
  const { nameTiledToken, nameValues, announce } = useTokenText();
  const { unitOf, totalOf } = useTileFacts();
  const report = useApp((state) => stageReport(state, stage));
  const grid = useApp(shownGrid);
  const active = useApp(activeSelection);
  const hovered = useApp((state) => state.hovered);
  const pictures = useApp((state) => state.report?.pictures ?? null);
  const imageShare = useApp((state) => state.imageShare);
  const topCount = useApp((state) => state.lens.topCount);
  const painting = usePainting(stage);
  const read = useReadSelection();
  const values = useValues(stage, read);
  const summary = useSummary(painting, stage);
  const step = useStep(stage);
  const { note: layerNote } = useShownLayer();

  const isMissing = useApp((state) => state.report !== null && stageReport(state, stage) === null);

  const size = gridSizeOf(stage, grid.tokens);
  const here = read && selectionInSquare(read, stage, grid.tokens);
  const [first = null] = values ?? [];
  const announced = painting && here && values ? announce(here, nameValues(values, painting.kind)) : '';
  const pathEnds = read?.kind === 'class' && stage !== 'selected';

  return (
    <Column
      square={stage}
      count={report ? String(report.shape[0]) : isMissing ? '—' : null}
      countUnit={unitOf('tokens')}
      step={step}
      note={stage === 'selected' ? layerNote : null}
      footer={
        <>
          <p className={styles.readout}>
            {here && (
              <>
                <span className={styles.token}>{nameTiledToken(here)}</span>
                <span>{values?.map(formatValue).join('  ')}</span>
              </>
            )}
            {pathEnds && <span className={styles.token}>{stage === 'dropped' && t('token.classEnds')}</span>}
          </p>
          <div className={styles.barPlace}>{painting && <ColourBar {...painting} value={first} />}</div>
          <Facts
            shape={report && formatShape(report.shape)}
            dtype={report?.dtype ?? null}
            unit={painting && t(`units.${painting.kind}`)}
            tiles={report && totalOf('tokens', report.shape[0] ?? 0)}
            timing={report?.timing ?? null}
          />
          {stage === 'selected' && painting?.kind === 'norm' && <OutlierLine maps={painting.maps} />}
        </>
      }
    >
      <TokenGrid
        square={stage}
        isReady={report !== null}
        label={t('token.gridLabel', {
          square: t(`squares.${stage}`),
          rows: grid.rows * size,
          columns: grid.columns * size,
        })}
        summary={summary}
        announcement={announced}
        slot={<ClassSlot stage={stage} />}
        message={painting ? null : <Message stage={stage} />}
      >
        {painting && (
          <>
            {imageShare > 0 && pictures && (
              <div className={styles.below}>
                <TilePicture pictures={pictures} grid={grid} tileSidePx={grid.tokens.tileSizePx} />
              </div>
            )}
            <Heatmap {...painting} imageShare={imageShare} />
            {stage === 'selected' && painting.kind === 'norm' && <OutlierMarks maps={painting.maps} grid={grid} />}
            <TileBorders {...grid} />
            {painting.kind === 'cosine' && <TopMarks maps={painting.maps} grid={grid} count={topCount} size={size} />}
            <LineageOverlay square={stage} grid={grid} selection={active} hovered={hovered} />
          </>
        )}
      </TokenGrid>
    </Column>
  );
}
