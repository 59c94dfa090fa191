import { TokenLensError } from '#errors.ts';
import type { Gpu } from '#gpu/gpu.ts';
import {
  checkBindable,
  checkTokenMatrix,
  encodeKernel,
  type GpuLimits,
  type GpuTensor,
  type KernelDispatch,
  planWorkgroups,
} from '#gpu/kernel.ts';
import workgroupSum from '#gpu/workgroup-sum.wgsl?raw';
import { type Shape, shapesEqual } from '#tensor/shape.ts';
import body from './token-difference.wgsl?raw';

export interface TokenDifferencePlan {
  readonly dispatch: KernelDispatch;
  /** [tokens, channels], of both inputs. */
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/**
 * Plans two tensors [tokens, channels] → [tokens, 2]: the L2 norm of the difference of each token, and the cosine of its
 * two rows.
 *
 * @param workgroupSize a power of two
 * @throws TokenLensError `shape-mismatch` where they differ in shape too, `gpu-limit-exceeded`.
 */
export function planTokenDifference(
  shapes: { readonly first: Shape; readonly second: Shape },
  limits: GpuLimits,
  workgroupSize = 64,
): TokenDifferencePlan {
  const { first: inputShape, second } = shapes;
  const { tokens, channels } = checkTokenMatrix('analysis', 'The tokens', inputShape, limits);
  if (!shapesEqual(inputShape, second)) {
    throw new TokenLensError('shape-mismatch', 'analysis', {
      what: 'The second of two tensors',
      actual: second.join(', '),
      expected: inputShape.join(', '),
    });
  }
  const outputShape = [tokens, 2];
  checkBindable('The difference of each token', outputShape, limits);
  return {
    dispatch: {
      label: 'token difference',
      code: `${workgroupSum}\n${body}`,
      constants: { tokens, channels, workgroup_size: workgroupSize },
      workgroups: planWorkgroups(tokens, 1, limits),
    },
    inputShape,
    outputShape,
  };
}

/** Records the plan. */
export function encodeTokenDifference(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: TokenDifferencePlan,
  tensors: { readonly first: GpuTensor; readonly second: GpuTensor; readonly output: GpuTensor },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.first, tensors.second, tensors.output]);
}
