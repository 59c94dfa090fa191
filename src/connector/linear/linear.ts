import { TokenLensError } from '#errors.ts';
import chunkScalar from '#gpu/chunk-scalar.wgsl?raw';
import chunkVec4 from '#gpu/chunk-vec4.wgsl?raw';
import type { Gpu } from '#gpu/gpu.ts';
import {
  checkBindable,
  encodeKernel,
  type GpuLimits,
  type GpuTensor,
  type KernelDispatch,
  type WeightTensor,
} from '#gpu/kernel.ts';
import { type WeightDtype, weightDtypeConstants } from '#gpu/weight-dtype.ts';
import weightDtypes from '#gpu/weight-dtype.wgsl?raw';
import type { Activation } from '#tensor/activation.ts';
import type { Shape } from '#tensor/shape.ts';
import activationCode from './activation.wgsl?raw';
import body from './linear.wgsl?raw';
import weightScalar from './weight-scalar.wgsl?raw';
import weightVec4Of16Bit from './weight-vec4-16-bit.wgsl?raw';
import weightVec4Of32Bit from './weight-vec4-f32.wgsl?raw';

export interface LinearSpec {
  readonly tokens: number;
  readonly inputSize: number;
  readonly outputSize: number;
  readonly weightDtype: WeightDtype;
  readonly biasDtype: WeightDtype;
  readonly activation: Activation | 'none';
}

export interface LinearPlan {
  readonly dispatch: KernelDispatch;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/** What activation.wgsl calls the activations: values of its `override` constant. */
export const activationConstants: Readonly<Record<LinearSpec['activation'], number>> = {
  none: 0,
  gelu: 1,
  gelu_tanh: 2,
  quick_gelu: 3,
  relu: 4,
  silu: 5,
};

/** Tokens and outputs that one invocation computes. */
const tileSize = 4;
const channelsPerChunk = 4;

/**
 * Plans [tokens, inputSize] x weight [outputSize, inputSize] + bias, then the activation → [tokens, outputSize].
 *
 * @throws TokenLensError `gpu-limit-exceeded`.
 */
export function planLinear(
  spec: LinearSpec,
  limits: GpuLimits,
  workgroupSize: readonly [number, number] = [8, 8],
): LinearPlan {
  const { tokens, inputSize, outputSize, weightDtype, biasDtype, activation } = spec;
  const inputShape = [tokens, inputSize];
  const outputShape = [tokens, outputSize];
  checkBindable('The linear input', inputShape, limits);
  checkBindable('The linear weight', [outputSize, inputSize], limits, weightDtype);
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
  const code = [weightDtypes, ...chooseChunks(inputSize, weightDtype), activationCode, body].join('\n');
  const constants = {
    tokens,
    input_size: inputSize,
    output_size: outputSize,
    weight_dtype: weightDtypeConstants[weightDtype],
    bias_dtype: weightDtypeConstants[biasDtype],
    activation: activationConstants[activation],
    workgroup_size_x: sizeX,
    workgroup_size_y: sizeY,
  };
  return { dispatch: { label: 'linear', code, constants, workgroups }, inputShape, outputShape };
}

/** How the loop over the input channels reads and multiplies. */
function chooseChunks(inputSize: number, weightDtype: WeightDtype): readonly string[] {
  if (inputSize % channelsPerChunk !== 0) return [chunkScalar, weightScalar];
  return [chunkVec4, weightDtype === 'f32' ? weightVec4Of32Bit : weightVec4Of16Bit];
}

/** Records the plan. */
export function encodeLinear(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: LinearPlan,
  tensors: {
    readonly input: GpuTensor;
    readonly weight: WeightTensor;
    readonly bias: WeightTensor;
    readonly output: GpuTensor;
  },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.input, tensors.weight, tensors.bias, tensors.output]);
}
