import type { Gpu } from './gpu.ts';

/** How long something took, and by which clock. */
export interface Timing {
  readonly elapsedMs: number;
  /** `gpu`: timestamps around the pass itself. `wall`: from submission until the queue reported it done. */
  readonly clock: 'gpu' | 'wall';
}

const nanosecondsPerMillisecond = 1e6;

/**
 * Records one compute pass with `record`, submits it, waits for it and says how long it took: by timestamp queries
 * where the device has them, else by the wall clock.
 */
export async function runTimedPass(
  gpu: Gpu,
  label: string,
  record: (pass: GPUComputePassEncoder) => void,
): Promise<Timing> {
  const { device } = gpu;
  const commands = device.createCommandEncoder({ label });
  if (!device.features.has('timestamp-query')) {
    const pass = commands.beginComputePass({ label });
    record(pass);
    pass.end();
    const startMs = performance.now();
    device.queue.submit([commands.finish()]);
    await device.queue.onSubmittedWorkDone();
    return { elapsedMs: performance.now() - startMs, clock: 'wall' };
  }

  const byteLength = 2 * BigUint64Array.BYTES_PER_ELEMENT;
  const querySet = device.createQuerySet({ label, type: 'timestamp', count: 2 });
  const resolved = device.createBuffer({
    label,
    size: byteLength,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const staging = device.createBuffer({
    label,
    size: byteLength,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  try {
    const pass = commands.beginComputePass({
      label,
      timestampWrites: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
    });
    record(pass);
    pass.end();
    commands.resolveQuerySet(querySet, 0, 2, resolved, 0);
    commands.copyBufferToBuffer(resolved, 0, staging, 0, byteLength);
    device.queue.submit([commands.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    gpu.readBack.byteLength += byteLength;
    const [begin = 0n, end = 0n] = new BigUint64Array(staging.getMappedRange());
    return { elapsedMs: Number(end - begin) / nanosecondsPerMillisecond, clock: 'gpu' };
  } finally {
    querySet.destroy();
    resolved.destroy();
    staging.destroy();
  }
}
