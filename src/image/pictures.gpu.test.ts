import { expect, test } from 'vitest';
import { publishedGrid } from '#tensor/grid.ts';
import { testGpu } from '#testing/gpu-fixture.ts';
import { createPictures, createPreview } from './pictures.ts';
import { type ImageMode, planPlacements } from './placement.ts';
import { prepareTiles, readTileRgb } from './prepare.ts';
import { publishedTiling } from './tile-plan.ts';

/** A smooth image, so that any good filter gives nearly the same; `alpha` of the lower half. */
async function gradient(width: number, height: number, alpha = 255): Promise<ImageBitmap> {
  const data = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const x = pixel % width;
    const y = Math.floor(pixel / width);
    const last = y < height / 2 ? 255 : alpha;
    data.data.set([(255 * x) / width, (255 * y) / height, 128 + 100 * Math.sin((6 * x) / width), last], 4 * pixel);
  }
  return createImageBitmap(data, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
}

function pixelsOf(bitmap: ImageBitmap): Uint8ClampedArray {
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (!context) throw new Error('no 2D canvas');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
}

/** The largest difference between the pictures and the tiles that the encoder sees. */
async function differences(image: ImageBitmap, mode: ImageMode) {
  const gpu = await testGpu();
  const layout = planPlacements(image, { ...publishedTiling, maxTiles: 4, mode }, publishedGrid);
  const rgba = await prepareTiles(gpu, image, layout.placements);
  gpu.readBack.byteLength = 0;
  const pictures = await createPictures(gpu, image, layout, rgba);
  const readBackTiles = gpu.readBack.byteLength / (4 * 448 * 448);
  let largest = 0;
  for (const [tile, picture] of pictures.entries()) {
    const expected = await readTileRgb(gpu, rgba, tile);
    const actual = pixelsOf(picture);
    for (let at = 0; at < expected.length; at++) {
      const value = actual[4 * Math.floor(at / 3) + (at % 3)] ?? Number.NaN;
      largest = Math.max(largest, Math.abs(value - (expected[at] ?? Number.NaN)));
    }
  }
  rgba.buffer.destroy();
  return { pictures: pictures.length, readBackTiles, largest };
}

test.for([
  { mode: 'single', pictures: 1 },
  { mode: 'tiles', pictures: 4 },
  { mode: 'crop', pictures: 1 },
] as const)('$mode: the page sees what the encoder sees, and nothing is read back', async ({ mode, pictures }) => {
  const measured = await differences(await gradient(1200, 400), mode);
  expect(measured).toMatchObject({ pictures, readBackTiles: 0 });
  expect(measured.largest).toBeLessThanOrEqual(4);
});

test('pad: the padding is where the encoder sees it', async () => {
  const gpu = await testGpu();
  const image = await gradient(896, 448);
  const layout = planPlacements(image, { ...publishedTiling, mode: 'pad' }, publishedGrid);
  const rgba = await prepareTiles(gpu, image, layout.placements);
  const [picture] = await createPictures(gpu, image, layout, rgba);
  if (!picture) throw new Error('no picture');
  const pixels = pixelsOf(picture);
  const at = (x: number, y: number) => [...pixels.subarray(4 * (448 * y + x), 4 * (448 * y + x) + 4)];
  expect([at(5, 5), at(440, 105), at(200, 345)]).toEqual(Array(3).fill([123, 116, 103, 255]));
  expect(at(5, 120)).not.toEqual([123, 116, 103, 255]);
  rgba.buffer.destroy();
});

test('transparent images show the bytes that the encoder sees', async () => {
  const measured = await differences(await gradient(600, 300, 40), 'tiles');
  expect(measured).toEqual({ pictures: 3, readBackTiles: 3, largest: 0 });
});

test.for([
  { width: 1200, height: 400, expected: [300, 100] },
  { width: 100, height: 3000, expected: [10, 300] },
  { width: 20, height: 30, expected: [20, 30] },
  { width: 1000, height: 1, expected: [300, 1] },
])('the preview of $width x $height is $expected', async ({ width, height, expected }) => {
  const preview = await createPreview(await gradient(width, height), 300);
  expect([preview.width, preview.height]).toEqual(expected);
});
