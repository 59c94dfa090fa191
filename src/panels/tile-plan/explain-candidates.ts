import type { GridCandidate } from '#image/tile-plan.ts';
import type { TokenGrid } from '#tensor/grid.ts';

/** Why a grid was chosen or was not. */
export type CandidateReason =
  /** Chosen: none is as near. */
  | 'nearest'
  /** Chosen: others are as near, but this later one took the tie, since the image has pixels enough. */
  | 'tie-won'
  /** Chosen: later ones are as near, but the image has too few pixels for them. */
  | 'tie-kept'
  /** As near, but a later grid took the tie. */
  | 'tie-taken'
  /** As near as the chosen one, but the image has too few pixels for this later one. */
  | 'too-few-pixels'
  | 'farther';

export interface ExplainedCandidate extends GridCandidate {
  readonly reason: CandidateReason;
  /** Pixels that the image must exceed for this grid to take a tie: half of the grid's. */
  readonly tieThresholdPx: number;
}

/** The candidates of an image, in their published order, each with the reason for its outcome. */
export function explainCandidates(
  candidates: readonly GridCandidate[],
  tile: Pick<TokenGrid, 'tileSizePx'>,
): readonly ExplainedCandidate[] {
  const chosenAt = candidates.findIndex(({ outcome }) => outcome === 'chosen');
  const isTiedAt = candidates.map(({ outcome }) => outcome === 'tied');
  const reasonOfChosen = (): CandidateReason => {
    if (isTiedAt.slice(0, chosenAt).includes(true)) return 'tie-won';
    return isTiedAt.includes(true) ? 'tie-kept' : 'nearest';
  };
  const reasonAt = (index: number): CandidateReason => {
    if (index === chosenAt) return reasonOfChosen();
    if (!isTiedAt[index]) return 'farther';
    return index < chosenAt ? 'tie-taken' : 'too-few-pixels';
  };
  return candidates.map((candidate, index) => ({
    ...candidate,
    reason: reasonAt(index),
    tieThresholdPx: tieThresholdOf(candidate, tile),
  }));
}

/** Pixels above which an image fills `grid` well enough to win a tie. */
function tieThresholdOf(
  { columns, rows }: Pick<GridCandidate, 'columns' | 'rows'>,
  { tileSizePx }: Pick<TokenGrid, 'tileSizePx'>,
): number {
  return 0.5 * tileSizePx * tileSizePx * columns * rows;
}
