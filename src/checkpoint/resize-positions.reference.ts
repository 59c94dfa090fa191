/** The cubic kernel of `F.interpolate(mode='bicubic')` at a distance of `x` cells: Keys 1981 with a = -0.75. */
function cubicKernel(x: number): number {
  const [d, a] = [Math.abs(x), -0.75];
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
}

/** [1 + from², C] → [1 + to², C]: every value by the sixteen around it, in double precision. */
export function resizePositionsReference(positions: Float32Array, from: number, to: number): Float64Array {
  const channels = positions.length / (1 + from * from);
  const inside = (cell: number) => Math.min(Math.max(cell, 0), from - 1);
  const resized = new Float64Array((1 + to * to) * channels);
  resized.set(positions.subarray(0, channels));
  for (let row = 0; row < to; row++) {
    for (let column = 0; column < to; column++) {
      const [y, x] = [row, column].map((cell) => ((cell + 0.5) * from) / to - 0.5);
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let dy = -1; dy <= 2; dy++) {
          for (let dx = -1; dx <= 2; dx++) {
            const [sourceRow, sourceColumn] = [Math.floor(y ?? 0) + dy, Math.floor(x ?? 0) + dx];
            const patch = inside(sourceRow) * from + inside(sourceColumn);
            const weight = cubicKernel((y ?? 0) - sourceRow) * cubicKernel((x ?? 0) - sourceColumn);
            sum += weight * (positions[(1 + patch) * channels + channel] ?? Number.NaN);
          }
        }
        resized[(1 + row * to + column) * channels + channel] = sum;
      }
    }
  }
  return resized;
}
