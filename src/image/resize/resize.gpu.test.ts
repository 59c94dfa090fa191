import { expect, test } from 'vitest';
import { type ImageMode, type Placement, planPlacements } from '#image/placement.ts';
import { publishedTiling } from '#image/tile-plan.ts';
import { publishedGrid } from '#tensor/grid.ts';
import { computeOnGpu, guardedTensor, testGpu } from '#testing/gpu-fixture.ts';
import { noiseBytes } from '#testing/values.ts';
import { padReference, type RgbImage, resizeReference } from './resize.reference.ts';
import { encodeResize, planResize } from './resize.ts';
import type { Taps } from './taps.ts';

const tilePixels = 448 * 448;

/** Every placement of the mode by the kernel, one band each, against the loops: all bytes, guards behind the tiles. */
async function compareAll(image: RgbImage, mode: ImageMode): Promise<void> {
  const gpu = await testGpu();
  const layout = planPlacements(image, { ...publishedTiling, maxTiles: 6, mode }, publishedGrid);
  const shape = [layout.tiles, 448, 448];
  let firstTile = 0;
  const expected = new Uint32Array(layout.tiles * tilePixels);
  const steps = layout.placements.map((placement) => {
    const plan = planResize({ image, placement, firstTile }, gpu.device.limits);
    const { cut } = placement;
    for (let tile = 0; tile < cut.columns * cut.rows; tile++, firstTile++) {
      expected.set(referenceTile(image, placement, tile), firstTile * tilePixels);
    }
    const [rows = 0, pitch = 0] = plan.stripShape;
    const strip = Uint32Array.from({ length: rows * pitch }, (_, at) => {
      const pixel = 3 * (Math.floor(at / pitch) * image.width + (at % pitch));
      const [red = 0, green = 0, blue = 0] = at % pitch < image.width ? image.rgb.subarray(pixel, pixel + 3) : [];
      // Alpha is dropped, whatever it is.
      return red | (green << 8) | (blue << 16) | ((at % 256) << 24);
    });
    const taps = ({ table, lines, pitch }: Taps) => guardedTensor(gpu, [lines, pitch], new Uint32Array(table.buffer));
    return {
      plan,
      tensors: {
        passes: guardedTensor(gpu, [plan.passes.length], new Uint32Array(plan.passes.buffer)),
        columnTaps: taps(plan.columnTaps),
        rowTaps: taps(plan.rowTaps),
        strip: guardedTensor(gpu, plan.stripShape, strip),
        middle: guardedTensor(gpu, plan.middleShape),
      },
    };
  });
  const values = await computeOnGpu(gpu, shape, (pass, tiles) => {
    for (const { plan, tensors } of steps) {
      for (const band of plan.bands) encodeResize(gpu, pass, band, { ...tensors, tiles });
    }
  });
  const actual = new Uint32Array(values.buffer);
  const at = expected.findIndex((value, index) => value !== actual[index]);
  expect(at < 0 ? null : { at, actual: actual[at], expected: expected[at] }).toBeNull();
  expect(actual).toHaveLength(expected.length);
}

/** Tile number `tile` of a placement in slow loops, packed. */
function referenceTile(image: RgbImage, placement: Placement, tile: number): Uint32Array {
  const { canvas, resized, cut, background } = placement;
  const left = cut.left + 448 * (tile % cut.columns);
  const top = cut.top + 448 * Math.floor(tile / cut.columns);
  const window = { left, top, width: 448, height: 448 };
  const rgb = resizeReference(padReference(image, canvas, placement.image, background), resized, window);
  return Uint32Array.from({ length: tilePixels }, (_, pixel) => {
    const [red = 0, green = 0, blue = 0] = rgb.subarray(3 * pixel, 3 * pixel + 3);
    return red | (green << 8) | (blue << 16) | 0xff000000;
  });
}

test.for([
  { width: 1, height: 1, mode: 'single' },
  { width: 1, height: 7, mode: 'single' },
  { width: 7, height: 1, mode: 'pad' },
  { width: 13, height: 29, mode: 'pad' },
  { width: 448, height: 448, mode: 'single' },
  { width: 448, height: 301, mode: 'single' },
  { width: 449, height: 448, mode: 'single' },
  { width: 897, height: 447, mode: 'tiles' },
  { width: 31, height: 64, mode: 'tiles' },
  { width: 1201, height: 803, mode: 'single' },
  { width: 3001, height: 5, mode: 'single' },
  { width: 5, height: 3001, mode: 'pad' },
  { width: 640, height: 427, mode: 'crop' },
  { width: 427, height: 1281, mode: 'crop' },
  { width: 2, height: 9, mode: 'crop' },
] as const)('$width x $height, $mode: every byte is that of the reference', async ({ width, height, mode }) => {
  await compareAll({ width, height, rgb: noiseBytes(3 * width * height) }, mode);
});
