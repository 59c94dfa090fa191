import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { PcaPlan } from './pca.ts';
import { blockWidth } from './projection.ts';

/** Components that are shown, as red, green and blue. */
export const shownComponents = 3;

export interface PcaResult {
  /** [rows, 3] f32, row-major: scores on the principal components, the one of most variance first. */
  readonly scores: Float32Array;
  /** Share of the variance of the fitted rows along each component, 0 to 1; 0 where there is no variance. */
  readonly explainedVariance: readonly number[];
}

/** A result with what it takes to put other tokens on the same components. */
export interface PcaFit extends PcaResult {
  /** [8, 3] f64, row-major: the components within the block of axes, their signs decided. */
  readonly rotation: Float64Array;
}

/**
 * Rotates the scores on the block of axes to the principal components (Rayleigh-Ritz): the eigenvectors of the 8x8
 * covariance of the scores. Of each component's two signs, the one where the fitted row farthest from 0 (the first of
 * equals) has a positive score.
 *
 * @param scores [rows, 8], read back from `PcaTensors.scores`
 * @param moments [2, channels], read back from `PcaTensors.moments`
 */
export function finishPca(plan: PcaPlan, scores: Float32Array, moments: Float32Array): PcaFit {
  const { inputShape, projection, firstFittedRow } = plan;
  const [, channels] = inputShape;
  const [rows = 0, width = 0] = projection.scoresShape;
  const fitted = Matrix.from1DArray(rows, width, scores).subMatrix(firstFittedRow, rows - 1, 0, width - 1);
  const covariance = fitted
    .transpose()
    .mmul(fitted)
    .div(rows - firstFittedRow);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const largestFirst = realEigenvalues
    .map((variance, column) => ({ variance, column }))
    .sort((a, b) => b.variance - a.variance)
    .slice(0, shownComponents);

  const components = new Matrix(width, shownComponents);
  for (const [component, { column }] of largestFirst.entries()) {
    const axis = eigenvectorMatrix.getColumnVector(column);
    const farthest = fitted
      .mmul(axis)
      .to1DArray()
      .reduce((most, score) => (Math.abs(score) > Math.abs(most) ? score : most), 0);
    components.setColumn(component, farthest < 0 ? axis.neg() : axis);
  }
  const rotation = Float64Array.from(components.to1DArray());
  const totalVariance = moments.subarray(channels).reduce((total, variance) => total + variance, 0);
  return {
    scores: finishProjection(scores, rotation),
    explainedVariance: largestFirst.map(({ variance }) => (totalVariance > 0 ? variance / totalVariance : 0)),
    rotation,
  };
}

/**
 * Scores on the principal components of a fit, [rows, 3] f32.
 *
 * @param scores [rows, 8] on the fit's block of axes, of its own tokens or of others (`encodeProjection`)
 * @param rotation [8, 3] of the fit
 */
export function finishProjection(scores: Float32Array, rotation: Float64Array): Float32Array {
  const block = Matrix.from1DArray(scores.length / blockWidth, blockWidth, scores);
  return Float32Array.from(block.mmul(Matrix.from1DArray(blockWidth, shownComponents, rotation)).to1DArray());
}

/**
 * Share of the variance of tokens along each of the components that their scores are on, [3], 0 to 1: of components fitted
 * to other tokens too. 0 where there is no variance.
 *
 * @param scores [rows, 3]
 * @param firstRow rows from it on count, as those that `moments` is of
 * @param moments [2, channels], the variance of each channel second
 */
export function measureShares(scores: Float32Array, firstRow: number, moments: Float32Array): readonly number[] {
  const counted = Matrix.from1DArray(scores.length / shownComponents, shownComponents, scores).subMatrix(
    firstRow,
    scores.length / shownComponents - 1,
    0,
    shownComponents - 1,
  );
  const total = moments.subarray(moments.length / 2).reduce((sum, variance) => sum + variance, 0);
  return counted.variance('column', { unbiased: false }).map((variance) => (total > 0 ? variance / total : 0));
}
