import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Preprocessing, RunReport } from '#engine/protocol.ts';
import { planPlacements, type TileLayout } from '#image/placement.ts';
import { useApp } from '#panels/use-app.ts';
import { nextPreprocessing } from '#state/selectors.ts';
import { publishedGrid, type TokenGrid } from '#tensor/grid.ts';
import { isSamePreparation } from './placement-effects.ts';
import { problemOfTileCounts } from './tile-counts.ts';

/** How the image on show would be cut by the next run. */
export interface Plan {
  readonly report: RunReport;
  readonly preprocessing: Preprocessing;
  /** How the next run cuts a tile into tokens. */
  readonly grid: TokenGrid;
  /** null where the numbers of tiles contradict each other. */
  readonly layout: TileLayout | null;
  /** Whether the run on show was cut in just this way. */
  readonly isOnShow: boolean;
}

/** The plan for the image on show; null before a first run, and for a video, whose frames are always padded. */
export function usePlan(): Plan | null {
  const report = useApp((state) => state.report);
  const preprocessing = useApp(useShallow(nextPreprocessing));
  const grid = useApp((state) => state.model?.grid ?? publishedGrid);
  return useMemo(() => {
    if (!report || report.video || !preprocessing) return null;
    const isOnShow =
      isSamePreparation(report.tiles.preprocessing, preprocessing) && report.model.grid.tileSizePx === grid.tileSizePx;
    return { report, preprocessing, grid, layout: layOut(report.image, preprocessing, grid), isOnShow };
  }, [report, preprocessing, grid]);
}

/** The layout of an image; null where the numbers of tiles contradict each other. */
export function layOut(size: RunReport['image'], preprocessing: Preprocessing, grid: TokenGrid): TileLayout | null {
  const { minTiles, maxTiles, mode } = preprocessing;
  if (mode === 'tiles' && problemOfTileCounts(minTiles, maxTiles)) return null;
  return planPlacements(size, preprocessing, grid);
}
