import { expect, test } from 'vitest';
import { type MovementKey, moveSelection } from './movement.ts';

const patch = (index: number) => ({ kind: 'patch', index }) as const;
const shuffled = (index: number) => ({ kind: 'shuffled', index }) as const;

test.each<[MovementKey, number, number]>([
  ['ArrowLeft', 40, 39],
  ['ArrowRight', 40, 41],
  ['ArrowUp', 40, 8],
  ['ArrowDown', 40, 72],
  ['Home', 40, 32],
  ['End', 40, 63],
  ['PageDown', 40, 40 + 8 * 32],
  ['PageUp', 40, 8],
  ['ArrowRight', 63, 63],
  ['ArrowDown', 1023, 1023],
])('%s leads from patch %i to patch %i', (key, from, to) => {
  expect(moveSelection(patch(from), key, 'dropped')).toEqual(patch(to));
});

test('the first key goes to the first token of the grid', () => {
  expect(moveSelection(null, 'ArrowDown', 'image')).toEqual(patch(0));
  expect(moveSelection(null, 'ArrowDown', 'tokens')).toEqual(shuffled(0));
});

test('a selection of another grid moves in the grid that has the focus', () => {
  expect(moveSelection(patch(33), 'ArrowRight', 'shuffled')).toEqual(shuffled(1));
  expect(moveSelection(shuffled(17), 'ArrowRight', 'dropped')).toEqual(patch(67));
});

test('the class token lies above the first row of the encoder square, and of no other', () => {
  expect(moveSelection(patch(5), 'ArrowUp', 'selected')).toEqual({ kind: 'class' });
  expect(moveSelection({ kind: 'class' }, 'ArrowDown', 'selected')).toEqual(patch(0));
  expect(moveSelection({ kind: 'class' }, 'ArrowUp', 'selected')).toEqual({ kind: 'class' });
  expect(moveSelection(patch(5), 'ArrowUp', 'dropped')).toEqual(patch(5));
  expect(moveSelection({ kind: 'class' }, 'ArrowDown', 'shuffled')).toEqual(shuffled(0));
});
