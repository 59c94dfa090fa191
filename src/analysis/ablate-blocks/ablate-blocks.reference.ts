/** Row `row` of [tokens, width] → [5, width]: as it is, then with one quarter after the other put to 0. */
export function ablateBlocksReference(input: Float32Array, width: number, row: number): Float32Array {
  const token = input.slice(row * width, (row + 1) * width);
  const output = new Float32Array(5 * width);
  output.set(token);
  for (let block = 0; block < 4; block++) {
    const without = token.slice().fill(0, (block * width) / 4, ((block + 1) * width) / 4);
    output.set(without, (1 + block) * width);
  }
  return output;
}
