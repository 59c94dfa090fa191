import { expect, type Locator, test } from '@playwright/test';
import { formatBytes, formatCount, formatFlops } from '#panels/format.ts';
import { AppPage } from './app.ts';
import { expectAccessible, settle } from './look.ts';

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
});
test.beforeEach(() => app.reset());
test.afterEach(() => app.expectQuiet());
test.afterAll(() => run({ mode: 'single' }));

/** coffee.png as two tiles and a thumbnail. */
const threeTiles = { mode: 'tiles', maxTiles: 2, thumbnail: true } as const;

async function run(preparation: { readonly mode: 'single' } | typeof threeTiles): Promise<void> {
  await app.page.evaluate((options) => window.tokenLens.run('samples/coffee.png', options), preparation);
}

async function openBill(): Promise<Locator> {
  await app.page.keyboard.press('b');
  const dialog = app.page.getByRole('dialog', { name: 'The bill' });
  await expect(dialog).toBeVisible();
  return dialog;
}

interface Sizes {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly mlp: number;
  /** Experts that a token passes. */
  readonly experts: number;
}

/** As their config.json say. */
const published = {
  'Qwen2.5-0.5B': { layers: 24, hidden: 896, heads: 14, kvHeads: 2, headSize: 64, mlp: 4864, experts: 1 },
  'Qwen2.5-7B': { layers: 28, hidden: 3584, heads: 28, kvHeads: 4, headSize: 128, mlp: 18944, experts: 1 },
  'Mixtral 8x7B': { layers: 32, hidden: 4096, heads: 32, kvHeads: 8, headSize: 128, mlp: 14336, experts: 2 },
} as const satisfies Record<string, Sizes>;

/** FLOPs of the prefill and bytes of the cache over `tokens`, each matrix written out. */
function cost({ layers, hidden, heads, kvHeads, headSize, mlp, experts }: Sizes, tokens: number) {
  const queryAndOutput = 2 * hidden * heads * headSize;
  const keyAndValue = 2 * hidden * kvHeads * headSize;
  const weights = layers * (queryAndOutput + keyAndValue + experts * 3 * hidden * mlp);
  const pairs = tokens ** 2 / 2;
  const flops = 2 * tokens * weights + layers * heads * headSize * 4 * pairs;
  return { flops, bytes: layers * 2 * kvHeads * headSize * 2 * tokens };
}

/** Fails unless the table has the bill of `sizes` for `tiles` tiles. */
async function expectBill(dialog: Locator, sizes: Sizes, tiles: number): Promise<void> {
  const rowOf = (name: string) => dialog.getByRole('row', { name: new RegExp(`^${name}`) }).getByRole('cell');
  const [few, many] = [256 * tiles, 1024 * tiles];
  const [shuffled, unshuffled] = [cost(sizes, few), cost(sizes, many)];
  const texts = (tokens: number, { flops, bytes }: { flops: number; bytes: number }) => [
    formatCount(tokens),
    formatFlops(flops),
    formatBytes(bytes),
  ];
  await expect(rowOf('256 a tile')).toHaveText(texts(few, shuffled));
  await expect(rowOf('1024 a tile')).toHaveText(texts(many, unshuffled));
  const saved = { flops: unshuffled.flops - shuffled.flops, bytes: unshuffled.bytes - shuffled.bytes };
  await expect(rowOf('Saved')).toHaveText(texts(many - few, saved));
}

test('one tile is billed for each published model, and for typed sizes once they make sense', async () => {
  const { page } = app;
  const dialog = await openBill();
  await expect(dialog).toContainText('coffee.png: 1 tile');
  for (const [name, sizes] of Object.entries(published)) {
    await app.choose('Language model', name);
    await expectBill(dialog, sizes, 1);
  }

  await app.choose('Language model', 'Typed');
  const field = (name: string) => dialog.getByRole('spinbutton', { name });
  const problem = dialog.getByRole('status');
  // It begins with the sizes of the model that fits the connector best.
  const typed = { ...published['Qwen2.5-7B'] };
  await expectBill(dialog, typed, 1);
  await field('layers').fill('12');
  await expectBill(dialog, { ...typed, layers: 12 }, 1);
  for (const [name, wrong, right, reason] of [
    ['layers', '0', '12', 'layers: a whole number from 1 to 100,000.'],
    ['layers', '1.5', '12', 'layers: a whole number from 1 to 100,000.'],
    ['layers', '', '12', 'layers: a whole number from 1 to 100,000.'],
    ['key/value heads', '3', '4', 'The key/value heads must divide the heads.'],
    // Not `heads` alone, which the name of the other field ends with.
    [/^heads/, '27', '28', 'The heads must divide the hidden size.'],
  ] as const) {
    const input = typeof name === 'string' ? field(name) : dialog.getByRole('spinbutton', { name });
    await input.fill(wrong);
    await expect(problem).toHaveText(reason);
    await expect(input).toHaveAttribute('aria-invalid', 'true');
    // What is refused is not billed.
    await expectBill(dialog, { ...typed, layers: 12 }, 1);
    await input.fill(right);
    await expect(problem).toBeHidden();
    await expect(input).toHaveAttribute('aria-invalid', 'false');
  }
  await expectAccessible(page);
  await app.choose('Language model', 'Qwen2.5-7B');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('three tiles are billed together, and their tokens have places in both prompts', async () => {
  const { page } = app;
  await run(threeTiles);
  await app.pointAt('dropped', 530, 'click', { tile: 1, columns: 2, rows: 1 });
  const dialog = await openBill();
  await expect(dialog).toContainText('coffee.png: 3 tiles, thumbnail included');
  for (const [name, sizes] of Object.entries(published)) {
    await app.choose('Language model', name);
    await expectBill(dialog, sizes, 3);
  }
  await app.choose('Language model', 'Qwen2.5-7B');

  const prompts = dialog.getByRole('region', { name: 'Where the tokens stand in the prompt' });
  const strips = prompts.getByRole('img', { name: 'Text, then 3 × 256 tokens' });
  await expect(strips.nth(0)).toHaveText('…<img>123</img>…');
  await expect(strips.nth(1)).toHaveText('…123…');
  for (const strip of await strips.all()) {
    await expect(strip.locator('[data-kind="thumbnail"]')).toHaveText('3');
    await expect(strip.locator('[data-selected="true"]')).toHaveText('2');
  }
  // Patch 530 is in row 16, column 18: token 8 · 16 + 9 = 137 of the second tile.
  const places = prompts.getByRole('definition');
  await expect(places).toHaveText(['p + 1 … p + 768', 'p + 394', 'p … p + 767', 'p + 393']);
  await expect(prompts).toContainText('This run leaves 5,432 of them for text; at 1024 a tile it would leave 3,128.');

  await expectAccessible(page);
  // All of it at once, sources and prompts too; nothing in it is of this machine.
  const size = page.viewportSize();
  await page.setViewportSize({ width: 1440, height: 1640 });
  await settle(page);
  await expect(dialog).toHaveScreenshot(['e2e', 'snapshots', 'bill.png']);
  if (size) await page.setViewportSize(size);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});
