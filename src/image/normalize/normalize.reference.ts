import type { Normalization } from '#tensor/normalization.ts';

/** RGBA bytes [size, size, 4] → pixelValues [3, size, size], in slow loops and double precision. */
export function normalizeReference(
  rgba: Uint8Array | Uint8ClampedArray,
  size: number,
  { mean, std }: Normalization,
): Float64Array {
  const pixelValues = new Float64Array(3 * size * size);
  for (const channel of [0, 1, 2] as const) {
    for (let pixel = 0; pixel < size * size; pixel++) {
      const scaled = (rgba[4 * pixel + channel] ?? Number.NaN) / 255;
      pixelValues[channel * size * size + pixel] = (scaled - mean[channel]) / std[channel];
    }
  }
  return pixelValues;
}
