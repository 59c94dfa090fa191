import type { EncoderOutput } from '#encoder/encoder-session.ts';
import { uploadTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import type { Shape } from '#tensor/shape.ts';

/** [1, tokens, C] as [tokens, C]; other shapes as they are. */
export function withoutBatch(shape: Shape): Shape {
  return shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
}

/** An output of the encoder as [tokens, C] on the GPU: where it is already, or uploaded until `release`. */
export function placeOutput(gpu: Gpu, output: EncoderOutput | undefined): { tensor: GpuTensor; release(): void } {
  if (!output) throw new Error('the encoder did not give what was asked for');
  if (output.location === 'gpu') {
    return { tensor: { ...output.tensor, shape: withoutBatch(output.tensor.shape) }, release: () => {} };
  }
  const tensor = uploadTensor(gpu, 'encoder output', withoutBatch(output.shape), output.values);
  return { tensor, release: () => tensor.buffer.destroy() };
}
