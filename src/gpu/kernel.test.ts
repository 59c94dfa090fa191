import { expect, test } from 'vitest';
import { checkParts } from './kernel.ts';

test('tensors one behind the other begin where they can be bound, or are refused by name', () => {
  const limits = { minStorageBufferOffsetAlignment: 256 };
  const check = (shape: readonly number[], count: number) => () =>
    checkParts('reduction', 'a tile’s tokens', shape, count, limits);
  expect(check([49, 64], 3)).not.toThrow();
  expect(check([49, 63], 1)).not.toThrow();
  expect(check([49, 63], 2)).toThrow('a tile’s tokens [49, 63] is 12348; it must be a multiple of 256');
});
