import { encodeChannel, planChannel } from '#analysis/channel/channel.ts';
import { encodeCosineSimilarity, planCosineSimilarity } from '#analysis/cosine-similarity/cosine-similarity.ts';
import { packSelection } from '#analysis/selection.ts';
import { encodeTokenDifference, planTokenDifference } from '#analysis/token-difference/token-difference.ts';
import { encodeTokenNorm, planTokenNorm } from '#analysis/token-norm/token-norm.ts';
import { createTensor, readTensor, uploadTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { runTimedPass } from '#gpu/timing.ts';
import type { Shape } from '#tensor/shape.ts';

/** What a kernel says of each token of a tensor [tokens, channels], read back: a value or two a token. */

/** The L2 norm of each token: [tokens]. @throws TokenLensError `shape-mismatch`, `gpu-limit-exceeded` */
export function measureNorms(gpu: Gpu, input: GpuTensor): Promise<Float32Array> {
  const plan = planTokenNorm(input.shape, gpu.device.limits);
  return measure(gpu, 'token norm', plan.outputShape, (pass, output) =>
    encodeTokenNorm(gpu, pass, plan, { input, output }),
  );
}

/** One channel of each token: [tokens]. @throws TokenLensError `invalid-argument`, `shape-mismatch`, `gpu-limit-exceeded` */
export async function measureChannel(gpu: Gpu, input: GpuTensor, channel: number): Promise<Float32Array> {
  const plan = planChannel({ shape: input.shape, channel }, gpu.device.limits);
  const selection = uploadTensor(gpu, 'selected channel', [1], new Float32Array(plan.selection.buffer));
  try {
    return await measure(gpu, 'channel', plan.outputShape, (pass, output) =>
      encodeChannel(gpu, pass, plan, { input, selection, output }),
    );
  } finally {
    selection.buffer.destroy();
  }
}

/**
 * The cosine of each token to the mean of the tokens `rows`: [tokens].
 *
 * @throws TokenLensError `invalid-argument`, `shape-mismatch`, `gpu-limit-exceeded`.
 */
export async function measureCosines(gpu: Gpu, input: GpuTensor, rows: readonly number[]): Promise<Float32Array> {
  const plan = planCosineSimilarity(input.shape, gpu.device.limits);
  const packed = new Float32Array(packSelection(rows, input.shape[0] ?? 0).buffer);
  const selection = uploadTensor(gpu, 'selected rows', [packed.length], packed);
  try {
    return await measure(gpu, 'cosine similarity', plan.outputShape, (pass, output) =>
      encodeCosineSimilarity(gpu, pass, plan, { input, selection, output }),
    );
  } finally {
    selection.buffer.destroy();
  }
}

/**
 * The L2 norm of the difference of each two tokens, and their cosine: [tokens] each.
 *
 * @throws TokenLensError `shape-mismatch` where the tensors differ in shape too, `gpu-limit-exceeded`.
 */
export async function measureDifferences(
  gpu: Gpu,
  first: GpuTensor,
  second: GpuTensor,
): Promise<{ readonly norms: Float32Array; readonly cosines: Float32Array }> {
  const plan = planTokenDifference({ first: first.shape, second: second.shape }, gpu.device.limits);
  const pairs = await measure(gpu, 'token difference', plan.outputShape, (pass, output) =>
    encodeTokenDifference(gpu, pass, plan, { first, second, output }),
  );
  return {
    norms: pairs.filter((_, index) => index % 2 === 0),
    cosines: pairs.filter((_, index) => index % 2 === 1),
  };
}

async function measure(
  gpu: Gpu,
  label: string,
  outputShape: Shape,
  record: (pass: GPUComputePassEncoder, output: GpuTensor) => void,
): Promise<Float32Array> {
  const output = createTensor(gpu, label, outputShape);
  try {
    await runTimedPass(gpu, label, (pass) => record(pass, output));
    return await readTensor(gpu, output);
  } finally {
    output.buffer.destroy();
  }
}
