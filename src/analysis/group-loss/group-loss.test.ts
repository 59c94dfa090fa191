import { expect, test } from 'vitest';
import { pixelShuffleReference } from '#reduction/pixel-shuffle/pixel-shuffle.reference.ts';
import { expectClose } from '#testing/compare.ts';
import { defaultLimits } from '#testing/limits.ts';
import { countingValues, scatteredValues } from '#testing/values.ts';
import { finishGroupLoss } from './finish-group-loss.ts';
import { groupLossReference } from './group-loss.reference.ts';
import { type GroupLossSpec, planGroupLoss } from './group-loss.ts';

const threeTiles: GroupLossSpec = { shape: [3 * 1024, 1024], gridSide: 32, factor: 2, grouping: 'square' };

test('one workgroup a group', () => {
  const plan = planGroupLoss(threeTiles, defaultLimits);
  expect(plan.outputShape).toEqual([3072, 2]);
  expect(plan.dispatch.workgroups).toEqual([768, 1, 1]);
});

test('a grid that the groups do not fill is refused', () => {
  expect(
    planGroupLoss({ shape: [36, 5], gridSide: 6, factor: 2, grouping: 'square' }, defaultLimits).outputShape,
  ).toEqual([36, 2]);
  // Four in a row go on in the next where a row is no multiple of four.
  expect(
    planGroupLoss({ shape: [36, 5], gridSide: 6, factor: 2, grouping: 'strip' }, defaultLimits).inputShape,
  ).toEqual([36, 5]);
  expect(() => planGroupLoss({ shape: [36, 5], gridSide: 6, factor: 4, grouping: 'square' }, defaultLimits)).toThrow(
    'is 6; it must be a multiple of 4',
  );
  for (const gridSide of [0, -2, 3, 2.5, Number.NaN]) {
    expect(() => planGroupLoss({ ...threeTiles, gridSide }, defaultLimits)).toThrow('a multiple of 2');
  }
});

test('tokens that are no whole tiles are refused', () => {
  for (const shape of [[1025, 4], [512, 4], [1024, 0], [0, 4], [1024]]) {
    expect(() => planGroupLoss({ ...threeTiles, shape }, defaultLimits)).toThrow(`shape [${shape.join(', ')}]`);
  }
});

test('input and output must be bindable, to the byte', () => {
  const wide = { shape: [16, 3], gridSide: 4, factor: 2, grouping: 'strip' } as const;
  expect(planGroupLoss(wide, { ...defaultLimits, maxBufferSize: 192 }).inputShape).toEqual([16, 3]);
  expect(() => planGroupLoss(wide, { ...defaultLimits, maxBufferSize: 191 })).toThrow('192 bytes');
  const narrow = { ...wide, shape: [16, 1] };
  expect(planGroupLoss(narrow, { ...defaultLimits, maxBufferSize: 128 }).outputShape).toEqual([16, 2]);
  expect(() => planGroupLoss(narrow, { ...defaultLimits, maxBufferSize: 127 })).toThrow('128 bytes');
});

test('the reference measures to the mean of four', () => {
  const values = Float32Array.of(1, 2, 3, 6, 0, 0, 0, 0, 4, 4, 4, 4, 1, 1, 1, 5);
  expect([...groupLossReference(values, 1, 4, 'strip')].slice(0, 8)).toEqual([4, 1, 1, 4, 0, 9, 9, 36]);
  // The first square is 1, 2 over 0, 0.
  const squares = groupLossReference(values, 1, 4, 'square');
  expect([...squares].slice(0, 4)).toEqual([0.0625, 1, 1.5625, 4]);
  expect([...squares].slice(8, 12)).toEqual([0.5625, 0, 0.5625, 0]);
});

test('a square is what the pixel shuffle folds, a strip what a reshape does', () => {
  const [tiles, side] = [2, 4];
  const values = scatteredValues(tiles * side * side);
  const spec = { rows: tiles * side, columns: side, channels: 1, factor: 2, scale: 1, psVersion: 'v2' } as const;
  const order = pixelShuffleReference(countingValues(values.length), spec);
  const folded = pixelShuffleReference(values, spec);
  const ofFolded = groupLossReference(folded, 1, side, 'strip');
  const ofValues = groupLossReference(values, 1, side, 'square');
  expectClose(
    [...order].map((token) => ofValues[2 * token] ?? Number.NaN),
    [...order.keys()].map((token) => ofFolded[2 * token] ?? Number.NaN),
    { absolute: 1e-15 },
  );
});

test('relative errors of each token and of all', () => {
  const { relativeErrors, relativeError } = finishGroupLoss(Float32Array.of(4, 16, 9, 9, 0, 25, 3, 14));
  expectClose(relativeErrors, [0.5, 1, 0, Math.sqrt(3 / 14)], { absolute: 1e-7 });
  expect(relativeError).toBe(0.5);
});

test('tokens of zero lose nothing among zeros and everything elsewhere', () => {
  expect(finishGroupLoss(new Float32Array(8))).toEqual({ relativeErrors: new Float32Array(4), relativeError: 0 });
  const { relativeErrors, relativeError } = finishGroupLoss(Float32Array.of(1, 0, 3, 16));
  expect([...relativeErrors]).toEqual([Number.POSITIVE_INFINITY, Math.fround(Math.sqrt(3 / 16))]);
  expect(relativeError).toBe(0.5);
});
