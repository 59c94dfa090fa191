import { TokenLensError } from '#errors.ts';
import chunkScalar from '#gpu/chunk-scalar.wgsl?raw';
import chunkVec4 from '#gpu/chunk-vec4.wgsl?raw';
import type { Gpu } from '#gpu/gpu.ts';
import { checkBindable, encodeKernel, type GpuLimits, type GpuTensor, type KernelDispatch } from '#gpu/kernel.ts';
import type { Shape } from '#tensor/shape.ts';
import body from './linear.wgsl?raw';

export interface LinearSpec {
  readonly tokens: number;
  readonly inputSize: number;
  readonly outputSize: number;
  readonly activation: 'none' | 'gelu';
}

export interface LinearPlan {
  readonly dispatch: KernelDispatch;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/** Tokens and outputs that one invocation computes. */
const tileSize = 4;
const channelsPerChunk = 4;

/**
 * Plans [tokens, inputSize] x weight [outputSize, inputSize] + bias → [tokens, outputSize].
 *
 * @throws TokenLensError `gpu-limit-exceeded`.
 */
export function planLinear(
  spec: LinearSpec,
  limits: GpuLimits,
  workgroupSize: readonly [number, number] = [8, 8],
): LinearPlan {
  const { tokens, inputSize, outputSize, activation } = spec;
  const inputShape = [tokens, inputSize];
  const outputShape = [tokens, outputSize];
  checkBindable('The linear input', inputShape, limits);
  checkBindable('The linear weight', [outputSize, inputSize], limits);
  checkBindable('The linear output', outputShape, limits);
  const [sizeX, sizeY] = workgroupSize;
  const workgroups = [Math.ceil(outputSize / tileSize / sizeX), Math.ceil(tokens / tileSize / sizeY), 1] as const;
  const limit = limits.maxComputeWorkgroupsPerDimension;
  const needed = Math.max(...workgroups);
  if (needed > limit) {
    throw new TokenLensError('gpu-limit-exceeded', 'connector', {
      what: 'A linear layer',
      needed,
      unit: 'workgroups',
      limit,
    });
  }
  const chunk = inputSize % channelsPerChunk === 0 ? chunkVec4 : chunkScalar;
  const constants = {
    tokens,
    input_size: inputSize,
    output_size: outputSize,
    gelu: activation === 'gelu' ? 1 : 0,
    workgroup_size_x: sizeX,
    workgroup_size_y: sizeY,
  };
  return { dispatch: { label: 'linear', code: `${chunk}\n${body}`, constants, workgroups }, inputShape, outputShape };
}

/** Records the plan. */
export function encodeLinear(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: LinearPlan,
  tensors: {
    readonly input: GpuTensor;
    readonly weight: GpuTensor;
    readonly bias: GpuTensor;
    readonly output: GpuTensor;
  },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.input, tensors.weight, tensors.bias, tensors.output]);
}
