import { expect, test } from '@playwright/test';
import { interpolatePuOr, interpolateViridis } from 'd3-scale-chromatic';
import { AppPage, readTensor } from './app.ts';
import { colourOf, expectColours } from './colours.ts';
import { expectAccessible, expectLook } from './look.ts';
import { cosineBetween, rowNorms } from './token-math.ts';

/** coffee.png, 600 x 400, of at most two tiles: 2 x 1, which ties with one tile and wins by its area, and the thumbnail. */
const place = { columns: 2, rows: 1 };
const tiles = [0, 1, 2];

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
  await app.page.evaluate(() => window.tokenLens.run('samples/coffee.png', { mode: 'tiles', maxTiles: 2 }));
});
test.beforeEach(async () => {
  await app.reset();
  await app.page.getByRole('radio', { name: 'All tiles, assembled' }).check({ force: true });
});
test.afterEach(() => app.expectQuiet());

/** The tokens of one stage, tile by tile. */
async function readTiles(stage: 'dropped' | 'tokens') {
  const all = [];
  for (const tile of tiles) all.push(await readTensor(app.page, stage, { tile }));
  return all;
}

/** Values of tiles 0 and 1, side by side, row by row. */
function assemble(perTile: readonly (readonly number[])[], side: number): number[] {
  return Array.from({ length: side * side * 2 }, (_, cell) => {
    const [row, column] = [Math.floor(cell / (2 * side)), cell % (2 * side)];
    return perTile[Math.floor(column / side)]?.[row * side + (column % side)] ?? Number.NaN;
  });
}

test('a photo of two tiles and a thumbnail says so and stands assembled', async () => {
  const status = await app.status();
  expect(status.tiles).toBe(3);
  await expect(app.column('image')).toContainText('2 × 1 tiles + thumbnail');
  await expect(app.column('tokens')).toContainText('3 (768 tokens)');
  await expect(app.page.getByRole('radio', { name: /^Tile \d of 2/ })).toHaveCount(2);
  await expect(app.page.getByRole('radio', { name: 'Thumbnail' })).toHaveCount(1);
  await expectLook(app.page, 'tiles.png');
  await expectAccessible(app.page);
});

test('the assembled map is painted by the tensors of all tiles, on one scale', async () => {
  const norms = (await readTiles('tokens')).map(({ data, shape }) => rowNorms(data, shape[1] ?? 0));
  const [min, max] = [Math.min(...norms.flat()), Math.max(...norms.flat())];
  const expected = assemble(norms, 16).map((norm) => colourOf(interpolateViridis, norm, min, max));
  expectColours(await app.paintedTokens('tokens'), expected);
});

test('a token is outlined in its own tile, and the keys cross from tile to tile', async () => {
  await app.pointAt('dropped', 137, 'click', { tile: 1, ...place });
  for (const square of ['image', 'selected', 'dropped'] as const) {
    const lastOutline = async () => (await app.outlines(square, 2)).at(-1);
    await expect
      .poll(lastOutline)
      .toEqual({ left: 448 + 126, top: 56, right: 448 + 140, bottom: 70, strength: 'selected' });
  }
  expect(await app.outlines('tokens', 2)).toEqual([
    { left: 448 + 112, top: 56, right: 448 + 140, bottom: 84, strength: 'selected' },
  ]);
  await app.page.keyboard.press('Escape');

  await app.pointAt('dropped', 31, 'click', { tile: 0, ...place });
  // What the pointer rests on is outlined too.
  await app.page.mouse.move(0, 0);
  await app.walk('dropped').focus();
  await app.page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await app.outlines('dropped', 2)).at(-1)).toMatchObject({ left: 448, top: 0 });
});

test('cosine reaches from a token of one tile into the others', async () => {
  await app.chooseMap('Cosine');
  await app.pointAt('dropped', 137, 'click', { tile: 1, ...place });
  await expect.poll(async () => (await app.inspectedValues()).map(Number)).toContain(1);
  const all = await readTiles('dropped');
  const width = all[0]?.shape[1] ?? 0;
  const selected = all[1]?.data.subarray(137 * width, 138 * width) ?? new Float32Array();
  const cosines = all.map(({ data }) =>
    Array.from({ length: 1024 }, (_, row) => cosineBetween(data.subarray(row * width, (row + 1) * width), selected)),
  );
  expect(cosines[1]?.[137]).toBeCloseTo(1, 12);
  const expected = assemble(cosines, 32).map((cosine) => colourOf(interpolatePuOr, cosine, -1, 1));
  expectColours(await app.paintedTokens('dropped'), expected);
});

test('one tile is shown at a time, the thumbnail too, in the colours of the whole', async () => {
  const norms = (await readTiles('tokens')).map(({ data, shape }) => rowNorms(data, shape[1] ?? 0));
  const [min, max] = [Math.min(...norms.flat()), Math.max(...norms.flat())];
  for (const [name, tile] of [
    [/^Tile 2 of 2/, 1],
    ['Thumbnail', 2],
  ] as const) {
    await app.page.getByRole('radio', { name }).check({ force: true });
    const expected = norms[tile]?.map((norm) => colourOf(interpolateViridis, norm, min, max)) ?? [];
    expectColours(await app.paintedTokens('tokens'), expected);
  }
  await app.pointAt('image', 137, 'click');
  await expect(app.inspector).toContainText('thumbnail');
  await app.page.getByRole('radio', { name: /^Tile 1 of 2/ }).check({ force: true });
  expect(await app.outlines('image')).toEqual([]);
});

test('a run of many tiles can be cancelled: the last result stays, nothing is an error, the next run works', async () => {
  const before = await app.status();
  const painted = await app.paintedTokens('tokens');
  const code = app.page.evaluate(() =>
    window.tokenLens.run('samples/coffee.png', { mode: 'tiles', maxTiles: 12 }).then(
      () => null,
      (error) => error.code,
    ),
  );
  await app.page.getByRole('button', { name: 'Cancel' }).click();
  expect(await code).toBe('run-cancelled');
  await expect(app.alert).toHaveCount(0);
  expect((await app.status()).runId).toBe(before.runId);
  expect(await app.paintedTokens('tokens')).toEqual(painted);
  const next = await app.page.evaluate(() =>
    window.tokenLens.run('samples/coffee.png', { mode: 'tiles', maxTiles: 2 }),
  );
  expect(next.tiles).toMatchObject({ columns: 2, rows: 1, count: 3, hasThumbnail: true });
});
