import { expect, test } from 'vitest';
import { expectSameBits } from '#testing/compare.ts';
import { computeOnGpu, guardedWeight, testGpu } from '#testing/gpu-fixture.ts';
import { hardBits, storeBits, storeWeights } from '#testing/stored-weights.ts';
import { countingValues } from '#testing/values.ts';
import { uploadWeight } from './buffers.ts';
import { encodeKernel, type WeightTensor } from './kernel.ts';
import { decodeWeightReference } from './weight-dtype.reference.ts';
import { type WeightDtype, weightDtypeConstants } from './weight-dtype.ts';
import decoding from './weight-dtype.wgsl?raw';

const decodeAll = `
override dtype: u32;
override count: u32;
@group(0) @binding(0) var<storage, read> weight: array<u32>;
@group(0) @binding(1) var<storage, read_write> output: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < count) {
    output[id.x] = bitcast<u32>(decode_weight(weight[weight_word(id.x, dtype)], id.x, dtype));
  }
}`;

const countWords = `
@group(0) @binding(0) var<storage, read> weight: array<u32>;
@group(0) @binding(1) var<storage, read_write> output: array<f32>;
@compute @workgroup_size(1)
fn main() {
  output[0] = f32(arrayLength(&weight));
}`;

async function decodeOnGpu(weight: WeightTensor): Promise<Float32Array> {
  const gpu = await testGpu();
  const [count = 0] = weight.shape;
  const dispatch = {
    label: 'decode all',
    code: decoding + decodeAll,
    constants: { dtype: weightDtypeConstants[weight.dtype], count },
    workgroups: [Math.ceil(count / 64), 1, 1],
  } as const;
  return computeOnGpu(gpu, [count], (pass, output) => encodeKernel(gpu, pass, dispatch, [weight, output]));
}

const everyWord = new Uint8Array(Uint16Array.from({ length: 0x10000 }, (_, word) => word).buffer);
/** All NaN of the same bits. */
const joinNaN = (values: Float32Array) => values.map((value) => (Number.isNaN(value) ? Number.NaN : value));

test.for(['f16', 'bf16'] as const)(
  'every %s becomes the f32 that equals it, in either half of a word',
  async (dtype) => {
    const gpu = await testGpu();
    // The second time an odd count, and each in the other half.
    for (const bytes of [everyWord, everyWord.subarray(2)]) {
      const weight = uploadWeight(gpu, dtype, [bytes.byteLength / 2], dtype, bytes);
      const expected = Float32Array.from(decodeWeightReference(bytes, dtype));
      expectSameBits(joinNaN(await decodeOnGpu(weight)), joinNaN(expected));
      weight.buffer.destroy();
    }
  },
);

test('f32 stays as it is', async () => {
  const { tiny, largest, infinite } = hardBits.f32;
  const bytes = storeBits([...tiny, ...largest, ...infinite, 0x3f800001], 'f32');
  const weight = uploadWeight(await testGpu(), 'f32', [8], 'f32', bytes);
  expectSameBits(await decodeOnGpu(weight), new Float32Array(bytes.buffer));
});

test.for<[WeightDtype, number, number]>([
  ['f32', 5, 5],
  ['f16', 5, 3],
  ['bf16', 6, 3],
])('of a larger buffer the weight alone is bound: %s, %d values in %d words', async ([dtype, count, words]) => {
  const gpu = await testGpu();
  const weight = guardedWeight(gpu, [count], dtype, storeWeights(countingValues(count), dtype));
  const dispatch = { label: 'count words', code: countWords, constants: {}, workgroups: [1, 1, 1] } as const;
  const bound = await computeOnGpu(gpu, [1], (pass, output) => encodeKernel(gpu, pass, dispatch, [weight, output]));
  expect([...bound]).toEqual([words]);
});

test('bytes of another dtype or shape are refused', async () => {
  const gpu = await testGpu();
  const bytes = new Uint8Array(30);
  expect(uploadWeight(gpu, 'fc1', [3, 5], 'bf16', bytes)).toMatchObject({ shape: [3, 5], dtype: 'bf16' });
  expect(() => uploadWeight(gpu, 'fc1', [3, 5], 'f32', bytes)).toThrow('fc1 has 30 bytes, not 60');
  expect(() => uploadWeight(gpu, 'fc1', [7], 'f16', bytes)).toThrow('fc1 has 30 bytes, not 14');
});

test('a weight too large for the device is refused by the bytes it has as stored', async () => {
  const gpu = await testGpu();
  const upload = () => uploadWeight(gpu, 'fc1', [2 ** 20, 2 ** 20], 'f16', new Uint8Array());
  expect(upload).toThrow('fc1 [1048576, 1048576] needs 2199023255552 bytes');
});
