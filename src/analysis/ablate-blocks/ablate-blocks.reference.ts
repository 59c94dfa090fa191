/** Row `row` of [tokens, width] → [1 + blocks, width]: as it is, then with one block after the other put to 0. */
export function ablateBlocksReference(input: Float32Array, width: number, row: number, blocks: number): Float32Array {
  const token = input.slice(row * width, (row + 1) * width);
  const output = new Float32Array((1 + blocks) * width);
  output.set(token);
  for (let block = 0; block < blocks; block++) {
    const without = token.slice().fill(0, (block * width) / blocks, ((block + 1) * width) / blocks);
    output.set(without, (1 + block) * width);
  }
  return output;
}
