import { checkIndex } from '#analysis/check-index.ts';
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
import { elementCount, type Shape } from '#tensor/shape.ts';
import code from './ablate-blocks.wgsl?raw';

export interface AblateBlocksSpec {
  /** [tokens, blocks * C], shuffled tokens or the same after a layer norm. */
  readonly shape: Shape;
  /** Channel blocks of a shuffled token: one for each patch that it is made of. */
  readonly blocks: number;
  /** Row of the token. */
  readonly row: number;
}

export interface AblateBlocksPlan {
  readonly dispatch: KernelDispatch;
  /** [1] u32, what the tensor `selection` holds. */
  readonly selection: Uint32Array<ArrayBuffer>;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/**
 * Plans one row of [tokens, blocks * C] → [1 + blocks, blocks * C]: the row as it is, then without its first to its last
 * block of C channels.
 *
 * @throws TokenLensError `shape-mismatch` for rows that are not so many blocks, `invalid-argument` for a row that does not
 * exist, `gpu-limit-exceeded`.
 */
export function planAblateBlocks(spec: AblateBlocksSpec, limits: GpuLimits, workgroupSize = 64): AblateBlocksPlan {
  const { shape: inputShape, blocks, row } = spec;
  const { tokens, channels: width } = checkTokenMatrix('analysis', 'The shuffled tokens', inputShape, limits);
  if (width % blocks !== 0) {
    throw new TokenLensError('shape-mismatch', 'analysis', {
      what: 'The shuffled tokens',
      actual: inputShape.join(', '),
      expected: `tokens, a multiple of ${blocks}`,
    });
  }
  checkIndex('the row of the token', row, tokens);
  const outputShape = [1 + blocks, width];
  checkBindable('The token without its blocks', outputShape, limits);
  const constants = { width, blocks, workgroup_size: workgroupSize };
  const workgroups = planWorkgroups(elementCount(outputShape), workgroupSize, limits);
  return {
    dispatch: { label: 'ablate blocks', code, constants, workgroups },
    selection: Uint32Array.of(row),
    inputShape,
    outputShape,
  };
}

/** Records the plan; `selection` holds what the plan's does. */
export function encodeAblateBlocks(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: AblateBlocksPlan,
  tensors: { readonly input: GpuTensor; readonly selection: GpuTensor; readonly output: GpuTensor },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.input, tensors.selection, tensors.output]);
}
