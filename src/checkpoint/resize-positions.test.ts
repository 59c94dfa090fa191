import { expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { scatteredValues } from '#testing/values.ts';
import { resizePositionsReference } from './resize-positions.reference.ts';
import { fitPositions, resizePositions } from './resize-positions.ts';

/** A class token, then 4 x 4 patches that are their own column. */
const columns = Float32Array.of(7, ...Array.from({ length: 16 }, (_, patch) => patch % 4));

// Halved, a target lies in the middle of two cells: PyTorch's weights there are -0.09375, 0.59375, 0.59375, -0.09375.
test('half of a ramp by hand: the cells beyond the edge are those of the edge', () => {
  const left = 0.59375 * 0 + 0.59375 * 1 - 0.09375 * 0 - 0.09375 * 2;
  const right = 0.59375 * 2 + 0.59375 * 3 - 0.09375 * 1 - 0.09375 * 3;
  expect([left, right]).toEqual([0.40625, 2.59375]);
  expect([...resizePositions(columns, 4, 2)]).toEqual([7, left, right, left, right]);
});

// Doubled, a target lies a quarter of a cell beside one: weights -0.10546875, 0.87890625, 0.26171875, -0.03515625.
test('double of a ramp by hand', () => {
  const [a, b, c, d] = [-0.10546875, 0.87890625, 0.26171875, -0.03515625];
  const middle = a * 0 + b * 1 + c * 2 + d * 3;
  const resized = resizePositions(columns, 4, 8);
  expect(resized).toHaveLength(1 + 64);
  expect(resized[0]).toBe(7);
  expect(resized[1 + 3]).toBe(Math.fround(middle));
});

test.for([
  [3, 5, 4],
  [32, 16, 3],
  [16, 32, 2],
  [7, 4, 5],
  [1, 3, 2],
] as const)('a grid of %i as one of %i, %i channels, is what the sixteen cells around say', ([from, to, channels]) => {
  const positions = scatteredValues((1 + from * from) * channels);
  const resized = resizePositions(positions, from, to);
  expectClose(resized, resizePositionsReference(positions, from, to), { absolute: 1e-6 });
});

test('a grid of the same size keeps every bit', () => {
  const positions = scatteredValues(26 * 3);
  expect(resizePositions(positions, 5, 5)).toEqual(positions);
});

test('only position embeddings stored for another size are touched', () => {
  const bytes = new Uint8Array(columns.buffer);
  const weight = { name: 'embeddings.position', bytes, dtype: 'F32', shape: [17, 1] } as const;
  const sizes = { imageSize: 28, positionImageSize: 56, patchSize: 14 };
  expect(fitPositions({ ...sizes, imageSize: 56 }, weight)).toBe(weight);
  const other = { ...weight, name: 'embeddings.class' };
  expect(fitPositions(sizes, other)).toBe(other);
  const fitted = fitPositions(sizes, weight);
  expect(fitted).toMatchObject({ name: 'embeddings.position', dtype: 'F32', shape: [5, 1] });
  expect([...new Float32Array(fitted.bytes.buffer)]).toEqual([7, 0.40625, 2.59375, 0.40625, 2.59375]);
});
