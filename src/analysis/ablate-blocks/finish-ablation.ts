/**
 * How far an output moves without each of its blocks, over its own norm: [blocks]; no number where that norm is 0.
 *
 * @param outputs [1 + blocks, width] f32: what was made of the rows of `encodeAblateBlocks`, the whole token first
 */
export function finishAblation(outputs: Float32Array, width: number): readonly number[] {
  const at = (row: number, channel: number) => outputs[row * width + channel] ?? Number.NaN;
  let squares = 0;
  for (let channel = 0; channel < width; channel++) squares += at(0, channel) ** 2;
  return Array.from({ length: outputs.length / width - 1 }, (_, block) => {
    let distance = 0;
    for (let channel = 0; channel < width; channel++) {
      distance += (at(block + 1, channel) - at(0, channel)) ** 2;
    }
    return Math.sqrt(distance / squares);
  });
}
