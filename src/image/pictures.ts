import { readTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { cellOf } from '#tensor/grid.ts';
import type { Placement, TileLayout } from './placement.ts';
import { tileOf } from './prepare.ts';
import { type DecodedImage, sizeOf } from './upload.ts';

const opaque = 255;

/**
 * One bitmap a tile for the page to draw, in the order of `rgba` [tiles, side, side]: drawn by the browser from
 * `image`, so that nothing is read back from the GPU. Only where pixels are transparent, which a canvas would blend and
 * the encoder does not, the tiles' own bytes are read back.
 */
export async function createPictures(
  gpu: Gpu,
  image: DecodedImage,
  layout: TileLayout,
  rgba: GpuTensor,
): Promise<readonly ImageBitmap[]> {
  const mustRead = isTransparent(image, rgba.shape[1] ?? 0);
  const pictures: ImageBitmap[] = [];
  try {
    for (const placement of layout.placements) {
      for (let tile = 0; tile < placement.cut.columns * placement.cut.rows; tile++) {
        const own = tileOf(rgba, pictures.length);
        pictures.push(mustRead ? await readPicture(gpu, own) : drawPicture(image, placement, tile));
      }
    }
    return pictures;
  } catch (thrown) {
    for (const picture of pictures) picture.close();
    throw thrown;
  }
}

/** The whole of `image`, aspect kept, its longer side at most `mostPx`: for the eye, not for the encoder. */
export function createPreview(image: DecodedImage, mostPx: number): Promise<ImageBitmap> {
  const { width, height } = sizeOf(image);
  const scale = Math.min(1, mostPx / Math.max(width, height));
  return createImageBitmap(image, {
    resizeWidth: Math.max(1, Math.round(width * scale)),
    resizeHeight: Math.max(1, Math.round(height * scale)),
    resizeQuality: 'high',
    premultiplyAlpha: 'none',
    colorSpaceConversion: 'none',
  });
}

function createCanvas(sidePx: number, options?: CanvasRenderingContext2DSettings): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(sidePx, sidePx).getContext('2d', options);
  if (!context) throw new Error('no 2D canvas');
  context.imageSmoothingQuality = 'high';
  return context;
}

/** Whether any transparency is left when the image is drawn at the size of a tile. */
function isTransparent(image: DecodedImage, sidePx: number): boolean {
  const context = createCanvas(sidePx, { willReadFrequently: true });
  context.drawImage(image, 0, 0, sidePx, sidePx);
  const { data } = context.getImageData(0, 0, sidePx, sidePx);
  return data.some((value, index) => index % 4 === 3 && value !== opaque);
}

function drawPicture(image: DecodedImage, { canvas, resized, cut, background, image: at }: Placement, tile: number) {
  const { row, column } = cellOf(tile, cut.columns);
  const { tileSizePx } = cut;
  const { width, height } = sizeOf(image);
  const scaleX = resized.width / canvas.width;
  const scaleY = resized.height / canvas.height;
  const left = at.x * scaleX - cut.left - column * tileSizePx;
  const top = at.y * scaleY - cut.top - row * tileSizePx;
  const context = createCanvas(tileSizePx);
  context.fillStyle = `rgb(${background.join(' ')})`;
  context.fillRect(0, 0, tileSizePx, tileSizePx);
  context.drawImage(image, left, top, width * scaleX, height * scaleY);
  return context.canvas.transferToImageBitmap();
}

async function readPicture(gpu: Gpu, tile: GpuTensor): Promise<ImageBitmap> {
  const [height = 0, width = 0] = tile.shape;
  const bytes = Uint8ClampedArray.from(new Uint8Array((await readTensor(gpu, tile)).buffer));
  return createImageBitmap(new ImageData(bytes, width, height));
}
