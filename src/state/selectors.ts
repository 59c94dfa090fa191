import type {
  CheckpointRequest,
  LayerChanges,
  MapSet,
  Preprocessing,
  Progress,
  RunReport,
  Selection,
  StageReport,
  TokenStage,
} from '#engine/protocol.ts';
import type { ErrorStage } from '#errors.ts';
import { publishedGrid, type TokenGrid } from '#tensor/grid.ts';
import { gridOfOneTile, type ShownTiles } from '#tensor/tile-grid.ts';
import type { AppState } from './app-state.ts';
import { mapRequestOf, needsSelection, sameMapRequest } from './lens.ts';
import type { Square } from './lineage.ts';

/** The token whose lineage is shown: the locked one, else the hovered one, else the one that the cosine maps belong to. */
export function activeSelection({ locked, hovered, mapKind, maps }: AppState): Selection | null {
  return locked ?? hovered ?? (needsSelection(mapKind) ? (maps[mapKind]?.selection ?? null) : null);
}

/**
 * The run on show, while the engine keeps it and can be asked about it. One of before a restart stays on show until the
 * model has run again; of it nothing more can be learnt.
 */
export function liveRun({ phase, report, kept }: Pick<AppState, 'phase' | 'report' | 'kept'>): RunReport | null {
  return phase === 'ready' && report !== null && kept.includes(report) ? report : null;
}

/** The tile that a panel of one tile is about: the one on show; of several, that of the locked token, else the first. */
export function panelTile({ tile, locked, report }: Pick<AppState, 'tile' | 'locked' | 'report'>): number {
  if (tile !== 'all') return tile;
  return locked && report && locked.tile < report.tiles.count ? locked.tile : 0;
}

/** How the tiles of the run on show are cut into tokens; before a run as the model will cut them. */
export function tokenGrid({ report, model }: Pick<AppState, 'report' | 'model'>): TokenGrid {
  return (report?.model ?? model)?.grid ?? publishedGrid;
}

/** That tile alone; stable while neither the run nor the tile changes. */
export function panelGrid(state: AppState): ShownTiles {
  return state.report ? gridOfTile(state.report, panelTile(state)) : nothingShown;
}

/** The maps on show; while newer ones are computed, those before. */
export function currentMapSet({ mapKind, maps }: AppState): MapSet | null {
  return maps[mapKind];
}

/** Whether the maps on show answer what is looked at now. */
export function areMapsCurrent(state: AppState): boolean {
  const { mapKind, lens, tile, maps, report } = state;
  const needed = report && mapRequestOf({ mapKind, lens, tile, selection: activeSelection(state) }, report);
  return sameMapRequest(maps[mapKind]?.request ?? null, needed);
}

/** The report of `stage` of the last run. */
export function stageReport({ report }: AppState, stage: TokenStage): StageReport | null {
  return report?.stages.find((candidate) => candidate.stage === stage) ?? null;
}

const squareOfPhase: Readonly<Record<Progress['phase'], Square>> = {
  'requesting-device': 'selected',
  probing: 'selected',
  'reading-header': 'selected',
  downloading: 'selected',
  converting: 'selected',
  compiling: 'selected',
  checking: 'selected',
  decoding: 'image',
  'first-run': 'selected',
  encoding: 'selected',
  reducing: 'shuffled',
  connecting: 'tokens',
  mapping: 'tokens',
};

/**
 * What the squares show as being worked on: a run, or else the load that the page waits for; one that goes on beside a
 * model in use has its own place.
 */
export function shownProgress({ progress, loadProgress, model }: AppState): Progress | null {
  return progress ?? (model === null ? loadProgress : null);
}

/** The square that is being worked on. */
export function workingSquare(state: AppState): Square | null {
  const progress = shownProgress(state);
  return progress && squareOfPhase[progress.phase];
}

const squareOfStage: Readonly<Record<ErrorStage, Square>> = {
  engine: 'selected',
  device: 'selected',
  checkpoint: 'selected',
  graph: 'selected',
  image: 'image',
  encoder: 'selected',
  reduction: 'shuffled',
  connector: 'tokens',
  analysis: 'selected',
};

/** Whether two requests are for the same checkpoint, wherever it is looked for and however it is loaded. */
export function isSameCheckpoint(a: CheckpointRequest, b: CheckpointRequest): boolean {
  return a.model === b.model && a.connector === b.connector && a.config === b.config;
}

/** Whether what is being loaded is what was asked about. */
export function isLoadingInspected({ inspection, loading }: AppState): boolean {
  return inspection !== null && loading !== null && isSameCheckpoint(inspection.request, loading);
}

/** Whether the dialog of checkpoints is open, in whichever of its forms. */
export function isCheckpointDialogOpen({ dialog }: AppState): boolean {
  return dialog === 'checkpoint' || dialog === 'hub' || dialog === 'config';
}

/** Whether the open dialog of checkpoints shows what went wrong, so that no square has to. */
export function isFailureInDialog(state: AppState): boolean {
  const operation = state.failure?.operation;
  return (operation === 'inspect' || operation === 'load') && isCheckpointDialogOpen(state);
}

/** The square where the work stopped. */
export function failedSquare({ failure }: AppState): Square | null {
  return failure && squareOfStage[failure.error.stage];
}

/** In place of the tiles on show, before there are any. */
const nothingShown = gridOfOneTile(0, publishedGrid);

/** The tiles on show and how they lie; stable while neither the run nor the choice changes. */
export function shownGrid({ report, tile }: AppState): ShownTiles {
  return report ? gridOfTile(report, tile) : nothingShown;
}

const grids = new WeakMap<RunReport, Map<number | 'all', ShownTiles>>();

/** The same object for the same tiles, so that nothing is drawn again for it. */
function gridOfTile(report: RunReport, tile: number | 'all'): ShownTiles {
  const known = grids.get(report) ?? new Map<number | 'all', ShownTiles>();
  grids.set(report, known);
  const { columns, rows } = report.tiles;
  const tokens = report.model.grid;
  const grid = known.get(tile) ?? (tile === 'all' ? { columns, rows, first: 0, tokens } : gridOfOneTile(tile, tokens));
  known.set(tile, grid);
  return grid;
}

/** How much each block changes the tokens of the tile on show, of several the first; null while it is not known. */
export function currentLayerChanges(state: AppState): LayerChanges | null {
  const { layerChanges, report } = state;
  const isCurrent = layerChanges?.runId === report?.runId && layerChanges?.tile === shownGrid(state).first;
  return isCurrent ? layerChanges : null;
}

/** Whether the tiles of the run can be shown assembled: a grid of more than one, not frames of a video. */
export function canAssemble({ report }: AppState): boolean {
  return report !== null && report.tiles.columns * report.tiles.rows > 1;
}

/** How the next run will prepare its image: the checkpoint's own way with the user's changes. */
export function nextPreprocessing({ model, preprocessing }: AppState): Preprocessing | null {
  return model && { ...model.preprocessing, ...preprocessing };
}
