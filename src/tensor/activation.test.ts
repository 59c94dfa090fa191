import { expect, test } from 'vitest';
import { expectClose } from '#testing/compare.ts';
import { activationReferences } from './activation.reference.ts';
import { activations } from './activation.ts';

/** Digits of each at -3, -1, 0, 0.5 and 2, computed with 40 digits. */
const digits = {
  gelu: [-0.004049694094890284, -0.158655253931457, 0, 0.3457312306370065, 1.954499736103642],
  gelu_tanh: [-0.003637392081773019, -0.1588080093917233, 0, 0.3457140098251439, 1.954597694087775],
  quick_gelu: [-0.01807130970778597, -0.1542042340671787, 0, 0.3503884366063801, 1.935658623144208],
  relu: [0, 0, 0, 0.5, 2],
  silu: [-0.1422776195327003, -0.2689414213699951, 0, 0.3112296656009273, 1.761594155955765],
} as const;

test.each(activations)('the reference of %s is exact', (activation) => {
  const compute = activationReferences[activation];
  expectClose([-3, -1, 0, 0.5, 2].map(compute), digits[activation], { absolute: 1e-15 });
  expect([-1e3, 1e3].map(compute)).toEqual([expect.closeTo(0, 15), 1e3]);
  expect(compute(Number.NaN)).toBeNaN();
});
