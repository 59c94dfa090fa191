import { requestAdapter, requestGpu } from '#gpu/device.ts';
import { planPlacements } from '#image/placement.ts';
import { prepareTiles } from '#image/prepare.ts';
import { publishedTiling } from '#image/tile-plan.ts';
import { publishedGrid } from '#tensor/grid.ts';

/** Sides of a photo in pixels, and the grid of tiles it comes to. */
export interface ResizeCase {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
}

/** Times of one case in ms, in the order in which they were taken. */
export interface ResizeTimes {
  readonly kernelsMs: readonly number[];
  readonly browserMs: readonly number[];
}

/**
 * One decoded photo to a grid of tiles: by this app's kernels, upload and both passes until the queue reports them done,
 * and by the browser's own best filter to a bitmap of the same size. The two take turns, after one run each that is not
 * counted. (The browser's result is not that of the published pipelines; it is the time to compare with.)
 */
export async function measureResize(size: ResizeCase, repetitions: number): Promise<ResizeTimes> {
  const { width, height, columns, rows } = size;
  const gpu = await requestGpu(await requestAdapter(), []);
  const options = { ...publishedTiling, thumbnail: false, mode: 'tiles' } as const;
  const layout = planPlacements({ width, height }, options, publishedGrid);
  if (layout.columns !== columns || layout.rows !== rows) throw new Error('another grid was planned');
  const photo = await createPhoto(width, height);

  const kernelsMs: number[] = [];
  const browserMs: number[] = [];
  for (let repetition = 0; repetition <= repetitions; repetition++) {
    const kernelsStartMs = performance.now();
    const tiles = await prepareTiles(gpu, photo, layout.placements);
    await gpu.device.queue.onSubmittedWorkDone();
    const browserStartMs = performance.now();
    const bitmap = await createImageBitmap(photo, {
      resizeWidth: columns * publishedGrid.tileSizePx,
      resizeHeight: rows * publishedGrid.tileSizePx,
      resizeQuality: 'high',
    });
    const endMs = performance.now();
    bitmap.close();
    tiles.buffer.destroy();
    if (repetition === 0) continue;
    kernelsMs.push(browserStartMs - kernelsStartMs);
    browserMs.push(endMs - browserStartMs);
  }
  photo.close();
  gpu.device.destroy();
  return { kernelsMs, browserMs };
}

/** A photo as the app holds one: decoded from a file. What it shows does not matter to either. */
async function createPhoto(width: number, height: number): Promise<ImageBitmap> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no 2D canvas');
  const gradient = context.createLinearGradient(0, 0, width, height);
  for (const [at, colour] of ['navy', 'orange', 'white', 'green', 'black'].entries()) {
    gradient.addColorStop(at / 4, colour);
  }
  context.fillStyle = gradient;
  context.fillRect(0, 0, width, height);
  const file = await canvas.convertToBlob({ type: 'image/jpeg' });
  return createImageBitmap(file, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
}
