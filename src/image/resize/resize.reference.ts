import type { ImageSize } from '#image/tile-plan.ts';

/** Pixels [height, width, 3] in 0..255, row-major. */
export interface RgbImage extends ImageSize {
  readonly rgb: Uint8Array;
}

/**
 * The window of `image` resized to `size` with Pillow's BICUBIC, in slow loops: [window.height, window.width, 3].
 * Source: Pillow, src/libImaging/Resample.c.
 */
export function resizeReference(
  image: RgbImage,
  size: ImageSize,
  window: ImageSize & { readonly left: number; readonly top: number },
): Uint8Array {
  const out = new Uint8Array(window.height * window.width * 3);
  const columns = Array.from({ length: window.width }, (_, x) => weightsOf(image.width, size.width, window.left + x));
  const rows = new Map<number, Uint8Array>();
  for (let y = 0; y < window.height; y++) {
    const vertical = weightsOf(image.height, size.height, window.top + y);
    for (const { from } of vertical) {
      if (!rows.has(from)) rows.set(from, resizeRow(image, from, columns));
    }
    for (let at = 0; at < window.width * 3; at++) {
      out[y * window.width * 3 + at] = blend(vertical.map(({ from, weight }) => [rows.get(from)?.[at], weight]));
    }
  }
  return out;
}

/** `image` on a canvas of one colour, its top left corner at `x`, `y`. */
export function padReference(
  image: RgbImage,
  canvas: ImageSize,
  { x, y }: { readonly x: number; readonly y: number },
  colour: readonly number[],
): RgbImage {
  const rgb = new Uint8Array(canvas.width * canvas.height * 3).map((_, at) => colour[at % 3] ?? 0);
  for (let row = 0; row < image.height; row++) {
    const pixels = image.rgb.subarray(row * image.width * 3, (row + 1) * image.width * 3);
    rgb.set(pixels, ((y + row) * canvas.width + x) * 3);
  }
  return { ...canvas, rgb };
}

function resizeRow(image: RgbImage, row: number, columns: readonly (readonly Term[])[]): Uint8Array {
  const valueAt = (from: number, channel: number) => image.rgb[(row * image.width + from) * 3 + channel];
  return Uint8Array.from({ length: columns.length * 3 }, (_, at) => {
    const terms = columns[Math.floor(at / 3)] ?? [];
    return blend(terms.map(({ from, weight }) => [valueAt(from, at % 3), weight]));
  });
}

/** One output byte: half a unit added, so that dropping the 22 fraction bits rounds. */
function blend(terms: readonly (readonly [value: number | undefined, weight: number])[]): number {
  const sum = terms.reduce((total, [value = Number.NaN, weight]) => total + value * weight, 2 ** 21);
  return Math.min(Math.max(Math.floor(sum / 2 ** 22), 0), 255);
}

interface Term {
  readonly from: number;
  readonly weight: number;
}

/** The source pixels of output pixel `at` with their weights in units of 2^-22; itself where no size changes. */
function weightsOf(inputSize: number, outputSize: number, at: number): Term[] {
  if (inputSize === outputSize) return [{ from: at, weight: 2 ** 22 }];
  const scale = inputSize / outputSize;
  const stretch = Math.max(1, scale);
  const center = (at + 0.5) * scale;
  const start = Math.max(0, Math.trunc(center - 2 * stretch + 0.5));
  const end = Math.min(inputSize, Math.trunc(center + 2 * stretch + 0.5));
  const pixels = Array.from({ length: end - start }, (_, index) => start + index);
  const raw = pixels.map((from) => keys((from - center + 0.5) * (1 / stretch)));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return pixels.map((from, index) => {
    const weight = ((raw[index] ?? Number.NaN) / total) * 2 ** 22;
    return { from, weight: Math.sign(weight) * Math.floor(Math.abs(weight) + 0.5) };
  });
}

/** Keys' cubic with a = -1/2, in the form in which Resample.c evaluates it: the last bit of a weight depends on it. */
function keys(offset: number): number {
  const x = Math.abs(offset);
  if (x >= 2) return 0;
  return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : (((x - 5) * x + 8) * x - 4) * -0.5;
}
