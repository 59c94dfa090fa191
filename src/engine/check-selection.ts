import { checkIndex } from '#analysis/check-index.ts';
import { TokenLensError } from '#errors.ts';
import { patchCount, shuffledCount } from '#tensor/grid.ts';
import type { Selection } from './protocol.ts';

/** @throws TokenLensError `invalid-argument`: no token, or one that a run of `tiles` tiles does not have */
export function checkSelection(selection: Selection | null | undefined, tiles: number): asserts selection is Selection {
  if (!selection) {
    const details = { name: 'selection', actual: 'missing', expected: 'a token' };
    throw new TokenLensError('invalid-argument', 'analysis', details);
  }
  checkIndex('selection tile', selection.tile, tiles);
  if (selection.kind !== 'class') {
    checkIndex('selection', selection.index, selection.kind === 'patch' ? patchCount : shuffledCount);
  }
}
