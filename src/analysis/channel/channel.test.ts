import { expect, test } from 'vitest';
import { defaultLimits } from '#testing/limits.ts';
import { countingValues } from '#testing/values.ts';
import { channelReference } from './channel.reference.ts';
import { planChannel } from './channel.ts';

test('one invocation a token', () => {
  const plan = planChannel({ shape: [2 * 1024, 1024], channel: 1023 }, defaultLimits);
  expect(plan.outputShape).toEqual([2048]);
  expect([...plan.selection]).toEqual([1023]);
  expect(plan.dispatch.workgroups).toEqual([32, 1, 1]);
});

test('every channel has the same pipeline', () => {
  const [first, last] = [0, 6].map((channel) => planChannel({ shape: [5, 7], channel }, defaultLimits).dispatch);
  expect(last).toEqual(first);
});

test('a channel that does not exist is refused', () => {
  expect([...planChannel({ shape: [5, 7], channel: 6 }, defaultLimits).selection]).toEqual([6]);
  for (const channel of [7, -1, 1.5, Number.NaN]) {
    expect(() => planChannel({ shape: [5, 7], channel }, defaultLimits)).toThrow('from 0 to 6');
  }
});

test('a shape that is no matrix of tokens is refused', () => {
  for (const shape of [[0, 4], [4, 0], [4], [2, 2, 2]]) {
    expect(() => planChannel({ shape, channel: 0 }, defaultLimits)).toThrow(`shape [${shape.join(', ')}]`);
  }
});

test('the input must be bindable, to the byte', () => {
  const limits = { ...defaultLimits, maxStorageBufferBindingSize: 6 * 4 * 4 };
  expect(planChannel({ shape: [6, 4], channel: 0 }, limits).outputShape).toEqual([6]);
  expect(() => planChannel({ shape: [7, 4], channel: 0 }, limits)).toThrow('112 bytes');
});

test('the reference walks down a column', () => {
  expect([...channelReference(countingValues(12), 4, 1)]).toEqual([1, 5, 9]);
});
