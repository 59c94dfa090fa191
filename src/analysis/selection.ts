import { TokenLensError } from '#errors.ts';
import { checkIndex } from './check-index.ts';

/**
 * Checks that a selection holds something: one token, or the patches of a shuffled one.
 *
 * @throws TokenLensError `invalid-argument`.
 */
export function checkSelectedCount(count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new TokenLensError('invalid-argument', 'analysis', {
    name: 'the number of selected tokens',
    actual: count,
    expected: 'at least 1',
  });
}

/**
 * What a selection's tensor holds for `rows` of [tokens, channels]: [1 + rows] u32, the count and the rows.
 *
 * @throws TokenLensError `invalid-argument` for no rows, or one that is no row.
 */
export function packSelection(rows: readonly number[], tokens: number): Uint32Array<ArrayBuffer> {
  checkSelectedCount(rows.length);
  for (const row of rows) checkIndex('the selected token', row, tokens);
  return Uint32Array.of(rows.length, ...rows);
}
