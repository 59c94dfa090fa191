import { TokenLensError } from '#errors.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuLimits } from '#gpu/kernel.ts';
import { encoderPrecisions } from '#onnx/precision.ts';
import { type VisionGraphConfig, writeVisionGraph } from '#onnx/vision-graph.ts';
import { deviceMemoryGiB } from './device-memory.ts';
import type { EncoderBackend, EncoderPrecision, PrecisionFit, PrecisionReport } from './protocol.ts';
import { measurePool } from './weight-pool.ts';

/** What a precision depends on. */
export interface PrecisionTarget {
  readonly backend: EncoderBackend;
  readonly hasShaderF16: boolean;
  readonly limits: Pick<GpuLimits, 'maxBufferSize' | 'maxStorageBufferBindingSize'>;
  /** For weights, while they wait and where they go on: how much a graphics adapter has, WebGPU does not tell. */
  readonly memoryByteLength: number;
}

/** Of a machine whose browser does not tell. */
const assumedMemoryGibibytes = 8;

/** What an encoder on `backend` depends on here; half of the machine's memory is left to everything else. */
export function describeTarget(backend: EncoderBackend, { device }: Pick<Gpu, 'device'>): PrecisionTarget {
  return {
    backend,
    hasShaderF16: device.features.has('shader-f16'),
    limits: device.limits,
    memoryByteLength: ((deviceMemoryGiB() ?? assumedMemoryGibibytes) / 2) * 2 ** 30,
  };
}

/** WASM addresses 4 GiB; the encoder's own values and the runtime need some of it. */
export const wasmHeapByteLength = 3.5 * 2 ** 30;

/** The precision that can be had of the one that is asked for, before anything is loaded. */
export function settlePrecision(
  requested: EncoderPrecision,
  { backend, hasShaderF16 }: Pick<PrecisionTarget, 'backend' | 'hasShaderF16'>,
): Pick<PrecisionReport, 'used' | 'reason'> {
  if (requested !== 'float16') return { used: requested, reason: null };
  if (backend === 'wasm') return { used: 'float32', reason: 'wasm' };
  return hasShaderF16 ? { used: 'float16', reason: null } : { used: 'float32', reason: 'no-shader-f16' };
}

/** What is asked of a checkpoint to tell whether it fits. */
export interface FitQuestion {
  readonly vision: VisionGraphConfig;
  /** All weights, the connector's too, with their bytes in the files. */
  readonly weights: ReadonlyMap<string, { readonly byteLength: number }>;
}

/** Whether a checkpoint fits in each precision, and what stands in the way. */
export function fitPrecisions(question: FitQuestion, target: PrecisionTarget): readonly PrecisionFit[] {
  return encoderPrecisions.map((precision) => fitPrecision(question, precision, target));
}

function fitPrecision(
  { vision, weights }: FitQuestion,
  precision: EncoderPrecision,
  target: PrecisionTarget,
): PrecisionFit {
  const { backend, limits, memoryByteLength } = target;
  const bindable = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  const graph = writeVisionGraph(vision, { attention: 'multi-head-attention', precision });
  const largest = Math.max(...graph.weights.map(({ byteLength }) => byteLength));
  const pool = measurePool(graph, weights);
  const byteLength = graph.weightsByteLength + pool.othersByteLength;
  return {
    precision,
    byteLength,
    backend,
    problem:
      formProblem(precision, target) ??
      (backend === 'webgpu'
        ? exceeds('buffer', largest, bindable)
        : exceeds('heap', graph.weightsByteLength, wasmHeapByteLength)) ??
      exceeds('memory', Math.max(byteLength, pool.byteLength + pool.othersByteLength), memoryByteLength),
  };
}

/**
 * Refuses a checkpoint that does not fit, before any of its weights is fetched.
 *
 * @throws TokenLensError `gpu-limit-exceeded`: one weight is larger than the device binds. `checkpoint-too-large`: all of
 * them need more memory than there is.
 */
export function requireFit(question: FitQuestion, precision: EncoderPrecision, target: PrecisionTarget): void {
  const { problem } = fitPrecision(question, precision, target);
  if (problem === null || !('needed' in problem)) return;
  const { kind, needed, limit } = problem;
  if (kind === 'buffer') {
    const details = { what: 'The largest weight of the encoder', needed, unit: 'bytes', limit };
    throw new TokenLensError('gpu-limit-exceeded', 'checkpoint', details);
  }
  const details = { precision, needed: toGigabytes(needed), limit: toGigabytes(limit) };
  throw new TokenLensError('checkpoint-too-large', 'checkpoint', details);
}

/** With three figures. */
function toGigabytes(byteLength: number): number {
  return Number((byteLength / 1e9).toPrecision(3));
}

function formProblem(precision: EncoderPrecision, target: PrecisionTarget): PrecisionFit['problem'] {
  const { reason } = settlePrecision(precision, target);
  if (reason === 'wasm') return { kind: 'wasm-has-no-f16' };
  return reason === 'no-shader-f16' ? { kind: 'no-shader-f16' } : null;
}

function exceeds(kind: 'buffer' | 'heap' | 'memory', needed: number, limit: number): PrecisionFit['problem'] {
  return needed > limit ? { kind, needed, limit } : null;
}
