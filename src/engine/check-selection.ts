import { checkIndex } from '#analysis/check-index.ts';
import { TokenLensError } from '#errors.ts';
import { tokenCountOf } from '#tensor/grid.ts';
import type { Selection } from './protocol.ts';
import type { FinishedRun } from './run.ts';

/** @throws TokenLensError `invalid-argument`: no token, or one that the run does not have */
export function checkSelection(
  selection: Selection | null | undefined,
  { tensors, model }: Pick<FinishedRun, 'tensors' | 'model'>,
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
