import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { parse } from 'npyjs';
import type { AutomationRunOptions } from '#app/automation.ts';
import type { TensorName, TensorRequest } from '#engine/protocol.ts';
import { parseWithHub } from '#testing/hub-safetensors.ts';
import { AppPage, readTensor } from './app.ts';
import { expectAccessible } from './look.ts';
import { decodePng, tokensOf } from './png.ts';

/** coffee.png as two tiles and a thumbnail. */
const twoTiles = { mode: 'tiles', maxTiles: 2 } as const;

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
  await runCoffee(twoTiles);
});
test.beforeEach(() => app.reset());
test.afterEach(() => app.expectQuiet());

async function runCoffee(preparation: AutomationRunOptions): Promise<void> {
  await app.page.evaluate((options) => window.tokenLens.run('samples/coffee.png', options), preparation);
}

async function openDialog(page: Page): Promise<Locator> {
  await page.keyboard.press('t');
  const dialog = page.getByRole('dialog', { name: 'Take away' });
  await expect(dialog).toBeVisible();
  return dialog;
}

async function closeDialog(dialog: Locator): Promise<void> {
  await dialog.page().keyboard.press('Escape');
  await expect(dialog).toBeHidden();
}

/** The bytes that a press of `button` saves, and the name they are saved under. */
async function save(page: Page, button: Locator): Promise<{ bytes: Uint8Array<ArrayBuffer>; name: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { bytes: new Uint8Array(await readFile(await download.path())), name: download.suggestedFilename() };
}

async function chooseStage(page: Page, stage: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Stage', exact: true }).click();
  await page.getByRole('option', { name: stage }).click();
}

const bitsOf = (data: Float32Array) => new Uint32Array(data.buffer, data.byteOffset, data.length);

test('every stage saved as .npy is the page’s own, bit for bit, with its facts beside it', async () => {
  const { page } = app;
  await runCoffee({ mode: 'single' });
  await app.pointAt('shuffled', 17, 'click');
  const dialog = await openDialog(page);
  const button = dialog.getByRole('button', { name: 'Download' });
  const selection = { kind: 'shuffled', tile: 0, index: 17 } as const;
  const stages: Readonly<Record<Exclude<TensorName, 'normed'>, readonly [TensorRequest, string]>> = {
    resizedRgb: [{}, 'coffee.resizedRgb.tile0.npy'],
    hiddenState: [{ layer: 2 }, 'coffee.hiddenState.layer2.tile0.npy'],
    selected: [{}, 'coffee.selected.tile0.npy'],
    dropped: [{}, 'coffee.dropped.tile0.npy'],
    shuffled: [{}, 'coffee.shuffled.tile0.npy'],
    hidden: [{}, 'coffee.hidden.tile0.npy'],
    activated: [{}, 'coffee.activated.tile0.npy'],
    tokens: [{}, 'coffee.tokens.tile0.npy'],
    classAttention: [{ layer: 3 }, 'coffee.classAttention.layer3.tile0.npy'],
    attention: [
      { layer: 3, selection, direction: 'to', head: 1 },
      'coffee.attention.to-shuffled17.head1.layer3.tile0.npy',
    ],
  };
  // The demo's connector has no LayerNorm.
  await expect(dialog.getByLabel('Stage').locator('option')).toHaveCount(Object.keys(stages).length);
  for (const [stage, [request, name]] of Object.entries(stages)) {
    await dialog.getByLabel('Stage').selectOption(stage);
    if (request.layer !== undefined) await dialog.getByLabel('Layer').selectOption(String(request.layer));
    if (request.selection) {
      await dialog.getByRole('button', { name: 'To token' }).click();
      await dialog.getByLabel('Head').selectOption('1');
    }
    const file = await save(page, button);
    expect(file.name).toBe(name);
    const { data, shape } = parse(file.bytes.buffer);
    const expected = await readTensor(page, stage as TensorName, request);
    expect(shape).toEqual(expected.shape);
    if (!(data instanceof Float32Array)) throw new Error('not float32');
    expect(bitsOf(data)).toEqual(bitsOf(expected.data));
  }

  const metadata = await save(page, dialog.getByRole('button', { name: 'Metadata (.json)' }));
  expect(metadata.name).toBe('coffee.attention.to-shuffled17.head1.layer3.tile0.json');
  expect(JSON.parse(new TextDecoder().decode(metadata.bytes))).toMatchObject({
    file: 'coffee.attention.to-shuffled17.head1.layer3.tile0.npy',
    shape: [1025],
    model: 'demo',
    layer: 3,
    token: 'shuffled 17',
    direction: 'to',
    head: 1,
    unit: 'attention probability',
  });
  await expect(dialog.getByRole('region', { name: 'The script' })).toContainText(
    'picked = attention[:, :, :, [67, 68, 99, 100]].mean(3)',
  );
  await expectAccessible(page);
  await closeDialog(dialog);
});

test('all tiles go into one .safetensors with what decides their values', async () => {
  const { page } = app;
  await runCoffee(twoTiles);
  const dialog = await openDialog(page);
  await expect(dialog.getByLabel('Tile')).toHaveValue('all');
  await expect(dialog.getByRole('group', { name: 'Format' }).getByRole('button').first()).toBeDisabled();
  await dialog.getByLabel('Stage').selectOption('shuffled');
  const { bytes, name } = await save(page, dialog.getByRole('button', { name: 'Download' }));
  expect(name).toBe('coffee.shuffled.safetensors');

  const { __metadata__: facts, ...tensors } = await parseWithHub(bytes);
  const { tiles, model } = await app.status();
  expect(Object.keys(tensors)).toHaveLength(tiles);
  expect(tiles).toBeGreaterThan(1);
  const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  for (let tile = 0; tile < tiles; tile += 1) {
    const entry = tensors[`shuffled.tile${tile}`];
    if (!entry) throw new Error(`no tile ${tile}`);
    const expected = await readTensor(page, 'shuffled', { tile });
    expect(entry).toMatchObject({ dtype: 'F32', shape: expected.shape });
    const data = new Float32Array(bytes.slice(start + entry.data_offsets[0], start + entry.data_offsets[1]).buffer);
    expect(bitsOf(data)).toEqual(bitsOf(expected.data));
  }
  expect(facts).toMatchObject({
    model: 'demo',
    layout: model?.layout,
    stage: 'shuffled',
    tile: 'all',
    image: 'coffee.png',
  });
  await closeDialog(dialog);
});

test('a map is saved as a picture with each token in its colour, and the script is for the chosen tensor', async () => {
  const { page } = app;
  await runCoffee({ mode: 'single' });
  const dialog = await openDialog(page);
  const { bytes, name } = await save(page, dialog.getByRole('button', { name: 'Pixel shuffle: PNG' }));
  expect(name).toBe('coffee.shuffled.norm.tile0.png');
  expect(tokensOf(await decodePng(page, bytes), 16, 16)).toEqual(await app.paintedTokens('shuffled'));

  const script = dialog.getByRole('region', { name: 'The script' });
  await expect(script).toContainText('# selected [1025, C]');
  await dialog.getByLabel('Stage').selectOption('tokens');
  await expect(script).toContainText('# tokens [256, D]');
  await expectAccessible(page);
  await closeDialog(dialog);
});

test('a picture of attention stands in the tile that it is of, and says what decides it', async () => {
  const { page } = app;
  await runCoffee(twoTiles);
  for (const key of ['a', '.', '.']) await page.keyboard.press(key);
  await app.choose('Direction', 'To token');
  await app.pointAt('dropped', 40, 'click', { tile: 1, columns: 2, rows: 1 });
  await expect(app.column('selected').locator('canvas')).toBeVisible();
  const painted = await app.paintedTokens('selected');

  const dialog = await openDialog(page);
  const button = dialog.getByRole('button', { name: 'Encoder: PNG' });
  await expect(button).toHaveAttribute(
    'title',
    'Encoder · Attention · demo · coffee.png · tile 2 · layer 6 · head 1 · to tile 2, patch 40',
  );
  const { bytes, name } = await save(page, button);
  expect(name).toBe('coffee.selected.attention.layer6.png');
  const saved = tokensOf(await decodePng(page, bytes), 64, 32);
  const ofTile = (tile: number) => (_: unknown, token: number) => Math.floor((token % 64) / 32) === tile;
  expect(saved.filter(ofTile(1))).toEqual(painted.filter(ofTile(1)));
  // The tile beside it has no map: white paper, no colour of the scale.
  expect(new Set(saved.filter(ofTile(0)).map(String))).toEqual(new Set(['255,255,255']));
  await closeDialog(dialog);
  await app.choose('Direction', 'From token');
  for (const key of [',', ',']) await page.keyboard.press(key);
});

test('what decides maps of the other kinds stands in their pictures', async () => {
  const { page } = app;
  await runCoffee({ mode: 'single' });
  const facts = async (square: string) => {
    const dialog = await openDialog(page);
    const title = await dialog.getByRole('button', { name: `${square}: PNG` }).getAttribute('title');
    await closeDialog(dialog);
    return title;
  };
  const chooseMore = async (kind: string) => {
    await page.getByRole('combobox', { name: 'More maps' }).click();
    await page.getByRole('option', { name: kind }).click();
    await expect(app.column('dropped').locator('canvas')).toBeVisible();
  };
  await app.pointAt('dropped', 40, 'click');
  // Rolled out through one block, which is soon done.
  await page.getByRole('slider', { name: 'Layer' }).fill('1');
  await chooseMore('Rollout');
  await app.choose('Heads', 'Max');
  await expect
    .poll(() => facts('Class token dropped'))
    .toBe('Class token dropped · Rollout · demo · coffee.png · layer 1 · maximum of the heads · discard 0 · patch 40');
  await chooseMore('Added');
  await app.choose('Added by', 'MLP');
  await expect.poll(() => facts('Encoder')).toBe('Encoder · Added · demo · coffee.png · layer 1 · added by MLP');
  await chooseMore('Channel');
  await page.getByRole('spinbutton', { name: 'Channel' }).fill('3');
  await page.locator('h1').click();
  await expect.poll(() => facts('Connector')).toBe('Connector · Channel · demo · coffee.png · channel 3');
});

test('every figure of the panels is saved from where it stands, as it is painted', async () => {
  const { page } = app;
  await runCoffee({ mode: 'single' });
  await app.pointAt('dropped', 40, 'click');
  await page.keyboard.press('a');
  for (const key of ['h', 'r', 'm', 'd']) await page.keyboard.press(key);
  await page.getByRole('button', { name: 'The factor 0.5' }).click();
  await page.getByRole('slider', { name: 'Step of the reduction' }).press('Home');

  const figures = [
    ...['hidden', 'activated'].map((layer) => [`[data-layer="${layer}"]`, `connector.${layer}`] as const),
    ...['shuffle', 'pooling', 'reshape'].map((way) => [`[data-way="${way}"]`, `reduction.${way}`] as const),
    ...['v2', 'v1'].map((order) => [`[data-order="${order}"]`, `reduction.order-${order}`] as const),
    ['[data-testid="factor"]', 'reduction.factor'],
    ...['own', 'other', 'similarity', 'difference', 'cosine'].map(
      (map) => [`[data-figure-map="${map}"]`, `tokens.${map}`] as const,
    ),
  ] as const;
  for (const [place, stage] of figures) {
    const figure = page.locator(place);
    // Its own map is the last: before it comes the picture of what a token covers.
    const canvas = figure.locator('canvas').last();
    await expect(canvas).toBeVisible();
    const { bytes, name } = await save(page, figure.getByRole('button', { name: 'Save as PNG' }));
    expect(name).toMatch(new RegExp(`^coffee\\.${stage}(\\.tile0)?\\.png$`));
    const { tokens, columns, rows } = await paintedIn(canvas);
    expect(tokensOf(await decodePng(page, bytes), columns, rows), place).toEqual(tokens);
  }

  const heads = page.getByRole('button', { name: 'Save as PNG: Attention · All heads' });
  const all = await save(page, heads);
  expect(all.name).toBe('coffee.heads.layer6.tile0.png');
  // Three heads, two a row, with a token between them.
  const sheet = tokensOf(await decodePng(page, all.bytes), 65, 65);
  for (const head of [0, 1, 2]) {
    const { tokens } = await paintedIn(page.getByRole('button', { name: `Head ${head}` }).locator('canvas'));
    const left = 33 * (head % 2);
    const top = 33 * Math.floor(head / 2);
    const own = Array.from({ length: 1024 }, (_, token) => 65 * (top + Math.floor(token / 32)) + left + (token % 32));
    expect(own.map((at) => sheet[at])).toEqual(tokens);
  }

  const fold = page.getByRole('button', { name: 'Save as PNG: The reduction' });
  const folded = await decodePng(page, (await save(page, fold)).bytes);
  const { tokens, columns } = await paintedIn(page.getByTestId('fold-picture'));
  const pixels = tokensOf(folded, columns, tokens.length / columns);
  // Patches lie in the cells of 16 px below the class token's place; each has its colour, and the gaps have none.
  const cells = Array.from(
    { length: 1024 },
    (_, patch) => (32 + 16 * Math.floor(patch / 32)) * columns + 16 * (patch % 32),
  );
  expect(cells.map((at) => pixels[at])).toEqual(cells.map((at) => tokens[at]));
  expect(new Set(cells.map((at) => String(pixels[at + 15])))).toEqual(new Set(['255,255,255']));
  await expectAccessible(page);
  for (const key of ['h', 'r', 'm', 'd']) await page.keyboard.press(key);
});

/** Red, green and blue of every pixel of a canvas. */
async function paintedIn(canvas: Locator): Promise<{ tokens: number[][]; columns: number; rows: number }> {
  return canvas.evaluate((element: HTMLCanvasElement) => {
    const { width, height } = element;
    const data = element.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    const tokens = Array.from({ length: width * height }, (_, token) => [...data.slice(4 * token, 4 * token + 3)]);
    return { tokens, columns: width, rows: height };
  });
}

test('keys of the page work anywhere but where one types, and the sheet lists them', async () => {
  const { page } = app;
  // Also while a dialog hides the page from assistive technology.
  const map = page.getByRole('group', { name: 'Map', exact: true, includeHidden: true });
  const chosen = map.locator('[data-pressed]');
  await page.keyboard.press('p');
  await expect(chosen).toHaveText('PCA');
  await page.keyboard.press('4');
  await expect(app.walk('shuffled')).toBeFocused();
  await page.keyboard.press('c');
  await expect(chosen).toHaveText('Cosine');
  await page.keyboard.press('Control+p');
  await expect(chosen).toHaveText('Cosine');
  await page.keyboard.press('a');
  await expect(chosen).toHaveText('Attention');

  const heads = page.getByRole('button', { name: 'All heads', exact: true });
  await page.keyboard.press('h');
  await expect(heads).toHaveAttribute('aria-expanded', 'true');
  await expect(heads).toBeFocused();
  await page.keyboard.press('h');
  await expect(heads).toHaveAttribute('aria-expanded', 'false');

  await page.keyboard.press('g');
  await expect(page.getByRole('spinbutton', { name: 'Token number' })).toBeFocused();
  await page.keyboard.press('n');
  await expect(chosen).toHaveText('Attention');

  await app.walk('image').focus();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Shortcuts' });
  const keysOf = (does: string) => sheet.locator('dl > div').filter({ hasText: does }).locator('kbd');
  await expect(keysOf('Map: L2 norm')).toHaveText(['n']);
  await expect(keysOf('Go to the first to fifth square')).toHaveText(['1', '2', '3', '4', '5']);
  await expect(keysOf('One layer down, up')).toHaveText(['[', ']']);
  for (const [does, key] of [
    ['Map: similarity to the class token', 's'],
    ['Map: attention rollout', 'f'],
    ['Map: what each half of a block adds', 'e'],
    ['Map: one channel', 'v'],
    ['Attention from the token, or to it', 'x'],
    ['Play the layers, or pause', 'l'],
  ] as const) {
    await expect(keysOf(does)).toHaveText([key]);
  }
  await expect(keysOf('Previous, next head of the attention map')).toHaveText([',', '.']);
  await expect(keysOf('Open or close:')).toHaveText(['h', 'r', 'm', 'd']);
  await expect(keysOf('Lock the token, or release it')).toHaveText(['Enter', 'Space']);
  await page.keyboard.press('n');
  await expect(chosen).toHaveText('Attention');
  await expectAccessible(page);
  await closeDialog(sheet);
  await page.keyboard.press('n');
  await expect(chosen).toHaveText('L2 norm');
});

test('the link restores kind, layer, head, tile, token and scale in a fresh browser', async ({ browser }) => {
  const { page } = app;
  await page.evaluate((options) => window.tokenLens.run('samples/chelsea.png', options), twoTiles);
  await runCoffee(twoTiles);
  await app.choose('Scale', 'Shared');
  for (const key of ['r', 'm', 'd']) await page.keyboard.press(key);
  await page.getByRole('slider', { name: 'Step of the reduction' }).press('End');
  await page.getByRole('spinbutton', { name: 'Hidden unit' }).fill('17');
  await chooseStage(page, 'Class token dropped');
  await page.locator('[data-tile="1"]').click();
  await page.keyboard.press('g');
  await page.keyboard.type('137');
  await page.keyboard.press('Enter');
  await page.locator('h1').click();
  for (const key of ['a', '[', '[', '.', '.', 'o']) await page.keyboard.press(key);
  await expect(app.column('selected').locator('canvas')).toHaveCount(2);
  const linkIn = (dialog: Locator) => dialog.getByRole('textbox', { name: 'Link to this view' });
  const dialog = await openDialog(page);
  const link = await linkIn(dialog).inputValue();
  expect(Object.fromEntries(new URL(link).searchParams)).toMatchObject({
    map: 'attention',
    layer: '4',
    head: '1',
    tile: '1',
    token: 'patch:137',
    scale: 'shared',
    blend: '0.4',
    mode: 'tiles',
    maxTiles: '2',
    panels: 'reduction,connector,compare',
    step: '3',
    unit: '17',
    compare: './samples/chelsea.png',
    compareStage: 'dropped',
  });
  await closeDialog(dialog);

  const context = await browser.newContext();
  const fresh = new AppPage(await context.newPage());
  await fresh.page.goto(link);
  await fresh.page.evaluate(() => window.tokenLens.ready);
  await expect(fresh.inspector).toContainText('patch 137');
  await expect(fresh.inspector).toContainText('locked');
  await expect(fresh.column('selected').locator('canvas')).toHaveCount(2);
  await expect(fresh.page.getByRole('checkbox', { name: 'Image below the maps' })).toBeChecked();
  await expect.poll(() => fresh.paintedTokens('selected')).toEqual(await app.paintedTokens('selected'));
  await expect(fresh.page.getByRole('slider', { name: 'Step of the reduction' })).toHaveValue('3');
  await expect(fresh.page.getByRole('spinbutton', { name: 'Hidden unit' })).toHaveValue('17');
  await expect(fresh.page.getByRole('combobox', { name: 'Compared with' })).toContainText('chelsea.png');
  await expect(fresh.page.getByRole('combobox', { name: 'Stage', exact: true })).toHaveText('Class token dropped');
  await expect(linkIn(await openDialog(fresh.page))).toHaveValue(link);
  await page.keyboard.press('o');
  fresh.expectQuiet();
  await context.close();
});
