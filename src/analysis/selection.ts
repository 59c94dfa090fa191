import { TokenLensError } from '#errors.ts';
import type { Shape } from '#tensor/shape.ts';
import { checkIndex } from './check-index.ts';

/** Most tokens that a selection holds: the patches of one shuffled token. */
export const maxSelectedTokens = 4;
/** Shape of the selection's tensor, u32: the count, then the rows. */
export const selectionShape: Shape = [1 + maxSelectedTokens];

/**
 * Checks that a selection can hold `count` tokens.
 *
 * @throws TokenLensError `invalid-argument`.
 */
export function checkSelectedCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= maxSelectedTokens) return;
  throw new TokenLensError('invalid-argument', 'analysis', {
    name: 'the number of selected tokens',
    actual: count,
    expected: `1 to ${maxSelectedTokens}`,
  });
}

/**
 * What a selection's tensor holds for `rows` of [tokens, channels]: [1 + 4] u32, the count and the rows.
 *
 * @throws TokenLensError `invalid-argument` for none or more than four rows, or one that is no row.
 */
export function packSelection(rows: readonly number[], tokens: number): Uint32Array<ArrayBuffer> {
  checkSelectedCount(rows.length);
  for (const row of rows) checkIndex('the selected token', row, tokens);
  const packed = new Uint32Array(1 + maxSelectedTokens);
  packed.set([rows.length, ...rows]);
  return packed;
}
