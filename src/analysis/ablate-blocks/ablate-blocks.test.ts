import { expect, test } from 'vitest';
import { defaultLimits } from '#testing/limits.ts';
import { countingValues } from '#testing/values.ts';
import { ablateBlocksReference } from './ablate-blocks.reference.ts';
import { planAblateBlocks } from './ablate-blocks.ts';

test('one token becomes five rows', () => {
  const plan = planAblateBlocks({ shape: [2 * 256, 4096], blocks: 4, row: 511 }, defaultLimits);
  expect(plan.outputShape).toEqual([5, 4096]);
  expect([...plan.selection]).toEqual([511]);
  expect(plan.dispatch.workgroups).toEqual([320, 1, 1]);
});

test('one token becomes a row more than it has blocks', () => {
  for (const [blocks, rows] of [
    [1, 2],
    [16, 17],
  ] as const) {
    expect(planAblateBlocks({ shape: [3, 32], blocks, row: 0 }, defaultLimits).outputShape).toEqual([rows, 32]);
  }
});

test('every token has the same pipeline', () => {
  const [first, last] = [0, 6].map(
    (row) => planAblateBlocks({ shape: [7, 8], blocks: 4, row }, defaultLimits).dispatch,
  );
  expect(last).toEqual(first);
});

test('a row that does not exist is refused', () => {
  expect([...planAblateBlocks({ shape: [7, 8], blocks: 4, row: 6 }, defaultLimits).selection]).toEqual([6]);
  for (const row of [7, -1, 1.5, Number.NaN]) {
    expect(() => planAblateBlocks({ shape: [7, 8], blocks: 4, row }, defaultLimits)).toThrow('from 0 to 6');
  }
});

test('rows that are no four blocks are refused', () => {
  expect(planAblateBlocks({ shape: [1, 4], blocks: 4, row: 0 }, defaultLimits).outputShape).toEqual([5, 4]);
  for (const shape of [[7, 6], [7, 0], [0, 8], [8]]) {
    expect(() => planAblateBlocks({ shape, blocks: 4, row: 0 }, defaultLimits)).toThrow(`shape [${shape.join(', ')}]`);
  }
});

test('input and output must be bindable, to the byte', () => {
  const limits = { ...defaultLimits, maxBufferSize: 6 * 8 * 4 };
  expect(planAblateBlocks({ shape: [6, 8], blocks: 4, row: 0 }, limits).inputShape).toEqual([6, 8]);
  expect(() => planAblateBlocks({ shape: [7, 8], blocks: 4, row: 0 }, limits)).toThrow('224 bytes');
  const one = { shape: [1, 8], blocks: 4, row: 0 };
  expect(planAblateBlocks(one, { ...defaultLimits, maxBufferSize: 160 }).outputShape).toEqual([5, 8]);
  expect(() => planAblateBlocks(one, { ...defaultLimits, maxBufferSize: 159 })).toThrow('160 bytes');
});

test('the reference leaves out one quarter after the other', () => {
  const rows = [
    [9, 10, 11, 12, 13, 14, 15, 16],
    [0, 0, 11, 12, 13, 14, 15, 16],
    [9, 10, 0, 0, 13, 14, 15, 16],
    [9, 10, 11, 12, 0, 0, 15, 16],
    [9, 10, 11, 12, 13, 14, 0, 0],
  ];
  const input = countingValues(24).map((value) => value + 1);
  expect([...ablateBlocksReference(input, 8, 1, 4)]).toEqual(rows.flat());
});
