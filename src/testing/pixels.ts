/** Values [side, side, 3] in 0..255 as an encoder gets them: [3, side, side] f32, normalised as ImageNet's. */
export function normalizeReference(rgb: ArrayLike<number>): Float32Array {
  const [mean, std] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ] as const;
  const pixels = rgb.length / 3;
  return Float32Array.from({ length: rgb.length }, (_, index) => {
    const channel = Math.floor(index / pixels);
    const value = rgb[3 * (index % pixels) + channel] ?? Number.NaN;
    return (value / 255 - (mean[channel] ?? Number.NaN)) / (std[channel] ?? Number.NaN);
  });
}
