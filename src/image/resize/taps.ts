/** The weights of a run of output pixels along one axis. */
export interface Taps {
  /** [lines, pitch] i32: first source pixel, number of weights, weights in units of 2^-22, zeros. */
  readonly table: Int32Array;
  readonly lines: number;
  readonly pitch: number;
}

const precision = 2 ** 22;

/** Pillow's `bicubic_filter`, a = -0.5, in double precision and its order of operations. */
function bicubic(distance: number): number {
  const a = -0.5;
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}
const bicubicSupport = 2;

/** Nearest integer, halves away from zero. */
const roundHalfAway = (value: number) => Math.trunc(value < 0 ? value - 0.5 : value + 0.5);

/**
 * The weights with which `inputSize` pixels become `outputSize`, for output pixels `start` to `start + lines`. They
 * reach two pixels to each side of the centre, of the coarser of the two grids. Without a change of size each line is
 * the one pixel with weight 1, so that a pass copies.
 * Source: Pillow, src/libImaging/Resample.c, precompute_coeffs and normalize_coeffs_8bpc.
 */
export function planTaps(inputSize: number, outputSize: number, start: number, lines: number): Taps {
  const scale = inputSize / outputSize;
  const filterScale = Math.max(scale, 1);
  const support = bicubicSupport * filterScale;
  const pitch = 2 + Math.min(Math.ceil(support) * 2 + 1, inputSize);
  const table = new Int32Array(lines * pitch);
  const inverse = 1 / filterScale;
  for (let line = 0; line < lines; line++) {
    const center = (start + line + 0.5) * scale;
    const first = Math.max(Math.trunc(center - support + 0.5), 0);
    const count = Math.min(Math.trunc(center + support + 0.5), inputSize) - first;
    const weights = new Float64Array(count);
    let total = 0;
    for (let tap = 0; tap < count; tap++) {
      const weight = bicubic((tap + first - center + 0.5) * inverse);
      weights[tap] = weight;
      total += weight;
    }
    const row = line * pitch;
    table[row] = first;
    table[row + 1] = count;
    for (const [tap, weight] of weights.entries()) table[row + 2 + tap] = roundHalfAway((weight / total) * precision);
  }
  return { table, lines, pitch };
}

/** The source pixels that the lines [start, end) of `taps` read: [start, end). */
export function reachOf({ table, pitch }: Taps, start: number, end: number): { start: number; end: number } {
  const last = (end - 1) * pitch;
  return { start: table[start * pitch] ?? 0, end: (table[last] ?? 0) + (table[last + 1] ?? 0) };
}
