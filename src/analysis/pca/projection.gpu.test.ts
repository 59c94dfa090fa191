import { expect, test } from 'vitest';
import { readTensor } from '#gpu/buffers.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { expectClose, expectSameBits } from '#testing/compare.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { defaultLimits } from '#testing/limits.ts';
import { scatteredValues } from '#testing/values.ts';
import { finishPca, finishProjection } from './finish-pca.ts';
import { createPcaTensors, encodePca, planPca, takePcaBasis } from './pca.ts';
import { projectionReference } from './projection.reference.ts';
import { encodeProjection, planProjection } from './projection.ts';

test.for([
  { shape: [1, 1], workgroupSize: 64, mostWorkgroups: 65535 },
  { shape: [131, 67], workgroupSize: 64, mostWorkgroups: 65535 },
  { shape: [131, 67], workgroupSize: 16, mostWorkgroups: 4 },
])('$shape, $workgroupSize invocations', async ({ shape, workgroupSize, mostWorkgroups }) => {
  const gpu = await testGpu();
  const [rows = 0, channels = 0] = shape;
  const values = scatteredValues(rows * channels, 1);
  const moments = scatteredValues(2 * channels, 2);
  const axes = scatteredValues(8 * channels, 3);
  const limits = { ...defaultLimits, maxComputeWorkgroupsPerDimension: mostWorkgroups };
  const plan = planProjection({ shape, axesShape: [channels, 8] }, limits, workgroupSize);
  const tensors = {
    tokens: guardedTensor(gpu, shape, values),
    moments: guardedTensor(gpu, [2, channels], moments),
    axes: guardedTensor(gpu, [channels, 8], axes),
  };
  const scores = await computeOnGpu(gpu, plan.scoresShape, (pass, output) =>
    encodeProjection(gpu, pass, plan, { ...tensors, scores: output }),
  );
  // Sums of 67 products of at most 2, f32.
  expectClose(scores, projectionReference(values, moments.subarray(0, channels), axes), { absolute: 1e-5 });
});

test('a kept basis gives the tokens it was fitted to the scores of the fit, and others theirs', async () => {
  const gpu = await testGpu();
  const channels = 21;
  const fitted = scatteredValues(40 * channels, 1);
  const plan = planPca({ shape: [40, channels], firstFittedRow: 0 }, gpu.device.limits);
  const tensors = createPcaTensors(gpu, plan);
  const tokens = guardedTensor(gpu, plan.inputShape, fitted);
  const blockScores = await computeOnGpu(gpu, plan.projection.scoresShape, (pass, scores) =>
    encodePca(gpu, pass, plan, { ...tensors, tokens, scores }),
  );
  const fit = finishPca(plan, blockScores, await readTensor(gpu, tensors.moments));
  const basis = takePcaBasis(tensors, fit.rotation);

  const project = async (input: GpuTensor) => {
    const projection = planProjection({ shape: input.shape, axesShape: basis.axes.shape }, gpu.device.limits);
    const scores = await computeOnGpu(gpu, projection.scoresShape, (pass, output) =>
      encodeProjection(gpu, pass, projection, { ...basis, tokens: input, scores: output }),
    );
    return finishProjection(scores, basis.rotation);
  };
  expectSameBits(await project(tokens), fit.scores);

  // Tokens around the mean of the fit, of which every second one lies opposite of the one before it.
  const moments = await readTensor(gpu, basis.moments);
  const offsets = scatteredValues(3 * channels, 2);
  const others = Float32Array.from({ length: 6 * channels }, (_, at) => {
    const [row, channel] = [Math.floor(at / channels), at % channels];
    const offset = offsets[Math.floor(row / 2) * channels + channel] ?? Number.NaN;
    return (moments[channel] ?? Number.NaN) + (row % 2 === 0 ? offset : -offset);
  });
  const scores = await project(guardedTensor(gpu, [6, channels], others));
  const axes = await readTensor(gpu, basis.axes);
  const reference = projectionReference(others, moments.subarray(0, channels), axes);
  expectClose(scores, finishProjection(Float32Array.from(reference), basis.rotation), { absolute: 2e-6 });
  expect(Math.max(...scores)).toBeGreaterThan(0.1);
  for (const component of [0, 1, 2]) {
    expect(scores[3 + component]).toBeCloseTo(-(scores[component] ?? Number.NaN), 5);
  }
});

test('taking the basis frees the tensors that it does not hold, and those alone', async () => {
  const gpu = await testGpu();
  const tensors = createPcaTensors(gpu, planPca({ shape: [5, 3], firstFittedRow: 0 }, gpu.device.limits));
  takePcaBasis(tensors, new Float64Array(24));
  /** Whether the tensor's buffer can still be written to. */
  const isAlive = async ({ buffer }: GpuTensor) => {
    gpu.device.pushErrorScope('validation');
    gpu.device.queue.writeBuffer(buffer, 0, new Float32Array(1));
    return (await gpu.device.popErrorScope()) === null;
  };
  const alive: string[] = [];
  for (const [name, tensor] of Object.entries(tensors)) if (await isAlive(tensor)) alive.push(name);
  expect(alive).toEqual(['moments', 'axes']);
});
