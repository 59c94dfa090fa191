import { beforeAll, expect, test } from 'vitest';
import { patchesOfShuffledToken, publishedGrid } from '#tensor/grid.ts';
import { expectClose } from '#testing/compare.ts';
import { asLocalFiles, createTestImage, loadModel, runSingle, testEngine } from '#testing/engine.ts';
import { reportOf } from '#testing/errors.ts';
import { modelVariants, writeVariantFiles } from '#testing/model-variant.ts';
import type { Selection, TensorRequest } from './protocol.ts';

/** Two blocks and more than one head, so that the wrong one is seen. */
let heads = 0;
beforeAll(async () => {
  const [variant] = modelVariants;
  if (!variant) throw new Error('no variant');
  const model = await loadModel(asLocalFiles(writeVariantFiles(variant)), 'wasm');
  heads = model.heads ?? 0;
  expect(model.layers).toBeGreaterThan(1);
  await runSingle((await createTestImage()).file);
});

const classToken: Selection = { kind: 'class', tile: 0 };
const patch = (index: number): Selection => ({ kind: 'patch', tile: 0, index });
const read = (request: TensorRequest) => testEngine().tensor('attention', request);
const exact = { absolute: 1e-6 };

test('of the class token it is what the encoder itself gave, in every block', async () => {
  for (const layer of [1, 2]) {
    const { data, shape, unit } = await read({ selection: classToken, layer });
    const own = await testEngine().tensor('classAttention', { layer });
    expect([shape, unit]).toEqual([[heads, 1025], own.unit]);
    expectClose(data, own.data, { absolute: 1e-5 });
  }
});

test('of one head it is that row of all', async () => {
  expect(heads).toBeGreaterThan(1);
  const all = await read({ selection: patch(40) });
  const { data, shape } = await read({ selection: patch(40), head: 1 });
  expect(shape).toEqual([1025]);
  expect(data).toEqual(all.data.subarray(1025, 2050));
});

test('what a token looks at adds up to 1, and to a token stands what the others look at it with', async () => {
  const to = (await read({ selection: patch(40), direction: 'to' })).data;
  for (const index of [0, 40, 1023]) {
    const from = (await read({ selection: patch(index) })).data;
    for (let head = 0; head < heads; head++) {
      const row = from.subarray(1025 * head, 1025 * (head + 1));
      expect(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1)).toBeLessThan(1e-5);
      expectClose([to[1025 * head + 1 + index] ?? Number.NaN], [row[41] ?? Number.NaN], exact);
    }
  }
});

test('of a shuffled token it is the mean of its four patches', async () => {
  const { data } = await read({ selection: { kind: 'shuffled', tile: 0, index: 17 } });
  const four = await Promise.all(
    patchesOfShuffledToken(17, publishedGrid).map(async (index) => (await read({ selection: patch(index) })).data),
  );
  const mean = data.map((_, at) => four.reduce((sum, row) => sum + (row[at] ?? Number.NaN), 0) / 4);
  expectClose(data, mean, exact);
});

test('what there is not is refused', async () => {
  expect((await read({ selection: patch(1023), layer: 1, head: heads - 1 })).shape).toEqual([1025]);
  for (const request of [
    {},
    { selection: patch(1024) },
    { selection: { ...classToken, tile: 1 } },
    { selection: classToken, layer: 0 },
    { selection: classToken, head: heads },
  ]) {
    expect(await reportOf(() => read(request))).toMatchObject({ code: 'invalid-argument' });
  }
});
