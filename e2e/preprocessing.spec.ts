import { expect, test } from '@playwright/test';
import { AppPage, readTensor } from './app.ts';
import { expectAccessible, settle } from './look.ts';

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
});
test.afterEach(() => app.expectQuiet());

/** Runs a picture of 200 x 100 pixels: a red quarter, a green half, a blue quarter from left to right. */
function runStripes(options: Record<string, unknown>) {
  return app.page.evaluate(async (asked) => {
    const canvas = new OffscreenCanvas(200, 100);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no 2D canvas');
    for (const [left, width, colour] of [
      [0, 50, '#f00'],
      [50, 100, '#0f0'],
      [150, 50, '#00f'],
    ] as const) {
      context.fillStyle = colour;
      context.fillRect(left, 0, width, 100);
    }
    const file = await canvas.convertToBlob({ type: 'image/png' });
    return window.tokenLens.run(file, { name: 'stripes.png', ...asked }).then(
      ({ tiles, image }) => ({ tiles, size: [image.width, image.height] }),
      (error) => ({ code: error.code, message: error.message }),
    );
  }, options);
}

const [red, green, blue] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
];
const mean = [123, 116, 103];

/** The colours of a tile at these places, [x, y] in its 448 pixels. */
async function coloursAt(places: readonly (readonly [x: number, y: number])[], tile = 0): Promise<number[][]> {
  const { data } = await readTensor(app.page, 'resizedRgb', { tile });
  return places.map(([x, y]) => [...data.slice(3 * (y * 448 + x), 3 * (y * 448 + x) + 3)]);
}

test('whole: everything is squeezed into one tile', async () => {
  expect(await runStripes({ mode: 'single' })).toMatchObject({ tiles: { count: 1 }, size: [200, 100] });
  expect(
    await coloursAt([
      [10, 0],
      [224, 447],
      [437, 224],
    ]),
  ).toEqual([red, green, blue]);
});

test('pad: the mean colour above and below, in every byte', async () => {
  expect(await runStripes({ mode: 'pad' })).toMatchObject({ tiles: { count: 1 } });
  expect(
    await coloursAt([
      [0, 0],
      [447, 100],
      [10, 224],
      [224, 224],
      [200, 447],
    ]),
  ).toEqual([mean, mean, red, green, mean]);
});

test('crop: the middle alone', async () => {
  expect(await runStripes({ mode: 'crop' })).toMatchObject({ tiles: { count: 1 } });
  expect(
    await coloursAt([
      [20, 0],
      [224, 224],
      [427, 447],
    ]),
  ).toEqual([green, green, green]);
});

test('tiles: two of them, then the thumbnail', async () => {
  const run = await runStripes({ mode: 'tiles', minTiles: 1, maxTiles: 12, thumbnail: true });
  expect(run).toMatchObject({ tiles: { columns: 2, rows: 1, count: 3, hasThumbnail: true, isDefault: true } });
  const ends = [
    [10, 224],
    [437, 224],
  ] as const;
  expect(await coloursAt(ends, 0)).toEqual([red, green]);
  expect(await coloursAt(ends, 1)).toEqual([green, blue]);
  expect(await coloursAt(ends, 2)).toEqual([red, blue]);
  const without = await runStripes({ mode: 'tiles', thumbnail: false });
  expect(without).toMatchObject({ tiles: { count: 2, hasThumbnail: false, isDefault: false } });
});

test('options that make no sense are refused by name, and the last run stays', async () => {
  const { runId } = await app.status();
  for (const [options, name] of [
    [{ mode: 'nonsense' }, 'mode'],
    [{ mode: 'tiles', minTiles: 0 }, 'minTiles'],
    [{ mode: 'tiles', maxTiles: 1.5 }, 'maxTiles'],
    [{ mode: 'tiles', thumbnail: 'yes' }, 'thumbnail'],
  ] as const) {
    const refused = await runStripes(options);
    expect(refused).toMatchObject({ code: 'invalid-argument' });
    expect(JSON.stringify(refused)).toContain(name);
  }
  expect((await app.status()).runId).toBe(runId);
  expect(await runStripes({ mode: 'single' })).toMatchObject({ tiles: { count: 1 } });
});

test('the plan changes before anything runs, and runs when asked to', async () => {
  await app.page.evaluate(() => window.tokenLens.run('samples/coffee.png'));
  const { runId } = await app.status();
  const { page } = app;
  const rail = page.getByRole('complementary', { name: 'Source and model' });
  await app.choose('Mode', 'Tiles');
  await expect(rail).toContainText('As the checkpoint: tiles 1–12 + thumbnail (VITA: dynamic_preprocess).');
  await expect(rail).toContainText('3 × 2 tiles + thumbnail = 7 tiles, 1,792 tokens');

  await rail.getByLabel('Max tiles').fill('3');
  await expect(rail).toContainText('The checkpoint has: tiles 1–12 + thumbnail');
  const planned = await page.evaluate(() =>
    window.tokenLens.planTiles({ width: 600, height: 400, minTiles: 1, maxTiles: 3, thumbnail: true }),
  );
  await expect(rail).toContainText(
    `${planned.columns} × ${planned.rows} tiles + thumbnail = ${planned.tiles} tiles, ${planned.tiles * 256} tokens`,
  );
  await rail.getByLabel('Min tiles').fill('9');
  await expect(rail).toContainText('The minimum is above the maximum.');
  await rail.getByLabel('Min tiles').fill('1');
  await expect(rail).not.toContainText('The minimum is above the maximum.');
  expect((await app.status()).runId).toBe(runId);

  await rail.getByRole('button', { name: 'Run again with this' }).click();
  await expect.poll(async () => (await app.status()).tiles).toBe(planned.tiles);
  await expect(rail.getByRole('button', { name: 'Run again with this' })).toHaveCount(0);
  await rail.getByRole('button', { name: 'As the checkpoint' }).click();
  await expect(rail).toContainText('3 × 2 tiles + thumbnail = 7 tiles');
});

test('the tile plan weighs every grid and says why one won', async () => {
  const { page } = app;
  await page.evaluate(() => window.tokenLens.run('samples/coffee.png', { mode: 'single' }));
  await app.choose('Mode', 'Tiles');
  await page.getByRole('button', { name: 'Tile plan' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('coffee.png, 600 × 400 px');
  const rows = dialog.getByRole('table').last().locator('tbody tr');
  // Every (columns, rows) of at most 12 tiles.
  await expect(rows).toHaveCount(35);
  await expect(rows.locator('xpath=self::*[@data-outcome="chosen"]')).toHaveCount(1);
  await expect(dialog.locator('[data-outcome="chosen"]')).toContainText('3 × 2');
  await expect(dialog).toContainText('1,792');
  await expect(dialog).toContainText('7,168');
  await settle(page);
  await expect(dialog).toHaveScreenshot(['e2e', 'snapshots', 'tile-plan.png']);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});
