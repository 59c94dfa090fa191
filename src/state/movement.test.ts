import { expect, test } from 'vitest';
import { createTokenGrid, publishedGrid } from '#tensor/grid.ts';
import { type MovementKey, moveSelection } from './movement.ts';

const patch = (index: number, tile = 0) => ({ kind: 'patch', tile, index }) as const;
const shuffled = (index: number, tile = 0) => ({ kind: 'shuffled', tile, index }) as const;
const classToken = { kind: 'class', tile: 0 } as const;
const alone = { columns: 1, rows: 1, first: 0, tokens: publishedGrid };

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
  expect(moveSelection(patch(from), key, 'dropped', alone)).toEqual(patch(to));
});

test('the first key goes to the first token of the grid', () => {
  expect(moveSelection(null, 'ArrowDown', 'image', alone)).toEqual(patch(0));
  expect(moveSelection(null, 'ArrowDown', 'tokens', alone)).toEqual(shuffled(0));
});

test('a selection of another grid moves in the grid that has the focus', () => {
  expect(moveSelection(patch(33), 'ArrowRight', 'shuffled', alone)).toEqual(shuffled(1));
  expect(moveSelection(shuffled(17), 'ArrowRight', 'dropped', alone)).toEqual(patch(67));
});

test('the class token lies above the first row of the encoder square, and of no other', () => {
  expect(moveSelection(patch(5), 'ArrowUp', 'selected', alone)).toEqual(classToken);
  expect(moveSelection(classToken, 'ArrowDown', 'selected', alone)).toEqual(patch(0));
  expect(moveSelection(classToken, 'ArrowUp', 'selected', alone)).toEqual(classToken);
  expect(moveSelection(patch(5), 'ArrowUp', 'dropped', alone)).toEqual(patch(5));
  expect(moveSelection(classToken, 'ArrowDown', 'shuffled', alone)).toEqual(shuffled(0));
});

test('in an assembled grid the keys cross from tile to tile and stop at its edges', () => {
  const shown = { columns: 3, rows: 2, first: 0, tokens: publishedGrid };
  expect(moveSelection(patch(31, 0), 'ArrowRight', 'dropped', shown)).toEqual(patch(0, 1));
  expect(moveSelection(patch(31 * 32 + 4, 1), 'ArrowDown', 'dropped', shown)).toEqual(patch(4, 4));
  expect(moveSelection(patch(32, 4), 'End', 'dropped', shown)).toEqual(patch(63, 5));
  expect(moveSelection(patch(63, 5), 'ArrowRight', 'dropped', shown)).toEqual(patch(63, 5));
  expect(moveSelection(shuffled(3, 3), 'PageUp', 'shuffled', shown)).toEqual(shuffled(12 * 16 + 3, 0));
  expect(moveSelection(patch(5, 2), 'ArrowUp', 'selected', shown)).toEqual({ kind: 'class', tile: 2 });
});

test('a token of a tile that is not on show gives way to the first of the one that is', () => {
  const shown = { columns: 1, rows: 1, first: 6, tokens: publishedGrid };
  expect(moveSelection(patch(40, 2), 'ArrowRight', 'dropped', shown)).toEqual(patch(0, 6));
  expect(moveSelection(patch(40, 6), 'ArrowRight', 'dropped', shown)).toEqual(patch(41, 6));
});

test('in a smaller grid the keys stop at its own edges, and a page is a row at least', () => {
  const tokens = createTokenGrid({ imageSize: 128, patchSize: 16, shuffleFactor: 4 });
  const small = { columns: 1, rows: 1, first: 0, tokens };
  expect(moveSelection(patch(14), 'End', 'dropped', small)).toEqual(patch(15));
  expect(moveSelection(patch(14), 'PageDown', 'dropped', small)).toEqual(patch(30));
  expect(moveSelection(shuffled(0), 'PageDown', 'tokens', small)).toEqual(shuffled(2));
});
