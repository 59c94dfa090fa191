import type { Grouping } from './group-loss.ts';

/** [tokens, channels] → [tokens, 2]: squared distance to the mean of the group, squared norm; in double precision. */
export function groupLossReference(
  input: Float32Array,
  channels: number,
  gridSide: number,
  grouping: Grouping,
): Float64Array {
  const count = input.length / channels;
  const groupOf = (token: number) => {
    if (grouping === 'strip') return Math.floor(token / 4);
    const [row, column] = [Math.floor(token / gridSide), token % gridSide];
    return Math.floor(row / 2) * (gridSide / 2) + Math.floor(column / 2);
  };
  const sums = new Float64Array((count / 4) * channels);
  for (const [index, value] of input.entries()) {
    const at = groupOf(Math.floor(index / channels)) * channels + (index % channels);
    sums[at] = (sums[at] ?? Number.NaN) + value;
  }
  const loss = new Float64Array(2 * count);
  for (const [index, value] of input.entries()) {
    const token = Math.floor(index / channels);
    const mean = (sums[groupOf(token) * channels + (index % channels)] ?? Number.NaN) / 4;
    loss[2 * token] = (loss[2 * token] ?? Number.NaN) + (value - mean) ** 2;
    loss[2 * token + 1] = (loss[2 * token + 1] ?? Number.NaN) + value ** 2;
  }
  return loss;
}
