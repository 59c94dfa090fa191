import { expect } from 'vitest';
import { requestAdapter, requestGpu } from '#gpu/device.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor, WeightTensor } from '#gpu/kernel.ts';
import { boundByteLength, storedByteLength, type WeightDtype } from '#gpu/weight-dtype.ts';
import { elementCount, float32ByteLength, type Shape } from '#tensor/shape.ts';

/** Bytes before and after each test tensor in its buffer; as much as a binding's offset has to be a multiple of. */
const guardByteLength = 256;
/** A NaN that no kernel computes, whole and by halves: read by accident it spoils the result, overwritten it is missed. */
const guardBits = 0x7fc57fc5;

let shared: Promise<Gpu> | undefined;

/** The device that the tests of one file share. No adapter is a failure. */
export function testGpu(): Promise<Gpu> {
  shared ??= requestAdapter().then((adapter) => requestGpu(adapter, ['timestamp-query']));
  return shared;
}

/** A tensor of `values` (f32, or u32 as its bits) with guards around it. */
export function guardedTensor(gpu: Gpu, shape: Shape, values?: Float32Array | Uint32Array): GpuTensor {
  if (values) expect(values.length).toBe(elementCount(shape));
  const bytes = values && new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { buffer: guardedBuffer(gpu, float32ByteLength(shape), bytes), shape, byteOffset: guardByteLength };
}

/** A weight of `bytes` as a checkpoint stores them, with guards around it; an odd half word behind it is a guard too. */
export function guardedWeight(gpu: Gpu, shape: Shape, dtype: WeightDtype, bytes: Uint8Array): WeightTensor {
  expect(bytes.byteLength).toBe(storedByteLength(shape, dtype));
  const buffer = guardedBuffer(gpu, boundByteLength(shape, dtype), bytes);
  return { buffer, shape, byteOffset: guardByteLength, dtype };
}

function guardedBuffer(gpu: Gpu, byteLength: number, bytes?: Uint8Array): GPUBuffer {
  const words = new Uint32Array((byteLength + 2 * guardByteLength) / 4).fill(guardBits);
  if (bytes) new Uint8Array(words.buffer).set(bytes, guardByteLength);
  const buffer = gpu.device.createBuffer({
    label: 'guarded',
    size: words.byteLength,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  gpu.device.queue.writeBuffer(buffer, 0, words);
  return buffer;
}

/** The values of a guarded tensor; fails where a guard around them was written to. */
async function readGuarded(gpu: Gpu, { buffer, shape }: GpuTensor): Promise<Float32Array> {
  const staging = gpu.device.createBuffer({
    label: 'guarded read-back',
    size: buffer.size,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  const commands = gpu.device.createCommandEncoder();
  commands.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  gpu.device.queue.submit([commands.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const bytes = staging.getMappedRange().slice(0);
  staging.destroy();
  const end = guardByteLength + float32ByteLength(shape);
  const guards = [new Uint32Array(bytes, 0, guardByteLength / 4), new Uint32Array(bytes, end)];
  for (const guard of guards)
    expect(
      guard.every((bits) => bits === guardBits),
      'guard bytes untouched',
    ).toBe(true);
  return new Float32Array(bytes.slice(guardByteLength, end));
}

/**
 * Runs what `record` records into a pass, with an output of `outputShape` between guards, and returns that output.
 * Fails on any validation or out-of-memory error and where a guard was written to.
 */
export async function computeOnGpu(
  gpu: Gpu,
  outputShape: Shape,
  record: (pass: GPUComputePassEncoder, output: GpuTensor) => void,
): Promise<Float32Array> {
  const { device } = gpu;
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  const output = guardedTensor(gpu, outputShape);
  const commands = device.createCommandEncoder({ label: 'test' });
  const pass = commands.beginComputePass();
  record(pass, output);
  pass.end();
  device.queue.submit([commands.finish()]);
  const values = await readGuarded(gpu, output);
  const errors = [await device.popErrorScope(), await device.popErrorScope()];
  expect(errors.map((error) => error?.message ?? null)).toEqual([null, null]);
  output.buffer.destroy();
  return values;
}
