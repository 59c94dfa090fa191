import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { PcaPlan } from './pca.ts';

/** Components that are shown, as red, green and blue. */
export const shownComponents = 3;

export interface PcaResult {
  /** [rows, 3] f32, row-major: scores on the principal components, the one of most variance first. */
  readonly scores: Float32Array;
  /** Share of the variance of the fitted rows along each component, 0 to 1; 0 where there is no variance. */
  readonly explainedVariance: readonly number[];
}

/**
 * Rotates the scores on the block of axes to the principal components (Rayleigh-Ritz): the eigenvectors of the 8x8
 * covariance of the scores. Of each component's two signs, the one where the fitted row farthest from 0 (the first of
 * equals) has a positive score.
 *
 * @param scores [rows, 8], read back from `PcaTensors.scores`
 * @param moments [2, channels], read back from `PcaTensors.moments`
 */
export function finishPca(plan: PcaPlan, scores: Float32Array, moments: Float32Array): PcaResult {
  const { inputShape, scoresShape, firstFittedRow } = plan;
  const [, channels] = inputShape;
  const [rows = 0, width = 0] = scoresShape;
  const block = Matrix.from1DArray(rows, width, scores);
  const fitted = block.subMatrix(firstFittedRow, rows - 1, 0, width - 1);
  const covariance = fitted
    .transpose()
    .mmul(fitted)
    .div(rows - firstFittedRow);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const largestFirst = realEigenvalues
    .map((variance, column) => ({ variance, column }))
    .sort((a, b) => b.variance - a.variance)
    .slice(0, shownComponents);

  const totalVariance = moments.subarray(channels).reduce((total, variance) => total + variance, 0);
  const result = new Float32Array(rows * shownComponents);
  for (const [component, { column }] of largestFirst.entries()) {
    const onComponent = block.mmul(eigenvectorMatrix.getColumnVector(column)).to1DArray();
    const farthest = onComponent
      .slice(firstFittedRow)
      .reduce((most, score) => (Math.abs(score) > Math.abs(most) ? score : most), 0);
    const sign = farthest < 0 ? -1 : 1;
    for (const [row, score] of onComponent.entries()) result[row * shownComponents + component] = sign * score;
  }
  return {
    scores: result,
    explainedVariance: largestFirst.map(({ variance }) => (totalVariance > 0 ? variance / totalVariance : 0)),
  };
}
