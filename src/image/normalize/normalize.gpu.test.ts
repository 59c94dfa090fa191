import { expect, test } from 'vitest';
import { imagenetNormalization } from '#tensor/normalization.ts';
import { expectClose } from '#testing/compare.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { normalizeReference } from './normalize.reference.ts';
import { encodeNormalize, planNormalize } from './normalize.ts';

test.each([1, 7, 37])('%i x %i pixels are normalised as the reference does, alpha dropped', async (size) => {
  const gpu = await testGpu();
  const bytes = Uint8Array.from({ length: 4 * size * size }, (_, index) => (index * 31) % 256);
  const plan = planNormalize(size, imagenetNormalization, gpu.device.limits);
  const rgba = guardedTensor(gpu, plan.inputShape, new Uint32Array(bytes.buffer));
  const actual = await computeOnGpu(gpu, plan.outputShape, (pass, pixelValues) =>
    encodeNormalize(gpu, pass, plan, { rgba, pixelValues }),
  );
  expect(actual.length).toBe(3 * size * size);
  expectClose(actual, normalizeReference(bytes, size, imagenetNormalization), { absolute: 1e-6 });
});
