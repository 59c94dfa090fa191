import { createTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { patchCount } from '#tensor/grid.ts';
import { float32ByteLength } from '#tensor/shape.ts';

/**
 * Copies one tile out of `tensor`, [tiles + tiles * 1024, C] as `RunTensors` lays out `selected`: [1025, C], its class token
 * first. It is the caller's to free.
 *
 * @throws TokenLensError `gpu-limit-exceeded`.
 */
export function copySequence(gpu: Gpu, tensor: GpuTensor, tiles: number, place: number): GpuTensor {
  const [, channels = 0] = tensor.shape;
  const sequence = createTensor(gpu, 'tokens of a tile', [1 + patchCount, channels]);
  const bytesOf = (rows: number) => float32ByteLength([rows, channels]);
  const commands = gpu.device.createCommandEncoder({ label: 'tokens of a tile' });
  commands.copyBufferToBuffer(tensor.buffer, bytesOf(place), sequence.buffer, 0, bytesOf(1));
  const patches = bytesOf(tiles + place * patchCount);
  commands.copyBufferToBuffer(tensor.buffer, patches, sequence.buffer, bytesOf(1), bytesOf(patchCount));
  gpu.device.queue.submit([commands.finish()]);
  return sequence;
}
