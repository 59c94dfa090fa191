import { expect, test } from 'vitest';
import { packSelection } from '#analysis/selection.ts';
import { expectClose } from '#testing/compare.ts';
import { loadGolden } from '#testing/golden.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { scatteredValues } from '#testing/values.ts';
import { cosineSimilarityReference } from './cosine-similarity.reference.ts';
import { encodeCosineSimilarity, planCosineSimilarity } from './cosine-similarity.ts';

/** A few f32 roundings of a value of at most 1. */
const tolerance = { absolute: 1e-6 };

async function computeCosines(
  shape: readonly number[],
  values: Float32Array,
  rows: readonly number[],
  workgroupSize = 64,
  limits = defaultLimits,
) {
  const gpu = await testGpu();
  const plan = planCosineSimilarity(shape, limits, workgroupSize);
  const input = guardedTensor(gpu, shape, values);
  const packed = packSelection(rows, shape[0] ?? 0);
  const selection = guardedTensor(gpu, [packed.length], packed);
  return computeOnGpu(gpu, plan.outputShape, (pass, output) =>
    encodeCosineSimilarity(gpu, pass, plan, { input, selection, output }),
  );
}

test.for([
  { shape: [1, 1], rows: [0], workgroupSize: 64 },
  { shape: [37, 67], rows: [36], workgroupSize: 64 },
  { shape: [37, 67], rows: [5, 0, 36], workgroupSize: 16 },
  { shape: [7, 1030], rows: [0, 1, 4, 5], workgroupSize: 128 },
  { shape: [37, 67], rows: [0, 1, 2, 3, 6, 7, 8, 9, 12, 13, 14, 15, 18, 19, 20, 36], workgroupSize: 32 },
])('$shape to $rows, $workgroupSize invocations', async ({ shape, rows, workgroupSize }) => {
  const [tokens = 0, channels = 0] = shape;
  const values = scatteredValues(tokens * channels);
  const cosines = await computeCosines(shape, values, rows, workgroupSize);
  expectClose(cosines, cosineSimilarityReference(values, channels, rows), tolerance);
});

test('more workgroups than one dimension holds', async () => {
  const values = scatteredValues(11 * 5);
  const limits = { ...defaultLimits, maxComputeWorkgroupsPerDimension: 4 };
  const cosines = await computeCosines([11, 5], values, [3], 64, limits);
  expectClose(cosines, cosineSimilarityReference(values, 5, [3]), tolerance);
});

test('zero vectors give 0: a token, and a mean', async () => {
  const values = Float32Array.of(1, 2, 0, 0, -1, -2);
  expectClose(await computeCosines([3, 2], values, [0]), [1, 0, -1], tolerance);
  expect([...(await computeCosines([3, 2], values, [0, 2]))]).toEqual([0, 0, 0]);
});

test('never leaves [-1, 1]', async () => {
  const values = scatteredValues(64 * 33);
  for (const row of [0, 17, 63]) {
    const cosines = await computeCosines([64, 33], values, [row]);
    expect(Math.max(...cosines.map(Math.abs))).toBeLessThanOrEqual(1);
    expect(cosines[row]).toBeCloseTo(1, 6);
  }
});

test('a real hidden state against four patches and the class token', async () => {
  const { values, shape } = await loadGolden('demo-coffee', 'selected_hidden_state');
  for (const rows of [[529, 530, 561, 562], [0]]) {
    expectClose(await computeCosines(shape, values, rows), cosineSimilarityReference(values, 192, rows), tolerance);
  }
});
