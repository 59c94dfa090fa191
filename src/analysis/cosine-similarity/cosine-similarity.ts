import { checkIndex } from '#analysis/check-index.ts';
import { TokenLensError } from '#errors.ts';
import type { Gpu } from '#gpu/gpu.ts';
import {
  checkTokenMatrix,
  encodeKernel,
  type GpuLimits,
  type GpuTensor,
  type KernelDispatch,
  planWorkgroups,
} from '#gpu/kernel.ts';
import workgroupSum from '#gpu/workgroup-sum.wgsl?raw';
import type { Shape } from '#tensor/shape.ts';
import body from './cosine-similarity.wgsl?raw';

/** Most tokens that a selection holds: the patches of one shuffled token. */
export const maxSelectedTokens = 4;
/** Shape of the selection's tensor, u32: the count, then the rows. */
export const selectionShape: Shape = [1 + maxSelectedTokens];

export interface CosineSimilarityPlan {
  readonly dispatch: KernelDispatch;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/**
 * Plans [tokens, channels] → [tokens]: the cosine of each token to the mean of the selected tokens.
 *
 * @param workgroupSize a power of two
 * @throws TokenLensError `shape-mismatch`, `gpu-limit-exceeded`.
 */
export function planCosineSimilarity(inputShape: Shape, limits: GpuLimits, workgroupSize = 64): CosineSimilarityPlan {
  const { tokens, channels } = checkTokenMatrix('analysis', 'The tokens', inputShape, limits);
  return {
    dispatch: {
      label: 'cosine similarity',
      code: `${workgroupSum}\n${body}`,
      constants: { tokens, channels, workgroup_size: workgroupSize },
      workgroups: planWorkgroups(tokens, 1, limits),
    },
    inputShape,
    outputShape: [tokens],
  };
}

/**
 * What a selection's tensor holds for `rows` of [tokens, channels]: [1 + 4] u32, the count and the rows.
 *
 * @throws TokenLensError `invalid-argument` for none or more than four rows, or one that is no row.
 */
export function packSelection(rows: readonly number[], tokens: number): Uint32Array<ArrayBuffer> {
  if (rows.length < 1 || rows.length > maxSelectedTokens) {
    throw new TokenLensError('invalid-argument', 'analysis', {
      name: 'the number of selected tokens',
      actual: rows.length,
      expected: `1 to ${maxSelectedTokens}`,
    });
  }
  for (const row of rows) checkIndex('the selected token', row, tokens);
  const packed = new Uint32Array(1 + maxSelectedTokens);
  packed.set([rows.length, ...rows]);
  return packed;
}

/** Records the plan; `selection` holds what `packSelection` returned. */
export function encodeCosineSimilarity(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  plan: CosineSimilarityPlan,
  tensors: { readonly input: GpuTensor; readonly selection: GpuTensor; readonly output: GpuTensor },
): void {
  encodeKernel(gpu, pass, plan.dispatch, [tensors.input, tensors.selection, tensors.output]);
}
