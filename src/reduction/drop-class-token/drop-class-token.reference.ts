/** [1 + N, C] → [N, C]. */
export function dropClassTokenReference(input: Float32Array, channels: number): Float32Array {
  return input.slice(channels);
}
