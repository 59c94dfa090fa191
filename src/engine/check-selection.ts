import { checkIndex } from '#analysis/check-index.ts';
import { TokenLensError } from '#errors.ts';
import { tokenCountOf } from '#tensor/grid.ts';
import type { Selection } from './protocol.ts';
import type { FinishedRun } from './run.ts';

/** What of a run says which tokens it has. */
interface CheckedRun {
  readonly tensors: Pick<FinishedRun['tensors'], 'tiles'>;
  readonly model: Pick<FinishedRun['model'], 'grid'>;
}

/** @throws TokenLensError `invalid-argument`: no token, or one that the run does not have */
export function checkSelection(
  selection: Selection | null | undefined,
  { tensors, model }: CheckedRun,
): asserts selection is Selection {
  if (!selection) {
    const details = { name: 'selection', actual: 'missing', expected: 'a token' };
    throw new TokenLensError('invalid-argument', 'analysis', details);
  }
  checkIndex('selection tile', selection.tile, tensors.tiles);
  if (selection.kind !== 'class') {
    checkIndex('selection', selection.index, tokenCountOf(selection.kind, model.grid));
  }
}
