import { expect, test } from '@playwright/test';
import { formatBytes } from '#panels/format.ts';
import { AppPage, readTensor } from './app.ts';
import { expectPainted } from './painted.ts';
import { rowNorms } from './token-math.ts';

/** Names of things, formulas and formats: the same in every language. */
const untranslated =
  /\b\w+_\w+\b|Token Lens|English|token|PCA|MLP|RGB|ViT|VITA|InternVL|ONNX|onnx|URL|hub|Hugging Face|config\.json|safetensors|WebGPU|WASM|GPU|float\d+|int\d|uint8|BF16|CC0|NASA|SpaceX|Stefan van der Walt|Rachel Michetti|Chelsea|demo|coffee\.png|Viridis|Page Up|Page Down|Home|End|Esc|\b[A-Z]\b|\b\d*C\b|\bms?\b|\bL2\b|\bx\b|\bM\b/g;

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.open(await browser.newPage(), { lang: 'zh' });
});
test.afterEach(() => app.expectQuiet());
test.afterAll(() => app.page.close());

test('the address chooses the language; it changes in place and leaves no English behind', async () => {
  const { page } = app;
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  const { runId } = await app.status();
  await page.evaluate(() => Object.assign(window, { marker: 'still here' }));
  await app.choose('语言', 'English');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('heading', { name: 'Pixel shuffle' })).toBeVisible();

  await app.choose('Language', '中文');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await expect(page.getByRole('heading', { name: '像素重排' })).toBeVisible();
  const words = await page.locator('body').textContent();
  expect(words?.replaceAll(untranslated, ' ').match(/[A-Za-z]{2,}/g) ?? []).toEqual([]);
  expect(await page.evaluate(() => Reflect.get(window, 'marker'))).toBe('still here');
  expect((await app.status()).runId).toBe(runId);
});

test('language, theme, rail, inspector and panels stay over a reload', async () => {
  const { page } = app;
  await app.choose('语言', 'English');
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await app.choose('Theme', 'Dark theme');
  const dark = await paper();
  expect(dark).not.toBe(light);
  await app.choose('Theme', 'System theme');
  await expect.poll(paper).toBe(light);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(paper).toBe(dark);
  await app.choose('Theme', 'Light theme');
  await expect.poll(paper).toBe(light);
  await app.choose('Theme', 'Dark theme');

  await page.getByRole('button', { name: 'Hide source and model' }).click();
  await page.getByRole('button', { name: 'Inspector' }).click();
  await expect(app.inspector).toContainText('Point at a token');
  const panel = (name: string) => page.getByRole('button', { name, exact: true });
  await panel('The reduction').click();
  // In so little memory no more than the layers of one tile fit.
  await page.goto(`/?${new URLSearchParams({ layerMemory: '1', mode: 'tiles', maxTiles: '2' })}`);
  await page.evaluate(() => window.tokenLens.ready);
  await expect(panel('The reduction')).toHaveAttribute('aria-expanded', 'true');
  await expect(page.getByRole('region', { name: 'Step by step' })).toBeVisible();
  await expect(panel('Inside the connector')).toHaveAttribute('aria-expanded', 'false');
  await panel('The reduction').click();
  await expect(page.getByRole('button', { name: 'Show source and model' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Inspector' })).toHaveAttribute('aria-expanded', 'true');
  expect(await paper()).toBe(dark);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

/** What each cell of the strip is mixed of ink, in percent; null: not tinted. */
async function tints({ page }: AppPage): Promise<(number | null)[]> {
  const styles = await page
    .locator('i[data-unmade], i[data-unmade] ~ i')
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('style') ?? ''));
  return styles.map((style) => {
    const percent = /--ink\) (\d+)%/.exec(style)?.[1];
    return percent === undefined ? null : Number(percent);
  });
}

test('the strip is tinted unasked where that costs little; what is not kept is computed again, and that is said', async () => {
  const { page } = app;
  const strip = page.getByRole('region', { name: 'Layer and head' });
  const slider = page.getByRole('slider', { name: 'Layer' });
  const tintsOf = async (tile: number) => {
    const { changes } = await page.evaluate((number) => window.tokenLens.layerChanges(number), tile);
    const most = Math.max(...changes);
    return [null, ...changes.map((change) => Math.round((80 * change) / most))];
  };
  // Nothing was asked of the strip so far, nor encoded again.
  await expect(strip.locator('[data-due]')).toHaveCount(0);
  const unasked = await tints(app);
  const before = await app.status();
  expect(before.inspection).toMatchObject({ encodedAgain: 0, keptTiles: 1, mostLayersByteLength: 2 ** 20 });
  expect(unasked).toEqual(await tintsOf(0));
  await expect(strip).not.toContainText('computed again');

  await page.getByRole('radio', { name: /^Tile 2 of 2/ }).check({ force: true });
  await expect(strip.locator('[data-due]')).toHaveCount(0);
  expect(await tints(app)).toEqual(Array.from({ length: 7 }, () => null));
  expect((await app.status()).inspection.encodedAgain).toBe(0);
  await slider.press('ArrowLeft');
  await expect(strip).toContainText('The layers of this tile are not kept: computed again.');
  const { data, shape } = await readTensor(page, 'hiddenState', { layer: 5, tile: 1 });
  const [, ...norms] = rowNorms(data, shape[1] ?? 0);
  await expectPainted(app, 'selected', norms);
  await expect(strip.locator('[data-due]')).toHaveCount(0);
  expect(await tints(app)).toEqual(await tintsOf(1));

  await page.getByRole('radio', { name: 'All tiles, assembled' }).check({ force: true });
  await expect(strip).toContainText(/The layers of \d tiles are not kept: computed again\./);
  await app.goBack();
  await expect(strip).not.toContainText('tiles are not kept');
  await page.getByRole('radio', { name: /^Tile 1 of 2/ }).check({ force: true });
  await page.keyboard.press('e');
  await expect(strip).toContainText(
    'What a block holds between its halves is never kept: this tile was computed again.',
  );

  const { inspection } = await app.status();
  expect(inspection.keptTiles).toBe(1);
  expect(inspection.encodedAgain).toBeGreaterThanOrEqual(5);
  await page.getByRole('button', { name: 'Diagnostics' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(`${formatBytes(inspection.layersByteLength)} of at most ${formatBytes(2 ** 20)}`);
  await expect(dialog).toContainText(`up to ${formatBytes(inspection.scratchByteLength)}`);
  // Queries and keys [1025, 192] each, log sums [3, 1025], the matrix [1025, 1025], two rows.
  expect(inspection.scratchByteLength).toBe(4 * (2 * 1025 * 192 + 3 * 1025 + 1025 ** 2 + 2 * 1025));
  await page.keyboard.press('Escape');
});
