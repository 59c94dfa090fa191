import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';

/** The three principal axes of tokens, by a library's eigenvectors of their covariance. */
export interface PrincipalAxes {
  /** [1, channels] */
  readonly mean: number[];
  /** [channels, 3], each with the sign that gives the token farthest from 0 a positive score. */
  readonly axes: Matrix;
}

/** Fits the axes to `data` [tokens, channels], all of it, in double precision. */
export function fitAxes(data: Float32Array, channels: number): PrincipalAxes {
  const tokens = Matrix.from1DArray(data.length / channels, channels, data);
  const mean = tokens.mean('column');
  const centred = tokens.subRowVector(mean);
  const covariance = centred.transpose().mmul(centred).div(centred.rows);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const largestFirst = realEigenvalues
    .map((variance, column) => ({ variance, column }))
    .sort((a, b) => b.variance - a.variance)
    .slice(0, 3);
  const axes = new Matrix(channels, 3);
  for (const [component, { column }] of largestFirst.entries()) {
    const axis = eigenvectorMatrix.getColumnVector(column);
    const scores = centred.mmul(axis).to1DArray();
    const farthest = scores.reduce((most, score) => (Math.abs(score) > Math.abs(most) ? score : most), 0);
    axes.setColumn(component, farthest < 0 ? axis.neg() : axis);
  }
  return { mean, axes };
}

/** The scores of `data` [tokens, channels] on axes that may be of other tokens: [tokens, 3]. */
export function scoreOn({ mean, axes }: PrincipalAxes, data: Float32Array): Matrix {
  const tokens = Matrix.from1DArray(data.length / mean.length, mean.length, data);
  return tokens.subRowVector(mean).mmul(axes);
}

/** The share of the variance of `data` along each of three axes. */
export function sharesOn(fitted: PrincipalAxes, data: Float32Array): number[] {
  const tokens = Matrix.from1DArray(data.length / fitted.mean.length, fitted.mean.length, data);
  const total = tokens.variance('column', { unbiased: false }).reduce((sum, variance) => sum + variance, 0);
  return scoreOn(fitted, data)
    .variance('column', { unbiased: false })
    .map((variance) => variance / total);
}

/** The angle, in radians, between what the columns of two matrices span: the largest that their vectors can have. */
export function spanAngle(a: Matrix, b: Matrix): number {
  const basisOf = (columns: Matrix) => new SingularValueDecomposition(columns).leftSingularVectors;
  const [first, second] = [basisOf(a), basisOf(b)];
  const outside = first.clone().sub(second.mmul(second.transpose().mmul(first)));
  return Math.asin(Math.min(1, Math.max(...new SingularValueDecomposition(outside).diagonal)));
}
