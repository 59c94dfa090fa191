import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { Square } from '#state/lineage.ts';
import { type MockHub, startMockHub } from '#testing/mock-hub.ts';
import { gridVariants, type ModelVariant, writeVariantFiles } from '#testing/model-variant.ts';
import { AppPage, readTensor } from './app.ts';
import { expectPainted } from './painted.ts';
import { rowNorms } from './token-math.ts';

/** Models whose tiles, patches and shuffles are of other sizes than the published ones, as the page shows them. */

let app: AppPage;
let hub: MockHub;
const root = mkdtempSync(join(tmpdir(), 'token-lens-grids-'));

test.beforeAll(async ({ browser }) => {
  for (const [index, variant] of gridVariants.entries()) {
    for (const [path, bytes] of writeVariantFiles(variant)) {
      const file = join(root, `grids-${index}`, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
  }
  hub = await startMockHub(root);
  app = await AppPage.shared(browser);
});
test.beforeEach(() => app.reset());
test.afterEach(() => app.expectQuiet());
test.afterAll(async () => {
  await hub.close();
  rmSync(root, { recursive: true });
});

/** Loads the variant that is meant, and runs the sample as one tile. */
async function load(isIt: (variant: ModelVariant) => boolean): Promise<void> {
  const index = gridVariants.findIndex(isIt);
  const connector = gridVariants[index]?.layout === 'vita' ? { connector: `grids-${index}/connector` } : {};
  const request = { model: `grids-${index}/model`, ...connector, hub: hub.origin };
  await app.page.evaluate(async (asked) => {
    await window.tokenLens.load(asked);
    // The image on show would run again first.
    window.tokenLens.cancel();
    await window.tokenLens.run('samples/coffee.png', { mode: 'single' });
  }, request);
}

/** Rows and columns of the map in a square. */
async function sizeOf(square: Square): Promise<readonly number[]> {
  return app
    .grid(square)
    .locator('canvas')
    .last()
    .evaluate((canvas: HTMLCanvasElement) => [canvas.height, canvas.width]);
}

/** Everything that the page says now; a place in a text that nothing filled would stand there in braces. */
async function expectFilled(): Promise<void> {
  expect((await app.page.locator('#root, [role="dialog"]').allTextContents()).join(' ')).not.toMatch(
    /\{\{|NaN|undefined/,
  );
}

const facts = () => app.inspector.locator('dl').locator('dt, dd').allTextContents();
const reduction = () => app.page.getByRole('region', { name: 'The reduction' });
const openReduction = () => app.page.getByRole('button', { name: /^The reduction/ }).click();

test('224 px in patches of 14: 257 tokens become 64, on every square, in the inspector and on the bill', async () => {
  await load(({ layout }) => layout === 'vita');
  for (const [square, count] of [
    ['image', '224²'],
    ['selected', '257'],
    ['dropped', '256'],
    ['shuffled', '64'],
    ['tokens', '64'],
  ] as const) {
    await expect(app.column(square)).toContainText(count);
  }
  await expect(app.column('image')).toContainText('16 × 16 patches');
  for (const square of ['selected', 'dropped'] as const) expect(await sizeOf(square)).toEqual([16, 16]);
  for (const square of ['shuffled', 'tokens'] as const) expect(await sizeOf(square)).toEqual([8, 8]);
  const { data, shape } = await readTensor(app.page, 'shuffled');
  expect(shape).toEqual([64, 64]);
  const norms = rowNorms(data, 64);

  // Row 2, column 1 of 16 is the top right of row 1, column 0 of 8.
  await app.pointAt('dropped', 33, 'click', undefined, 16);
  expect(await facts()).toEqual(
    expect.arrayContaining([
      ...['patch', '33', 'row, column (from 0)', '2, 1', 'pixels', 'x 14–27, y 28–41', 'position in 257', '34'],
      ...[
        'shuffled token',
        '8 (1, 0)',
        'channel block',
        '2 of 4, top-right',
        '8 of 64',
        'p + 8, behind p tokens of text',
      ],
    ]),
  );
  expect(Number((await app.inspectedValues())[2])).toBeCloseTo(norms[8] ?? Number.NaN, 2);

  await app.page.keyboard.press('b');
  const bill = app.page.getByRole('dialog', { name: 'The bill' });
  await expect(bill).toContainText('64 a tile');
  await expect(bill).toContainText('256 a tile');
  await expect(bill).toContainText('p + 64 · (k − 1) + t');
  await expectFilled();
  await app.page.keyboard.press('Escape');
});

test('another grid frees the token that was locked, and shows its own', async () => {
  await load(({ means }) => means.shuffleFactor === 4);
  await expect(app.inspector).not.toContainText('locked');
  expect(await sizeOf('dropped')).toEqual([8, 8]);
  expect(await sizeOf('tokens')).toEqual([2, 2]);
  // Row 1, column 6 of 8 is row 1, column 2 of the 4 x 4 that become row 0, column 1 of 2.
  await app.pointAt('dropped', 14, 'click', undefined, 8);
  expect(await facts()).toEqual(
    expect.arrayContaining(['shuffled token', '1 (0, 1)', 'channel block', '7 of 16, row 1, column 2']),
  );
  await openReduction();
  await expect(reduction()).toContainText('128 / 16 = 8');
  await expect(reduction()).toContainText('64 / 16 = 4');
  await expect(reduction().locator('[data-way="pooling"]')).toContainText('4 × 4 patches, 64 × 64 px');
  await expect(reduction().locator('[data-way="shuffle"] [data-figure="lost"]')).toHaveText('0 %');
  await expect(reduction().getByTestId('close-up').getByRole('listitem')).toHaveCount(16);
  await expectFilled();
  await app.choose('Language', '中文');
  await expectFilled();
  await app.choose('语言', 'English');
  await openReduction();
});

test('where nothing is folded the page says so', async () => {
  await load(({ means }) => means.shuffleFactor === 1);
  for (const square of ['dropped', 'shuffled', 'tokens'] as const) expect(await sizeOf(square)).toEqual([4, 4]);
  await expect(app.column('dropped')).toContainText('nothing is folded');
  await openReduction();
  await expect(reduction()).toContainText('a token stays a token');
  await expect(reduction().locator('[data-way]')).toHaveCount(0);
  await expectFilled();
  await openReduction();
});

test('a norm behind the last block is one layer more, which the maps of blocks do not have', async () => {
  await load(({ layout }) => layout === 'internvl-vision');
  const { page } = app;
  const layer = page.getByRole('slider', { name: 'Layer' });
  const heading = app.column('selected').getByRole('heading');
  const expectNorms = async (state: number) => {
    const { data, shape } = await readTensor(page, 'hiddenState', { layer: state });
    await expectPainted(app, 'selected', rowNorms(data, shape[1] ?? 0).slice(1));
  };
  await expect(layer).toHaveAttribute('aria-valuetext', 'final LayerNorm, after block 2, goes on');
  await expect(heading).toHaveText('Encoder');
  await expectNorms(3);

  await page.keyboard.press('[');
  await expect(layer).toHaveAttribute('aria-valuetext', 'hidden state 2 of 2');
  await expect(heading).toHaveText('Encoder · hidden state 2 of 2');
  await expectNorms(2);
  await app.goBack();

  await app.pointAt('dropped', 5, 'click', undefined, 4);
  await app.chooseMap('Attention');
  await expect(heading).toHaveText('Encoder · block 2 of 2');
  await expect(page.getByRole('button', { name: 'Back to the layer that goes on' })).toBeDisabled();
  await page.keyboard.press('[');
  await expect(heading).toHaveText('Encoder · block 1 of 2');
  await expectFilled();
});
