import { TokenLensError } from '#errors.ts';

/**
 * Checks that `index` is one of [0, count).
 *
 * @throws TokenLensError `invalid-argument`.
 */
export function checkIndex(name: string, index: number, count: number): void {
  if (Number.isInteger(index) && index >= 0 && index < count) return;
  throw new TokenLensError('invalid-argument', 'analysis', {
    name,
    actual: index,
    expected: `an integer from 0 to ${count - 1}`,
  });
}
