import { createTensor, readTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { tileSizePx } from '#tensor/grid.ts';

/** One tile as the encoder sees it: 448x448 RGBA, on the GPU for the encoder and as a bitmap for the page. */
export interface Tile {
  /** [448, 448] packed RGBA, red in the lowest byte. */
  readonly rgba: GpuTensor;
  readonly bitmap: ImageBitmap;
}

/** The whole of `image` scaled to one tile, aspect not kept, by the browser's best filter; 448x448 stays as it is. */
export async function createWholeImageTile(gpu: Gpu, image: ImageBitmap): Promise<Tile> {
  const isTileSized = image.width === tileSizePx && image.height === tileSizePx;
  const bitmap = await createImageBitmap(image, {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
    ...(isTileSized ? {} : { resizeWidth: tileSizePx, resizeHeight: tileSizePx, resizeQuality: 'high' }),
  });
  return { rgba: uploadBitmap(gpu, bitmap), bitmap };
}

/** The bytes of a 448x448 bitmap, alpha and the colour beneath it untouched. */
function uploadBitmap(gpu: Gpu, bitmap: ImageBitmap): GpuTensor {
  const size = [tileSizePx, tileSizePx];
  const texture = gpu.device.createTexture({
    label: 'tile',
    size,
    format: 'rgba8unorm',
    usage: GPUTextureUsage.COPY_DST | GPUTextureUsage.COPY_SRC | GPUTextureUsage.RENDER_ATTACHMENT,
  });
  gpu.device.queue.copyExternalImageToTexture({ source: bitmap }, { texture, premultipliedAlpha: false }, size);
  const rgba = createTensor(gpu, 'tile rgba', size);
  const commands = gpu.device.createCommandEncoder({ label: 'tile rgba' });
  commands.copyTextureToBuffer({ texture }, { buffer: rgba.buffer, bytesPerRow: 4 * tileSizePx }, size);
  gpu.device.queue.submit([commands.finish()]);
  texture.destroy();
  return rgba;
}

/** The pixels of `tile` read back: [448, 448, 3] in 0..255, as f32. */
export async function readTileRgb(gpu: Gpu, tile: Tile): Promise<Float32Array> {
  const packed = await readTensor(gpu, tile.rgba);
  const rgba = new Uint8Array(packed.buffer);
  return Float32Array.from({ length: (rgba.length / 4) * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return rgba[4 * pixel + (index % 3)] ?? Number.NaN;
  });
}
