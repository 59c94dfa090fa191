import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { type PcaResult, shownComponents } from './finish-pca.ts';
import type { PcaSpec } from './pca.ts';

/** Principal components of [rows, channels] by a full singular value decomposition, in double precision. */
export function pcaReference(input: Float32Array, { shape, firstFittedRow }: PcaSpec): PcaResult {
  const [rows = 0, channels = 0] = shape;
  const all = Matrix.from1DArray(rows, channels, input);
  const mean = all.subMatrix(firstFittedRow, rows - 1, 0, channels - 1).mean('column');
  const centred = all.subRowVector(mean);
  const fitted = centred.subMatrix(firstFittedRow, rows - 1, 0, channels - 1);
  const decomposition = new SingularValueDecomposition(fitted, {
    autoTranspose: true,
    computeLeftSingularVectors: true,
    computeRightSingularVectors: true,
  });
  const variances = decomposition.diagonal.map((value) => value * value);
  const total = variances.reduce((sum, variance) => sum + variance, 0);
  const scores = new Float32Array(rows * shownComponents);
  for (let component = 0; component < Math.min(shownComponents, variances.length); component++) {
    const axis = decomposition.rightSingularVectors.getColumnVector(component);
    const column = centred.mmul(axis).to1DArray();
    const farthest = column.slice(firstFittedRow).reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
    for (const [row, score] of column.entries()) {
      scores[row * shownComponents + component] = farthest < 0 ? -score : score;
    }
  }
  return {
    scores,
    explainedVariance: Array.from({ length: shownComponents }, (_, at) =>
      total > 0 ? (variances[at] ?? 0) / total : 0,
    ),
  };
}
