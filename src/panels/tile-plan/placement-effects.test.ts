import { expect, test } from 'vitest';
import { type Placement, type Preprocessing, planPlacements } from '#image/placement.ts';
import type { ImageSize } from '#image/tile-plan.ts';
import { publishedGrid } from '#tensor/grid.ts';
import { effectsOf, isBent, isSamePreparation } from './placement-effects.ts';

const tiling = { minTiles: 1, maxTiles: 12, thumbnail: true };
const size = { width: 800, height: 600 };

function placementOf(image: ImageSize, mode: Preprocessing['mode']): Placement {
  const [placement] = planPlacements(image, { ...tiling, mode }, publishedGrid).placements;
  if (!placement) throw new Error('no placement');
  return placement;
}

test('the whole image in one tile is bent, and nothing of it is lost', () => {
  const { scaleX, scaleY, widening, discardedShare, paddingShare } = effectsOf(size, placementOf(size, 'single'));
  expect(scaleX).toBeCloseTo(448 / 800, 12);
  expect(scaleY).toBeCloseTo(448 / 600, 12);
  expect(widening).toBeCloseTo(0.75, 12);
  expect(isBent(widening)).toBe(true);
  expect(discardedShare).toBeCloseTo(0, 12);
  expect(paddingShare).toBeCloseTo(0, 12);
});

test('a grid of the same aspect bends nothing', () => {
  const effects = effectsOf(size, placementOf(size, 'tiles'));
  expect(effects.widening).toBeCloseTo(1, 12);
  expect(isBent(effects.widening)).toBe(false);
  expect(effects.discardedShare).toBeCloseTo(0, 12);
  expect(effects.paddingShare).toBeCloseTo(0, 12);
});

test('padding to a square keeps the shape and fills a quarter', () => {
  const { widening, discardedShare, paddingShare } = effectsOf(size, placementOf(size, 'pad'));
  expect(widening).toBe(1);
  expect(discardedShare).toBeCloseTo(0, 12);
  expect(paddingShare).toBeCloseTo(0.25, 12);
});

test('the middle of a wide image discards its sides', () => {
  // 800 x 600 becomes 597 x 448, of which 448 columns stay.
  const { widening, discardedShare, paddingShare } = effectsOf(size, placementOf(size, 'crop'));
  expect(isBent(widening)).toBe(false);
  expect(discardedShare).toBeCloseTo(1 - 448 / 597, 12);
  expect(paddingShare).toBe(0);
});

test('numbers of tiles and the thumbnail matter only where there are tiles', () => {
  const tiles: Preprocessing = { ...tiling, mode: 'tiles' };
  expect(isSamePreparation(tiles, { ...tiles })).toBe(true);
  expect(isSamePreparation(tiles, { ...tiles, maxTiles: 6 })).toBe(false);
  expect(isSamePreparation(tiles, { ...tiles, thumbnail: false })).toBe(false);
  expect(isSamePreparation({ ...tiles, mode: 'pad' }, { ...tiles, mode: 'pad', maxTiles: 6 })).toBe(true);
  expect(isSamePreparation(tiles, { ...tiles, mode: 'pad' })).toBe(false);
});
