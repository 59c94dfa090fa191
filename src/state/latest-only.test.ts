import { expect, test } from 'vitest';
import { createLatestOnly } from './latest-only.ts';

test('has one request under way and lets the newest replace the one that waits', async () => {
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const ask = createLatestOnly<number>((request) => {
    started.push(request);
    return new Promise((resolve) => finish.push(resolve));
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve));

  for (const request of [1, 2, 3, 4]) ask(request);
  expect(started).toEqual([1]);
  finish.shift()?.();
  await settle();
  expect(started).toEqual([1, 4]);
  finish.shift()?.();
  await settle();
  ask(5);
  expect(started).toEqual([1, 4, 5]);
});
