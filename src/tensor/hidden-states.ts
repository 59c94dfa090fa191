/** How deep an encoder is. */
export interface EncoderDepth {
  /** Transformer blocks L. */
  readonly layers: number;
  /** Whether a LayerNorm follows the last of them. */
  readonly finalNorm: boolean;
}

/**
 * Index of what an encoder gives in the list of its hidden states, [embeddings, after block 1, ... after block L] and, where
 * a norm follows, after it: L, or L + 1. So the state that leaves block L stays what the block made of it.
 */
export function lastHiddenStateOf({ layers, finalNorm }: EncoderDepth): number {
  return finalNorm ? layers + 1 : layers;
}
