import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import type { RowRange } from './resize/resize.ts';
import type { ImageSize } from './tile-plan.ts';

/** A decoded image, as the browser holds it. */
export type DecodedImage = ImageBitmap | VideoFrame;

/** A rectangle of an image, in pixels. */
export interface Piece extends ImageSize {
  readonly x: number;
  readonly y: number;
}

/** How large one texture between the browser's image and the strip may become. */
const mostPieceBytes = 16 * 2 ** 20;
const bytesPerPixel = 4;

/** Width and height of `image` as it is shown. */
export function sizeOf(image: DecodedImage): ImageSize {
  if ('displayWidth' in image) return { width: image.displayWidth, height: image.displayHeight };
  return { width: image.width, height: image.height };
}

/** Cuts `rows` of an image `width` wide into rectangles that fit in a texture, row by row. */
export function planPieces(
  rows: RowRange,
  width: number,
  { maxTextureDimension2D: most }: Pick<GPUSupportedLimits, 'maxTextureDimension2D'>,
): Piece[] {
  const pieces: Piece[] = [];
  const widest = Math.min(width, most);
  const tallest = Math.min(most, Math.max(1, Math.floor(mostPieceBytes / (bytesPerPixel * widest))));
  for (let y = rows.start; y < rows.end; y += tallest) {
    for (let x = 0; x < width; x += widest) {
      pieces.push({ x, y, width: Math.min(widest, width - x), height: Math.min(tallest, rows.end - y) });
    }
  }
  return pieces;
}

/**
 * Copies `rows` of `image` to the start of `strip`, [rows, pitch] packed RGBA, red in the lowest byte; alpha and the
 * colour beneath it untouched. The work is queued, not awaited.
 */
export function uploadRows(gpu: Gpu, image: DecodedImage, rows: RowRange, strip: GpuTensor): void {
  const { device } = gpu;
  const pieces = planPieces(rows, sizeOf(image).width, device.limits);
  const [largest] = pieces;
  if (!largest) return;
  const texture = device.createTexture({
    label: 'image piece',
    size: [largest.width, largest.height],
    format: 'rgba8unorm',
    usage: GPUTextureUsage.COPY_DST | GPUTextureUsage.COPY_SRC | GPUTextureUsage.RENDER_ATTACHMENT,
  });
  const bytesPerRow = bytesPerPixel * (strip.shape[1] ?? 0);
  try {
    for (const { x, y, width, height } of pieces) {
      const source = { source: image, origin: [x, y] };
      device.queue.copyExternalImageToTexture(source, { texture, premultipliedAlpha: false }, [width, height]);
      const commands = device.createCommandEncoder({ label: 'image piece' });
      const offset = (strip.byteOffset ?? 0) + (y - rows.start) * bytesPerRow + x * bytesPerPixel;
      commands.copyTextureToBuffer({ texture }, { buffer: strip.buffer, offset, bytesPerRow }, [width, height]);
      device.queue.submit([commands.finish()]);
    }
  } finally {
    texture.destroy();
  }
}
