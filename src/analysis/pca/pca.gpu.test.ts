import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { expect, test } from 'vitest';
import { readTensor } from '#gpu/buffers.ts';
import { expectClose } from '#testing/compare.ts';
import { type GoldenCase, loadGolden } from '#testing/golden.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { scatteredValues } from '#testing/values.ts';
import { finishPca, type PcaResult } from './finish-pca.ts';
import { pcaReference } from './pca.reference.ts';
import { createPcaTensors, encodePca, type PcaSpec, planPca } from './pca.ts';

async function computePca(values: Float32Array, spec: PcaSpec, workgroupSize = 64) {
  const gpu = await testGpu();
  const plan = planPca(spec, gpu.device.limits, workgroupSize);
  const tokens = guardedTensor(gpu, plan.inputShape, values);
  const tensors = createPcaTensors(gpu, plan);
  const scores = await computeOnGpu(gpu, plan.projection.scoresShape, (pass, output) =>
    encodePca(gpu, pass, plan, { ...tensors, tokens, scores: output }),
  );
  const moments = await readTensor(gpu, tensors.moments);
  const axes = await readTensor(gpu, tensors.axes);
  for (const { buffer } of Object.values(tensors)) buffer.destroy();
  return { result: finishPca(plan, scores, moments), axes, moments };
}

/** Scores to `relative` of the largest one, shares to 1e-5. */
function expectSamePca(actual: PcaResult, expected: PcaResult, relative: number): void {
  const largest = expected.scores.reduce((most, score) => Math.max(most, Math.abs(score)), 0);
  expectClose(actual.scores, expected.scores, { absolute: relative * largest });
  expectClose(actual.explainedVariance, expected.explainedVariance, { absolute: 1e-5 });
}

/** [rows, channels] with a few directions of clearly different variance over noise, around a mean far from 0. */
function layeredTokens(rows: number, channels: number): Float32Array {
  const directions = 6;
  const loadings = scatteredValues(rows * directions, 2);
  const axes = scatteredValues(directions * channels, 3);
  const noise = scatteredValues(rows * channels, 4);
  return Float32Array.from({ length: rows * channels }, (_, index) => {
    const [row, channel] = [Math.floor(index / channels), index % channels];
    let value = 5 + channel / channels + 0.01 * (noise[index] ?? 0);
    for (let k = 0; k < directions; k++) {
      value += 0.6 ** k * (loadings[row * directions + k] ?? 0) * (axes[k * channels + channel] ?? 0);
    }
    return value;
  });
}

test.for<PcaSpec & { workgroupSize: number }>([
  { shape: [131, 37], firstFittedRow: 1, workgroupSize: 64 },
  { shape: [37, 131], firstFittedRow: 0, workgroupSize: 64 },
  { shape: [131, 67], firstFittedRow: 0, workgroupSize: 32 },
])('$shape fitted from row $firstFittedRow, $workgroupSize invocations', async ({ workgroupSize, ...spec }) => {
  const [rows = 0, channels = 0] = spec.shape;
  const values = layeredTokens(rows, channels);
  const { result, axes, moments } = await computePca(values, spec, workgroupSize);
  expectSamePca(result, pcaReference(values, spec), 2e-5);

  for (let a = 0; a < 8; a++) {
    for (let b = 0; b <= a; b++) {
      let product = 0;
      for (let c = 0; c < channels; c++) product += (axes[c * 8 + a] ?? Number.NaN) * (axes[c * 8 + b] ?? Number.NaN);
      expect(product).toBeCloseTo(a === b ? 1 : 0, 5);
    }
  }

  const fitted = rows - spec.firstFittedRow;
  const column = Array.from({ length: fitted }, (_, n) => values[(n + spec.firstFittedRow) * channels] ?? Number.NaN);
  const mean = column.reduce((total, value) => total + value, 0) / fitted;
  const variance = column.reduce((total, value) => total + (value - mean) ** 2, 0) / fitted;
  expectClose([moments[0] ?? 0, moments[channels] ?? 0], [mean, variance], { absolute: 0, relative: 1e-5 });
});

test('fewer directions than axes: the others are zero, nothing is NaN', async () => {
  const spec = { shape: [20, 5], firstFittedRow: 0 };
  const values = Float32Array.from({ length: 100 }, (_, at) => Math.floor(at / 5) * ((at % 5) + 1));
  const { result } = await computePca(values, spec);
  expectSamePca(result, pcaReference(values, spec), 1e-5);
  expect(result.explainedVariance[0]).toBeCloseTo(1, 5);
});

test('equal tokens have scores and shares of 0', async () => {
  const { result } = await computePca(new Float32Array(30).fill(2), { shape: [6, 5], firstFittedRow: 0 });
  expect([...result.scores].every((score) => score === 0)).toBe(true);
  expect(result.explainedVariance).toEqual([0, 0, 0]);
});

test('the same tokens give the same colours', async () => {
  const spec = { shape: [40, 30], firstFittedRow: 1 };
  const values = scatteredValues(1200);
  const first = await computePca(values, spec);
  const second = await computePca(values, spec);
  expect(second.result).toEqual(first.result);
});

const goldens: readonly { name: GoldenCase; tensor: 'selected_hidden_state' | 'shuffled' | 'tokens' }[] = [
  { name: 'demo-coffee', tensor: 'selected_hidden_state' },
  { name: 'demo-coffee', tensor: 'tokens' },
  { name: 'internvl-hf-bf16', tensor: 'selected_hidden_state' },
  { name: 'internvl-hf-bf16', tensor: 'shuffled' },
  { name: 'vita-bf16-sharded', tensor: 'selected_hidden_state' },
  { name: 'vita-bf16-sharded', tensor: 'tokens' },
];

test.for(goldens)('real tokens against the full decomposition: $name $tensor', async ({ name, tensor }) => {
  const { values, shape } = await loadGolden(name, tensor);
  const spec = { shape, firstFittedRow: tensor === 'selected_hidden_state' ? 1 : 0 };
  const { result } = await computePca(values, spec);
  expectSamePca(result, pcaReference(values, spec), 1e-4);
});

/** The angle between two subspaces of three dimensions, in radians: the largest of those that their vectors can have. */
function subspaceAngle(a: Matrix, b: Matrix): number {
  // Both [channels, 3] and orthonormal: what of `a` lies outside of `b`. The sine is exact where the angle is small.
  const outside = a.clone().sub(b.mmul(b.transpose().mmul(a)));
  return Math.asin(Math.min(1, Math.max(...new SingularValueDecomposition(outside).diagonal)));
}

test.for(['selected_hidden_state', 'tokens'] as const)(
  'the axes of real tokens span what a library’s eigenvectors of the covariance span: %s',
  async (tensor) => {
    const { values, shape } = await loadGolden('demo-coffee', tensor);
    const [rows = 0, channels = 0] = shape;
    const spec = { shape, firstFittedRow: tensor === 'selected_hidden_state' ? 1 : 0 };
    const { axes, result } = await computePca(values, spec);
    const block = Matrix.from1DArray(channels, 8, axes);
    const own = block.mmul(Matrix.from1DArray(8, 3, result.rotation));

    const all = Matrix.from1DArray(rows, channels, values).subMatrix(spec.firstFittedRow, rows - 1, 0, channels - 1);
    const centred = all.subRowVector(all.mean('column'));
    const covariance = centred.transpose().mmul(centred).div(centred.rows);
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
    const largestFirst = realEigenvalues
      .map((_, at) => at)
      .sort((i, j) => (realEigenvalues[j] ?? 0) - (realEigenvalues[i] ?? 0));
    const columns = (picked: readonly number[]) => eigenvectorMatrix.subMatrixColumn([...picked]);
    const angle = subspaceAngle(own, columns(largestFirst.slice(0, 3)));
    expect(angle, `the angle is ${angle}`).toBeLessThanOrEqual(1e-3);
    // Control: the subspace with the fourth in place of the third stands at a right angle.
    expect(subspaceAngle(own, columns([0, 1, 3].map((rank) => largestFirst[rank] ?? 0)))).toBeGreaterThan(1);
  },
);
