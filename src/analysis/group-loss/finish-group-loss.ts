export interface GroupLoss {
  /**
   * [tokens] f32: the distance of each token to the mean of its group, over its norm. A zero token has 0 in a group of
   * zeros, else infinity.
   */
  readonly relativeErrors: Float32Array;
  /** The same of all tokens as one vector: what is lost when they are brought back from the means. 0 for zeros. */
  readonly relativeError: number;
}

/** Relative errors from `loss` [tokens, 2], the output of `encodeGroupLoss` or the rows of one tile of it. */
export function finishGroupLoss(loss: Float32Array): GroupLoss {
  const relativeErrors = new Float32Array(loss.length / 2);
  let distances = 0;
  let squares = 0;
  for (const token of relativeErrors.keys()) {
    const distance = loss[2 * token] ?? Number.NaN;
    const square = loss[2 * token + 1] ?? Number.NaN;
    relativeErrors[token] = relativeErrorOf(distance, square);
    distances += distance;
    squares += square;
  }
  return { relativeErrors, relativeError: relativeErrorOf(distances, squares) };
}

function relativeErrorOf(squaredDistance: number, squaredNorm: number): number {
  return squaredDistance === 0 ? 0 : Math.sqrt(squaredDistance / squaredNorm);
}
