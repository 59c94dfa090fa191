import { describe, expect, test } from 'vitest';
import { publishedGrid } from '#tensor/grid.ts';
import { reportOf } from '#testing/errors.ts';
import { type ImageMode, type Preprocessing, planPlacements, sourceBoxOf } from './placement.ts';
import { publishedTiling } from './tile-plan.ts';

const as = (mode: ImageMode, options: Partial<Preprocessing> = {}) => ({ ...publishedTiling, ...options, mode });
const whole = { left: 0, top: 0, columns: 1, rows: 1, tileSizePx: 448 };

test('single: the whole image, aspect not kept', () => {
  const layout = planPlacements({ width: 640, height: 427 }, as('single'), publishedGrid);
  expect(layout).toMatchObject({ columns: 1, rows: 1, tiles: 1, hasThumbnail: false });
  expect(layout.placements).toEqual([
    {
      canvas: { width: 640, height: 427 },
      image: { x: 0, y: 0 },
      background: [123, 116, 103],
      resized: { width: 448, height: 448 },
      cut: whole,
    },
  ]);
});

test('tiles: the grid, then the whole as a thumbnail', () => {
  const size = { width: 640, height: 427 };
  const layout = planPlacements(size, as('tiles'), publishedGrid);
  expect(layout).toMatchObject({ columns: 3, rows: 2, tiles: 7, hasThumbnail: true });
  expect(layout.placements).toMatchObject([
    { canvas: size, resized: { width: 1344, height: 896 }, cut: { ...whole, columns: 3, rows: 2 } },
    { canvas: size, resized: { width: 448, height: 448 }, cut: whole },
  ]);
});

test.each([
  ['it is not wanted', { width: 640, height: 427 }, { thumbnail: false }, 6],
  ['there is one tile', { width: 500, height: 500 }, { maxTiles: 1 }, 1],
])('tiles: no thumbnail where %s', (_, size, options, tiles) => {
  const layout = planPlacements(size, as('tiles', options), publishedGrid);
  expect(layout).toMatchObject({ tiles, hasThumbnail: false });
  expect(layout.placements).toHaveLength(1);
});

// expand2square pastes at ((side - width) // 2, (side - height) // 2), one of which is 0.
test.each([
  { width: 10, height: 5, side: 10, image: { x: 0, y: 2 } },
  { width: 4, height: 11, side: 11, image: { x: 3, y: 0 } },
  { width: 7, height: 7, side: 7, image: { x: 0, y: 0 } },
])('pad: $width x $height in the middle of a square', ({ width, height, side, image }) => {
  const canvas = { width: side, height: side };
  const [placement] = planPlacements({ width, height }, as('pad'), publishedGrid).placements;
  expect(placement).toMatchObject({ canvas, image, background: [123, 116, 103], cut: whole });
  expect(placement?.resized).toEqual({ width: 448, height: 448 });
});

// resized: int(448 * long / short); left and top: (long - 448) // 2.
test.each([
  { width: 640, height: 427, resized: { width: 671, height: 448 }, left: 111, top: 0 },
  { width: 427, height: 640, resized: { width: 448, height: 671 }, left: 0, top: 111 },
  { width: 300, height: 300, resized: { width: 448, height: 448 }, left: 0, top: 0 },
  { width: 1, height: 3, resized: { width: 448, height: 1344 }, left: 0, top: 448 },
])('crop: $width x $height, the middle of $resized.width x $resized.height', ({ resized, left, top, ...size }) => {
  const layout = planPlacements(size, as('crop'), publishedGrid);
  expect(layout.placements).toMatchObject([{ canvas: size, resized, cut: { left, top, columns: 1, rows: 1 } }]);
});

test('a mode that does not exist is refused by name', async () => {
  const size = { width: 8, height: 8 };
  expect(planPlacements(size, as('crop'), publishedGrid).tiles).toBe(1);
  const report = await reportOf(() =>
    planPlacements(size, { ...as('crop'), ...JSON.parse('{"mode":"stretch"}') }, publishedGrid),
  );
  expect(report).toMatchObject({ code: 'invalid-argument', details: { name: 'mode', actual: 'stretch' } });
});

describe('the pixels of the image behind a box of a tile', () => {
  const box = (left: number, top: number, side: number) => ({ left, top, right: left + side, bottom: top + side });
  const size = { width: 896, height: 1344 };

  test('tiles: of a grid each has its own part, of the thumbnail all have the whole', () => {
    const layout = planPlacements(size, as('tiles'), publishedGrid);
    expect(layout).toMatchObject({ columns: 2, rows: 3, tiles: 7, hasThumbnail: true });
    expect(sourceBoxOf(size, layout, 0, box(14, 28, 14))).toEqual(box(14, 28, 14));
    expect(sourceBoxOf(size, layout, 5, box(14, 28, 14))).toEqual(box(448 + 14, 896 + 28, 14));
    // The thumbnail is half as wide and a third as high.
    expect(sourceBoxOf(size, layout, 6, box(14, 28, 14))).toEqual({ left: 28, top: 84, right: 56, bottom: 126 });
    expect(sourceBoxOf(size, layout, 7, box(14, 28, 14))).toBeNull();
  });

  test('single: pixels that an edge goes through are counted', () => {
    const coffee = { width: 600, height: 400 };
    // 126 * 600 / 448 = 168.75 and 140 * 600 / 448 = 187.5; 56 * 400 / 448 = 50 and 70 * 400 / 448 = 62.5.
    expect(sourceBoxOf(coffee, planPlacements(coffee, as('single'), publishedGrid), 0, box(126, 56, 14))).toEqual({
      left: 168,
      top: 50,
      right: 188,
      bottom: 63,
    });
  });

  test('pad: what is padding has none, what it cuts through has the rest', () => {
    const wide = { width: 448, height: 224 };
    const layout = planPlacements(wide, as('pad'), publishedGrid);
    expect(sourceBoxOf(wide, layout, 0, box(0, 98, 14))).toBeNull();
    expect(sourceBoxOf(wide, layout, 0, box(0, 112, 14))).toEqual(box(0, 0, 14));
    expect(sourceBoxOf(wide, layout, 0, box(0, 98, 28))).toEqual({ left: 0, top: 0, right: 28, bottom: 14 });
  });

  test('crop: what the middle begins with is not the corner', () => {
    const wide = { width: 1344, height: 448 };
    const layout = planPlacements(wide, as('crop'), publishedGrid);
    expect(sourceBoxOf(wide, layout, 0, box(0, 0, 14))).toEqual({ left: 448, top: 0, right: 462, bottom: 14 });
  });
});

test('tiles of another size', () => {
  const size = { width: 640, height: 427 };
  const small = { tileSizePx: 224 };
  expect(planPlacements(size, as('tiles'), small).placements).toMatchObject([
    { resized: { width: 672, height: 448 }, cut: { columns: 3, rows: 2, tileSizePx: 224 } },
    { resized: { width: 224, height: 224 }, cut: { columns: 1, rows: 1 } },
  ]);
  expect(planPlacements(size, as('crop'), small).placements).toMatchObject([
    { resized: { width: 335, height: 224 }, cut: { left: 55, top: 0 } },
  ]);
});
