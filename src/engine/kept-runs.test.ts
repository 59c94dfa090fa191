import { expect, test } from 'vitest';
import { KeptRuns } from './kept-runs.ts';

const ended: number[] = [];

function createRun(runId: number, byteLength: number) {
  return { runId, byteLength: () => byteLength, dispose: () => ended.push(runId) };
}

test('the oldest runs go when the bound is passed, the newest stays whatever its size', () => {
  ended.length = 0;
  const runs = new KeptRuns<ReturnType<typeof createRun>>(100);
  for (const [runId, byteLength] of [
    [1, 40],
    [2, 40],
    [3, 20],
  ] as const) {
    runs.add(createRun(runId, byteLength));
  }
  expect(runs.ids).toEqual([1, 2, 3]);
  expect(runs.byteLength).toBe(100);

  runs.add(createRun(4, 1));
  expect(runs.ids).toEqual([2, 3, 4]);
  expect(ended).toEqual([1]);

  runs.add(createRun(5, 500));
  expect(runs.ids).toEqual([5]);
  expect(runs.newest?.runId).toBe(5);
  expect(runs.find(4)).toBeUndefined();
});
