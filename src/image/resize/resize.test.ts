import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Placement, planPlacements } from '#image/placement.ts';
import { publishedTiling } from '#image/tile-plan.ts';
import { publishedGrid } from '#tensor/grid.ts';
import { reportOf } from '#testing/errors.ts';
import { defaultLimits } from '#testing/limits.ts';
import { noiseBytes } from '#testing/values.ts';
import { resizeReference } from './resize.reference.ts';
import { planResize } from './resize.ts';
import { planTaps } from './taps.ts';

// The first half of the SHA-256 of what Pillow 12.3 makes of the same noise: Image.resize(to, Image.BICUBIC).
test.each([
  { width: 1, height: 1, to: [448, 448], sha256: 'b425d9f72f380018ec8726df69dc3886' },
  { width: 7, height: 3, to: [448, 448], sha256: 'c8244225a2b2fccb117cb59742d4188e' },
  { width: 448, height: 300, to: [448, 448], sha256: '3b4230b88a58380ba7fd0e9d7e82eb1d' },
  { width: 451, height: 448, to: [448, 448], sha256: 'fb75677f0f13985bf8ec7baf89be97a6' },
  { width: 1345, height: 1793, to: [448, 448], sha256: 'ca11fa36820f88176b4d73f3e0814697' },
  { width: 3001, height: 37, to: [1344, 448], sha256: '842ccdc4c371adcf3e46c883cae3ca5b' },
  { width: 61, height: 1999, to: [448, 896], sha256: 'af22d3eb0cb07e1d648ff8205c274c0b' },
  { width: 4000, height: 30, to: [448, 448], sha256: 'a9df08de154949fc31ded40738592eea' },
])('the reference gives the bytes of Pillow: $width x $height to $to', ({ width, height, to, sha256 }) => {
  const [toWidth = 0, toHeight = 0] = to;
  const rgb = noiseBytes(width * height * 3);
  const size = { width: toWidth, height: toHeight };
  const resized = resizeReference({ width, height, rgb }, size, { ...size, left: 0, top: 0 });
  expect(createHash('sha256').update(resized).digest('hex').slice(0, 32)).toBe(sha256);
});

test('a pass that changes no size copies', () => {
  const { table, pitch } = planTaps(448, 448, 0, 448);
  const lines = Array.from({ length: 448 }, (_, line) => [...table.subarray(line * pitch, (line + 1) * pitch)]);
  expect(lines.every(([first = 0, , ...weights], line) => weights[line - first] === 2 ** 22)).toBe(true);
  expect(lines.every(([, , ...weights]) => weights.filter((weight) => weight !== 0).length === 1)).toBe(true);
});

const wholeOf = (width: number, height: number): Placement => {
  const [placement] = planPlacements(
    { width, height },
    { ...publishedTiling, mode: 'single' },
    publishedGrid,
  ).placements;
  if (!placement) throw new Error('no placement');
  return placement;
};

test('a plan of an ordinary photo is one band over the whole image', () => {
  const image = { width: 600, height: 400 };
  const { bands, stripShape, middleShape } = planResize(
    { image, placement: wholeOf(600, 400), firstTile: 0 },
    defaultLimits,
  );
  expect(bands.map(({ stripRows }) => stripRows)).toEqual([{ start: 0, end: 400 }]);
  expect(stripShape).toEqual([400, 640]);
  expect(middleShape).toEqual([400, 448]);
});

test.each([
  { mode: 'tiles', width: 12000, height: 9000 },
  { mode: 'tiles', width: 9000, height: 12000 },
  { mode: 'single', width: 12000, height: 9000 },
  { mode: 'pad', width: 12000, height: 9000 },
  { mode: 'crop', width: 12000, height: 9000 },
  { mode: 'crop', width: 3, height: 30000 },
] as const)('$width x $height, $mode: every buffer stays below 64 MiB and every row is made once', (request) => {
  const { mode, ...image } = request;
  const { placements } = planPlacements(image, { ...publishedTiling, mode }, publishedGrid);
  for (const placement of placements) {
    const plan = planResize({ image, placement, firstTile: 0 }, defaultLimits);
    for (const [rows = 0, columns = 0] of [plan.stripShape, plan.middleShape]) {
      expect(4 * rows * columns).toBeLessThanOrEqual(64 * 2 ** 20);
    }
    expect(4 * plan.columnTaps.table.length).toBeLessThan(2 ** 20);
    expect(4 * plan.rowTaps.table.length).toBeLessThan(2 ** 20);
    const rows = plan.bands.map(({ vertical }) => vertical.outputShape[0] ?? 0);
    expect(rows.reduce((sum, count) => sum + count, 0)).toBe(448 * placement.cut.rows);
    for (const { stripRows } of plan.bands) {
      expect(stripRows.start).toBeGreaterThanOrEqual(0);
      expect(stripRows.end).toBeLessThanOrEqual(image.height);
    }
  }
});

test('less memory makes more bands, never fewer than a row', () => {
  const image = { width: 600, height: 400 };
  const request = { image, placement: wholeOf(600, 400), firstTile: 0 };
  const bandsOf = (bytes: number) => planResize(request, defaultLimits, bytes).bands.length;
  expect([64 * 2 ** 20, 4 * 640 * 50, 1].map(bandsOf)).toEqual([1, 9, 448]);
});

test('a cut outside what is resized is refused', async () => {
  const request = { image: { width: 600, height: 400 }, placement: wholeOf(600, 400), firstTile: 0 };
  expect(planResize(request, defaultLimits).bands).toHaveLength(1);
  const placement = { ...request.placement, cut: { ...request.placement.cut, left: 1 } };
  const report = await reportOf(() => planResize({ ...request, placement }, defaultLimits));
  expect(report).toMatchObject({ code: 'invalid-argument', details: { name: 'cut' } });
});

test('a device too small for one output row is told so', async () => {
  const request = { image: { width: 600, height: 400 }, placement: wholeOf(600, 400), firstTile: 0 };
  const limits = { ...defaultLimits, maxStorageBufferBindingSize: 4 * 640 * 8 };
  expect(planResize(request, limits, 4 * 640 * 8).bands.length).toBeGreaterThan(1);
  const tooSmall = { ...defaultLimits, maxStorageBufferBindingSize: 4 * 640 * 2 };
  expect(await reportOf(() => planResize(request, tooSmall, 4 * 640 * 2))).toMatchObject({
    code: 'gpu-limit-exceeded',
  });
});
