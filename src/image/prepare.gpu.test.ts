import { expect, test } from 'vitest';
import { readTensor } from '#gpu/buffers.ts';
import { publishedGrid } from '#tensor/grid.ts';
import { testGpu } from '#testing/gpu-fixture.ts';
import { noiseBytes } from '#testing/values.ts';
import { type Placement, planPlacements } from './placement.ts';
import { prepareTiles, readTileRgb } from './prepare.ts';
import { padReference, type RgbImage, resizeReference } from './resize/resize.reference.ts';
import { publishedTiling } from './tile-plan.ts';

/** `image` as the browser holds a decoded file, with this alpha. */
async function bitmapOf({ width, height, rgb }: RgbImage, alpha: (pixel: number) => number = () => 255) {
  const data = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.data.set(rgb.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
    data.data[4 * pixel + 3] = alpha(pixel);
  }
  return createImageBitmap(data, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
}

function noiseImage(width: number, height: number): RgbImage {
  return { width, height, rgb: noiseBytes(3 * width * height) };
}

function firstPlacement(size: RgbImage, mode: 'single' | 'pad' | 'crop'): Placement {
  const [placement] = planPlacements(size, { ...publishedTiling, mode }, publishedGrid).placements;
  if (!placement) throw new Error('no placement');
  return placement;
}

/** The pixels of the placement's only tile by the reference. */
function referenceTile(image: RgbImage, { canvas, resized, cut, background, image: at }: Placement): Uint8Array {
  const window = { left: cut.left, top: cut.top, width: 448, height: 448 };
  return resizeReference(padReference(image, canvas, at, background), resized, window);
}

function firstDifference(actual: ArrayLike<number>, expected: ArrayLike<number>) {
  expect(actual.length).toBe(expected.length);
  const at = Array.from(expected).findIndex((value, index) => value !== actual[index]);
  return at < 0 ? null : { at, actual: actual[at], expected: expected[at] };
}

test.for([
  { mode: 'single', bandBytes: 4 * 1024 * 400 },
  { mode: 'single', bandBytes: 4 * 1024 * 37 },
  { mode: 'single', bandBytes: 1 },
  { mode: 'pad', bandBytes: 4 * 1024 * 37 },
  { mode: 'crop', bandBytes: 4 * 1024 * 37 },
] as const)('$mode in bands of $bandBytes bytes: the same bytes', async ({ mode, bandBytes }) => {
  const gpu = await testGpu();
  const image = noiseImage(901, 517);
  const placement = firstPlacement(image, mode);
  const bitmap = await bitmapOf(image);
  const tiles = await prepareTiles(gpu, bitmap, [placement], bandBytes);
  expect(tiles.shape).toEqual([1, 448, 448]);
  expect(firstDifference(await readTileRgb(gpu, tiles, 0), referenceTile(image, placement))).toBeNull();
  tiles.buffer.destroy();
});

test('tiles of all placements follow one another, and only the one asked for is read back', async () => {
  const gpu = await testGpu();
  const image = noiseImage(901, 517);
  const { placements, tiles } = planPlacements(
    image,
    { ...publishedTiling, maxTiles: 2, mode: 'tiles' },
    publishedGrid,
  );
  expect(tiles).toBe(3);
  const rgba = await prepareTiles(gpu, await bitmapOf(image), placements);
  const [grid, thumbnail] = placements;
  if (!grid || !thumbnail) throw new Error('two placements were planned');
  gpu.readBack.byteLength = 0;
  const second = await readTileRgb(gpu, rgba, 1);
  expect(gpu.readBack.byteLength).toBe(4 * 448 * 448);
  const window = { left: 448, top: 0, width: 448, height: 448 };
  expect(firstDifference(second, resizeReference(image, grid.resized, window))).toBeNull();
  expect(firstDifference(await readTileRgb(gpu, rgba, 2), referenceTile(image, thumbnail))).toBeNull();
  rgba.buffer.destroy();
});

test('transparent pixels count by their colour, and the tiles are opaque', async () => {
  const gpu = await testGpu();
  const image = noiseImage(451, 300);
  const bitmap = await bitmapOf(image, (pixel) => pixel % 256);
  const placement = firstPlacement(image, 'single');
  const rgba = await prepareTiles(gpu, bitmap, [placement]);
  expect(firstDifference(await readTileRgb(gpu, rgba, 0), referenceTile(image, placement))).toBeNull();
  const words = new Uint32Array((await readTensor(gpu, rgba)).buffer);
  expect(words.every((word) => word >>> 24 === 255)).toBe(true);
  rgba.buffer.destroy();
});

test('an image wider than a texture is uploaded in pieces', async () => {
  const gpu = await testGpu();
  const width = gpu.device.limits.maxTextureDimension2D + 1001;
  const image = noiseImage(width, 61);
  const placement = firstPlacement(image, 'single');
  const rgba = await prepareTiles(gpu, await bitmapOf(image), [placement]);
  expect(firstDifference(await readTileRgb(gpu, rgba, 0), referenceTile(image, placement))).toBeNull();
  rgba.buffer.destroy();
});

test('a photo of 18 megapixels goes through in bands', async () => {
  const gpu = await testGpu();
  const image = noiseImage(9000, 2000);
  const { placements } = planPlacements(image, { ...publishedTiling, mode: 'tiles' }, publishedGrid);
  const [grid, thumbnail] = placements;
  if (!grid || !thumbnail) throw new Error('two placements were planned');
  expect(grid.cut).toMatchObject({ columns: 5, rows: 1 });
  const rgba = await prepareTiles(gpu, await bitmapOf(image), placements);
  for (const tile of [0, 2, 4, 5]) {
    const pixels = await readTileRgb(gpu, rgba, tile);
    const [resized, left] = tile < 5 ? [grid.resized, 448 * tile] : [thumbnail.resized, 0];
    for (const [x, y] of [
      [0, 0],
      [447, 447],
      [13, 200],
      [301, 77],
    ] as const) {
      const expected = resizeReference(image, resized, { left: left + x, top: y, width: 1, height: 1 });
      expect([...pixels.subarray(3 * (448 * y + x), 3 * (448 * y + x) + 3)]).toEqual([...expected]);
    }
  }
  rgba.buffer.destroy();
});
