import { encodeChannel, planChannel } from '#analysis/channel/channel.ts';
import { encodeTokenNorm, planTokenNorm } from '#analysis/token-norm/token-norm.ts';
import { createTensor, readTensor, uploadTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { runTimedPass } from '#gpu/timing.ts';

/** The L2 norm of each token of [tokens, channels], read back: [tokens]. @throws TokenLensError `gpu-limit-exceeded` */
export async function readNorms(gpu: Gpu, input: GpuTensor): Promise<Float32Array> {
  const plan = planTokenNorm(input.shape, gpu.device.limits);
  const output = createTensor(gpu, 'token norms', plan.outputShape);
  try {
    await runTimedPass(gpu, 'token norm', (pass) => encodeTokenNorm(gpu, pass, plan, { input, output }));
    return await readTensor(gpu, output);
  } finally {
    output.buffer.destroy();
  }
}

/**
 * One channel of [tokens, channels], read back: [tokens].
 *
 * @throws TokenLensError `invalid-argument` for a channel that does not exist, `gpu-limit-exceeded`.
 */
export async function readChannel(gpu: Gpu, input: GpuTensor, channel: number): Promise<Float32Array> {
  const plan = planChannel({ shape: input.shape, channel }, gpu.device.limits);
  const selection = uploadTensor(gpu, 'selected channel', [1], new Float32Array(plan.selection.buffer));
  const output = createTensor(gpu, 'channel', plan.outputShape);
  try {
    await runTimedPass(gpu, 'channel', (pass) => encodeChannel(gpu, pass, plan, { input, selection, output }));
    return await readTensor(gpu, output);
  } finally {
    selection.buffer.destroy();
    output.buffer.destroy();
  }
}
