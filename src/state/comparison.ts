import {
  type CompareRequest,
  type Comparison,
  type RunReport,
  type Selection,
  type TokenMap,
  type TokenStage,
  tokenStages,
} from '#engine/protocol.ts';
import type { Shape } from '#tensor/shape.ts';
import type { AppState } from './app-state.ts';
import { sameSelection, selectionInSquare } from './lineage.ts';
import { activeSelection, panelTile, tokenGrid } from './selectors.ts';

/** What decides which two tiles stand beside each other. */
type ComparedState = Pick<AppState, 'kept' | 'report' | 'otherRun' | 'otherTile' | 'tile' | 'locked' | 'compareStage'>;

/** The runs that are kept once `report` is there, oldest first. */
export function withRun(kept: readonly RunReport[], report: RunReport): readonly RunReport[] {
  return [...kept.filter(({ runId }) => report.keptRuns.includes(runId)), report];
}

/** The runs that the one on show can be compared with, oldest first. */
export function otherRuns({ kept, report }: Pick<AppState, 'kept' | 'report'>): readonly RunReport[] {
  return kept.filter(({ runId }) => runId !== report?.runId);
}

/** The run that the one on show is compared with: the one chosen while it is another, else the newest of the others. */
export function comparedRun(state: Pick<AppState, 'kept' | 'report' | 'otherRun'>): RunReport | null {
  if (!state.report || endedRun(state)) return null;
  const others = otherRuns(state);
  return others.find((run) => run === state.otherRun) ?? others.at(-1) ?? null;
}

/** The run that was chosen, where the engine no longer keeps it. */
export function endedRun({ kept, otherRun }: Pick<AppState, 'kept' | 'otherRun'>): RunReport | null {
  return otherRun && !kept.includes(otherRun) ? otherRun : null;
}

/** The tile of the other run: the one chosen, else the one of the same number where the two runs are cut alike. */
export function comparedOtherTile(state: ComparedState): number {
  const { otherTile, report } = state;
  const other = comparedRun(state)?.tiles;
  if (!other || !report) return 0;
  if (otherTile !== null && otherTile < other.count) return otherTile;
  const { count, columns, rows } = report.tiles;
  const isCutAlike = other.count === count && other.columns === columns && other.rows === rows;
  return isCutAlike ? panelTile(state) : 0;
}

/** The stages that both runs have: without a connector there are no tokens of one. */
export function commonStages(own: RunReport, other: RunReport): readonly TokenStage[] {
  return tokenStages.filter((stage) => shapeOf(own, stage) && shapeOf(other, stage));
}

/** The stage that is compared: the one chosen where both runs have it, else the last that both have. */
export function comparedStage(state: ComparedState): TokenStage {
  const { compareStage, report } = state;
  const other = comparedRun(state);
  const stages = report && other ? commonStages(report, other) : [];
  return stages.find((stage) => stage === compareStage) ?? stages.at(-1) ?? 'selected';
}

/** [tokens, channels] of a stage of a run; undefined for one that it does not have. */
function shapeOf({ stages }: RunReport, stage: TokenStage): Shape | undefined {
  return stages.find((candidate) => candidate.stage === stage)?.shape;
}

/** The token that is looked at, where it is one of the compared tile's and reaches the stage. */
export function comparedSelection(state: AppState): Selection | null {
  const selection = activeSelection(state);
  return selection?.tile === panelTile(state) && selectionInSquare(selection, comparedStage(state), tokenGrid(state))
    ? selection
    : null;
}

/** What the panel needs; null while there is no other run. A channel that one of the two lacks is no map of both: norms are. */
export function compareRequestOf(state: AppState): CompareRequest | null {
  const { report, mapKind, lens } = state;
  const other = comparedRun(state);
  if (!report || !other) return null;
  const stage = comparedStage(state);
  const selection = comparedSelection(state);
  const width = Math.min(...[report, other].map((run) => shapeOf(run, stage)?.[1] ?? 0));
  const isChannel = mapKind === 'channel' && lens.channel < width;
  return {
    runId: report.runId,
    otherRunId: other.runId,
    tile: panelTile(state),
    otherTile: comparedOtherTile(state),
    stage,
    ...(isChannel && { channel: lens.channel }),
    ...(selection && { selection }),
  };
}

/** Whether two requests are of the same two tiles, at the same stage, drawn alike; whatever is selected in them. */
export function sameTiles(a: CompareRequest | null, b: CompareRequest | null): boolean {
  if (a === null || b === null) return a === b;
  const keys = ['runId', 'otherRunId', 'tile', 'otherTile', 'stage', 'channel'] as const;
  return keys.every((key) => a[key] === b[key]);
}

/** Whether two requests ask for the same. */
export function sameCompareRequest(a: CompareRequest | null, b: CompareRequest | null): boolean {
  return sameTiles(a, b) && sameSelection(a?.selection ?? null, b?.selection ?? null);
}

/** The answer about the two tiles that are looked at; its similarity may still be of the token before. */
export function currentComparison(state: AppState): Comparison | null {
  const { comparison } = state;
  return comparison && sameTiles(comparison.request, compareRequestOf(state)) ? comparison : null;
}

/** The token of a map with the largest value, the class token left out; the first of several. */
export function mostAlike({ values }: Pick<TokenMap, 'values'>): { readonly index: number; readonly value: number } {
  let index = 0;
  for (let candidate = 1; candidate < values.length; candidate++) {
    if ((values[candidate] ?? Number.NaN) > (values[index] ?? Number.NaN)) index = candidate;
  }
  return { index, value: values[index] ?? Number.NaN };
}
