/**
 * How the encoder's weights lie in the session: `float32`; `float16`, in which it then also computes; or its six matrices
 * a block rounded to 8 or 4 bits with a factor for every 32 of them, computing in f32.
 */
export type EncoderPrecision = (typeof encoderPrecisions)[number];
export const encoderPrecisions = ['float32', 'float16', 'int8', 'int4'] as const;

/** Bits of one rounded value; null where matrices are not rounded. */
export function quantizedBits(precision: EncoderPrecision): 4 | 8 | null {
  if (precision === 'int8') return 8;
  return precision === 'int4' ? 4 : null;
}

/** Inputs of a row that share one factor, as MatMulNBits takes them. */
export const quantizationBlockSize = 32;

/** Sizes of a rounded matrix [outputs, inputs]: the tail of a row is filled up to a whole block. */
export function quantizedSizes(outputs: number, inputs: number, bits: 4 | 8) {
  const blocks = Math.ceil(inputs / quantizationBlockSize);
  const blockByteLength = (quantizationBlockSize * bits) / 8;
  return { blocks, blockByteLength, values: [outputs, blocks, blockByteLength], scales: [outputs * blocks] } as const;
}
