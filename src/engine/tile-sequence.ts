import { createTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { float32ByteLength } from '#tensor/shape.ts';

/**
 * Copies one tile out of `tensor`, [tiles + tiles * patches, C] as `RunTensors` lays out `selected`: [1 + patches, C], its class token
 * first. It is the caller's to free.
 *
 * @throws TokenLensError `gpu-limit-exceeded`.
 */
export function copySequence(gpu: Gpu, tensor: GpuTensor, tiles: number, place: number): GpuTensor {
  const [rows = 0, channels = 0] = tensor.shape;
  const patchCount = rows / tiles - 1;
  const sequence = createTensor(gpu, 'tokens of a tile', [1 + patchCount, channels]);
  const bytesOf = (count: number) => float32ByteLength([count, channels]);
  const commands = gpu.device.createCommandEncoder({ label: 'tokens of a tile' });
  commands.copyBufferToBuffer(tensor.buffer, bytesOf(place), sequence.buffer, 0, bytesOf(1));
  const patches = bytesOf(tiles + place * patchCount);
  commands.copyBufferToBuffer(tensor.buffer, patches, sequence.buffer, bytesOf(1), bytesOf(patchCount));
  gpu.device.queue.submit([commands.finish()]);
  return sequence;
}
