import type { GpuLimits } from '#gpu/kernel.ts';
import { encoderPrecisions } from '#onnx/precision.ts';
import { type VisionGraphConfig, writeVisionGraph } from '#onnx/vision-graph.ts';
import type { EncoderBackend, EncoderPrecision, PrecisionFit, PrecisionReport } from './protocol.ts';

/** What a precision depends on. */
export interface PrecisionTarget {
  readonly backend: EncoderBackend;
  readonly hasShaderF16: boolean;
  readonly limits: Pick<GpuLimits, 'maxBufferSize' | 'maxStorageBufferBindingSize'>;
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

/** Whether an encoder fits in each precision, and what stands in the way. */
export function fitPrecisions(config: VisionGraphConfig, target: PrecisionTarget): readonly PrecisionFit[] {
  const { backend, limits } = target;
  const bindable = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  return encoderPrecisions.map((precision) => {
    const { weights, weightsByteLength } = writeVisionGraph(config, { attention: 'multi-head-attention', precision });
    const largest = Math.max(...weights.map(({ byteLength }) => byteLength));
    return {
      precision,
      byteLength: weightsByteLength,
      backend,
      problem:
        formProblem(precision, target) ??
        (backend === 'webgpu'
          ? exceeds('buffer', largest, bindable)
          : exceeds('heap', weightsByteLength, wasmHeapByteLength)),
    };
  });
}

function formProblem(precision: EncoderPrecision, target: PrecisionTarget): PrecisionFit['problem'] {
  const { reason } = settlePrecision(precision, target);
  if (reason === 'wasm') return { kind: 'wasm-has-no-f16' };
  return reason === 'no-shader-f16' ? { kind: 'no-shader-f16' } : null;
}

function exceeds(kind: 'buffer' | 'heap', needed: number, limit: number): PrecisionFit['problem'] {
  return needed > limit ? { kind, needed, limit } : null;
}
