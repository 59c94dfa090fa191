import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import { listCandidates, planTiles } from './tile-plan.ts';

interface PublishedGrid {
  readonly width: number;
  readonly height: number;
  readonly min_num: number;
  readonly max_num: number;
  readonly use_thumbnail: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly images: number;
}

const published: readonly PublishedGrid[] = JSON.parse(readFileSync('e2e/fixtures/reference/tiles.json', 'utf8'));

test('the published code was asked about 40 images', () => expect(published).toHaveLength(40));

test.each(published)('$width x $height, $min_num to $max_num tiles: the published grid', (row) => {
  const { width, height, min_num: minTiles, max_num: maxTiles, use_thumbnail: thumbnail } = row;
  const request = { width, height, minTiles, maxTiles, thumbnail };
  expect(planTiles(request)).toEqual({ columns: row.columns, rows: row.rows, tiles: row.images });
  const chosen = listCandidates(request).filter(({ outcome }) => outcome === 'chosen');
  expect(chosen).toMatchObject([{ columns: row.columns, rows: row.rows }]);
});

test('one to twelve tiles and a thumbnail are planned where nothing else is asked for', () => {
  expect(planTiles({ width: 640, height: 480 })).toEqual({ columns: 4, rows: 3, tiles: 13 });
  expect(planTiles({ width: 640, height: 480, thumbnail: false })).toEqual({ columns: 4, rows: 3, tiles: 12 });
  expect(planTiles({ width: 448, height: 448 })).toEqual({ columns: 1, rows: 1, tiles: 1 });
});

// What CPython 3.11 printed for `sorted(set(...), key=lambda grid: grid[0] * grid[1])`.
test.each([
  { minTiles: 1, maxTiles: 6, order: '1x1 1x2 2x1 3x1 1x3 4x1 1x4 2x2 1x5 5x1 6x1 2x3 1x6 3x2' },
  {
    minTiles: 1,
    maxTiles: 12,
    order:
      '1x1 1x2 2x1 3x1 1x3 2x2 4x1 1x4 5x1 1x5 1x6 6x1 3x2 2x3 7x1 1x7 4x2 2x4 1x8 8x1 1x9 3x3 9x1 2x5 5x2 10x1 1x10 ' +
      '11x1 1x11 12x1 3x4 4x3 1x12 6x2 2x6',
  },
  {
    minTiles: 5,
    maxTiles: 16,
    order:
      '5x1 1x5 1x6 6x1 3x2 2x3 7x1 1x7 4x2 2x4 1x8 8x1 1x9 3x3 9x1 2x5 5x2 10x1 1x10 11x1 1x11 12x1 3x4 4x3 1x12 6x2 2x6 13x1 1x13 14x1 2x7 1x14 7x2 1x15 5x3 15x1 3x5 1x16 2x8 16x1 8x2 4x4',
  },
])('grids of $minTiles to $maxTiles tiles come in the order of Python', ({ minTiles, maxTiles, order }) => {
  const candidates = listCandidates({ width: 640, height: 480, minTiles, maxTiles });
  expect(candidates.map(({ columns, rows }) => `${columns}x${rows}`).join(' ')).toBe(order);
});

// Two grids equally near: the later wins where the image has more than half the pixels of its tiles.
test.each([
  { width: 750, height: 1000, minTiles: 1, maxTiles: 2, columns: 1, rows: 2, tied: ['1x1'] },
  { width: 75, height: 100, minTiles: 1, maxTiles: 2, columns: 1, rows: 1, tied: ['1x2'] },
  { width: 1280, height: 1024, minTiles: 2, maxTiles: 2, columns: 2, rows: 1, tied: ['1x2'] },
  { width: 320, height: 256, minTiles: 2, maxTiles: 2, columns: 1, rows: 2, tied: ['2x1'] },
  { width: 1250, height: 2000, minTiles: 4, maxTiles: 4, columns: 2, rows: 2, tied: ['1x4'] },
  { width: 3750, height: 1000, minTiles: 6, maxTiles: 7, columns: 3, rows: 2, tied: ['6x1'] },
])('a tie at $width x $height goes to $columns x $rows', ({ columns, rows, tied, ...request }) => {
  const candidates = listCandidates(request);
  const named = (outcome: string) =>
    candidates.filter((candidate) => candidate.outcome === outcome).map((grid) => `${grid.columns}x${grid.rows}`);
  expect(planTiles(request)).toMatchObject({ columns, rows });
  expect(named('chosen')).toEqual([`${columns}x${rows}`]);
  expect(named('tied')).toEqual(tied);
  expect(named('farther')).toHaveLength(candidates.length - 2);
});

test.each([
  [{ width: 0 }, 'width'],
  [{ height: 1.5 }, 'height'],
  [{ minTiles: 0 }, 'minTiles'],
  [{ maxTiles: Number.NaN }, 'maxTiles'],
  [{ minTiles: 13 }, 'maxTiles'],
  [{ maxTiles: 101 }, 'maxTiles'],
])('%j is refused by name', async (wrong, name) => {
  const request = { width: 10, height: 10, minTiles: 2, maxTiles: 100 };
  expect(planTiles(request).columns).toBeGreaterThan(1);
  const given = { ...request, maxTiles: 12, ...wrong };
  expect(await reportOf(() => planTiles(given))).toMatchObject({ code: 'invalid-argument', details: { name } });
  expect(await reportOf(() => listCandidates(given))).toMatchObject({ code: 'invalid-argument', details: { name } });
});

test('half of the pixels of smaller tiles is sooner exceeded', () => {
  // 1x1 and 2x2 are equally near; the later wins a tie above half of 4 tiles.
  const square = { width: 400, height: 400, maxTiles: 4, thumbnail: false };
  expect(planTiles(square)).toMatchObject({ columns: 1, rows: 1 });
  expect(planTiles({ ...square, tileSizePx: 224 })).toMatchObject({ columns: 2, rows: 2 });
});
