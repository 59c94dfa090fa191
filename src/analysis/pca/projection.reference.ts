/** [rows, channels] → [rows, 8] scores on `axes` [channels, 8] around `mean` [channels], in double precision. */
export function projectionReference(input: Float32Array, mean: Float32Array, axes: Float32Array): Float64Array {
  const channels = mean.length;
  const scores = new Float64Array((input.length / channels) * 8);
  for (const [index, value] of input.entries()) {
    const [row, channel] = [Math.floor(index / channels), index % channels];
    for (let k = 0; k < 8; k++) {
      const product = (value - (mean[channel] ?? Number.NaN)) * (axes[channel * 8 + k] ?? Number.NaN);
      scores[row * 8 + k] = (scores[row * 8 + k] ?? Number.NaN) + product;
    }
  }
  return scores;
}
