import type { MapSet, Progress, Selection, StageReport, TokenStage } from '#engine/protocol.ts';
import type { ErrorStage } from '#errors.ts';
import type { AppState } from './app-state.ts';
import type { Square } from './lineage.ts';
import { sameSelection } from './lineage.ts';

/** The token whose lineage is shown: the locked one, else the hovered one, else the one that the cosine maps belong to. */
export function activeSelection({ locked, hovered, mapKind, maps }: AppState): Selection | null {
  return locked ?? hovered ?? (mapKind === 'cosine' ? (maps.cosine?.selection ?? null) : null);
}

/** The maps on show; while newer ones are computed, those before. */
export function currentMapSet({ mapKind, maps }: AppState): MapSet | null {
  return maps[mapKind];
}

/** Whether the maps on show answer the present selection. */
export function areMapsCurrent(state: AppState): boolean {
  const { mapKind, maps } = state;
  return mapKind !== 'cosine' || sameSelection(maps.cosine?.selection ?? null, activeSelection(state));
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
  decoding: 'image',
  encoding: 'selected',
  reducing: 'shuffled',
  connecting: 'tokens',
  mapping: 'tokens',
};

/** The square that is being worked on. */
export function workingSquare({ progress }: AppState): Square | null {
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

/** The square where the work stopped. */
export function failedSquare({ failure }: AppState): Square | null {
  return failure && squareOfStage[failure.error.stage];
}
