import type { Grouping } from './group-loss.ts';

/** [tokens, channels] → [tokens, 2]: squared distance to the mean of the group, squared norm; in double precision. */
export function groupLossReference(
  input: Float32Array,
  channels: number,
  gridSide: number,
  grouping: Grouping,
  factor = 2,
): Float64Array {
  const groupSize = factor * factor;
  const count = input.length / channels;
  const groupOf = (token: number) => {
    if (grouping === 'strip') return Math.floor(token / groupSize);
    const [row, column] = [Math.floor(token / gridSide), token % gridSide];
    return Math.floor(row / factor) * (gridSide / factor) + Math.floor(column / factor);
  };
  const sums = new Float64Array((count / groupSize) * channels);
  for (const [index, value] of input.entries()) {
    const at = groupOf(Math.floor(index / channels)) * channels + (index % channels);
    sums[at] = (sums[at] ?? Number.NaN) + value;
  }
  const loss = new Float64Array(2 * count);
  for (const [index, value] of input.entries()) {
    const token = Math.floor(index / channels);
    const mean = (sums[groupOf(token) * channels + (index % channels)] ?? Number.NaN) / groupSize;
    loss[2 * token] = (loss[2 * token] ?? Number.NaN) + (value - mean) ** 2;
    loss[2 * token + 1] = (loss[2 * token + 1] ?? Number.NaN) + value ** 2;
  }
  return loss;
}
