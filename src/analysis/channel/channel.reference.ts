/** [tokens, channels] → [tokens], the values of `channel`. */
export function channelReference(input: Float32Array, channels: number, channel: number): Float32Array {
  return input.filter((_, index) => index % channels === channel);
}
