import { expect, test } from '@playwright/test';
import { interpolatePuOr, interpolateViridis } from 'd3-scale-chromatic';
import { Matrix } from 'ml-matrix';
import { mostOutputByteLengthOf } from '#engine/encoder-outputs.ts';
import type { MapRequest, TokenStage } from '#engine/protocol.ts';
import { formatBytes, formatShare, formatValue } from '#panels/format.ts';
import { neighbourhood } from '#state/map-statistics.ts';
import { patchesOfShuffledToken, publishedGrid } from '#tensor/grid.ts';
import { AppPage, expectWithin, readTensor } from './app.ts';
import { colourOf, expectColours } from './colours.ts';
import { expectAccessible, expectLook, expectPartLook } from './look.ts';
import { fitAxes, scoreOn, sharesOn, spanAngle } from './principal-axes.ts';
import { rowCosines } from './token-math.ts';

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
});
test.beforeEach(() => app.reset());
test.afterEach(() => app.expectQuiet());

/** Cells a side. */
const sides = { dropped: 32, tokens: 16 } as const;
const asRow = (values: readonly number[]) => Float32Array.from(values);

/** The answer to `request`, of one stage and tile. */
async function readMap(stage: TokenStage, request: Omit<MapRequest, 'runId'>, tile = 0) {
  return app.page.evaluate(
    async ([name, asked, of]) => {
      const { maps, axes } = await window.tokenLens.maps(asked);
      const map = maps.find((one) => one.stage === name && one.tile === of);
      return {
        values: [...(map?.values ?? [])],
        classToken: map?.classToken ? [...map.classToken] : null,
        shares: map?.explainedVariance ?? [],
        axes: axes.find((one) => one.stage === name) ?? null,
      };
    },
    [stage, request, tile] as const,
  );
}

/** Whether each token painted in a square is opaque. */
async function opaqueTokens(stage: TokenStage): Promise<boolean[]> {
  return app
    .grid(stage)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => {
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return Array.from({ length: data.length / 4 }, (_, token) => data[4 * token + 3] === 255);
    });
}

async function chooseFurther(kind: string): Promise<void> {
  await app.page.getByRole('combobox', { name: 'More maps' }).click();
  await app.page.getByRole('option', { name: kind }).click();
}

/** Cosines of a tile's patches to its class token. */
async function cosinesToClass(request: Parameters<typeof readTensor>[2], name: 'selected' | 'hiddenState') {
  const { data, shape } = await readTensor(app.page, name, request);
  const [ofItself, ...patches] = rowCosines(data, shape[1] ?? 0, 0);
  return { ofItself, patches };
}

test('class similarity: every patch by its cosine to the class token, behind the shuffle the mean of four', async () => {
  const { patches } = await cosinesToClass({}, 'selected');
  const means = Array.from({ length: 256 }, (_, token) =>
    patchesOfShuffledToken(token, publishedGrid).reduce((sum, patch) => sum + (patches[patch] ?? Number.NaN) / 4, 0),
  );
  await chooseFurther('Class similarity');
  for (const [stage, cosines] of [
    ['selected', patches],
    ['dropped', patches],
    ['shuffled', means],
  ] as const) {
    const { values } = await readMap(stage, { kind: 'class' });
    expectWithin(asRow(values), asRow(cosines), 1e-5);
    await expect(app.column(stage).getByRole('img', { name: 'cosine from −1 to 1' })).toBeVisible();
    expectColours(
      await app.paintedTokens(stage),
      cosines.map((cosine) => colourOf(interpolatePuOr, cosine, -1, 1)),
    );
  }
  const { classToken } = await readMap('selected', { kind: 'class' });
  expect(Math.abs((classToken?.[0] ?? Number.NaN) - 1)).toBeLessThanOrEqual(1e-5);
  await expect(app.column('tokens')).toContainText('of another space than the class token');
  // Nothing is outlined over what stands in place of a map.
  await app.pointAt('dropped', 137);
  await expect.poll(() => app.outlines('shuffled')).toHaveLength(1);
  expect(await app.outlines('tokens')).toEqual([]);
  expect((await readMap('tokens', { kind: 'class' })).values).toEqual([]);

  await app.page.getByRole('slider', { name: 'Layer' }).press('Home');
  const early = await cosinesToClass({ layer: 0 }, 'hiddenState');
  await expect
    .poll(async () => (await app.paintedTokens('selected'))[0])
    .not.toEqual((await app.paintedTokens('dropped'))[0]);
  expectColours(
    await app.paintedTokens('selected'),
    early.patches.map((cosine) => colourOf(interpolatePuOr, cosine, -1, 1)),
  );
  await app.page.getByRole('button', { name: 'How to read this map' }).click();
  await expect(app.page.getByRole('dialog')).toContainText('mean of its four patches’ cosines');
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('button', { name: 'Back to the layer that goes on' }).click();
});

test('cosine without a neighbourhood: its cells are left clear, out of the scale and of the ranking', async () => {
  const { page } = app;
  await app.chooseMap('Cosine');
  await app.pointAt('dropped', 137, 'click');
  await app.choose('Scale', 'Data range');
  // By keyboard alone: nothing, the token, radius 1, radius 2.
  await page.getByRole('combobox', { name: 'Leave out' }).press('Enter');
  for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Leave out' })).toHaveText('radius 2');
  const top = page.getByRole('spinbutton', { name: 'Mark the top' });
  await top.fill('5');
  await expect(top).toHaveValue('5');

  for (const [stage, token] of [
    ['dropped', 137],
    ['tokens', 36],
  ] as const) {
    const { data, shape } = await readTensor(page, stage);
    const cosines = rowCosines(data, shape[1] ?? 0, token);
    const { values } = await readMap(stage, { kind: 'cosine', selection: { kind: 'patch', tile: 0, index: 137 } });
    expectWithin(asRow(values), asRow(cosines), 1e-5);

    const excluded = new Set(neighbourhood(token, 2, sides[stage]));
    expect(excluded.size).toBe(25);
    const left = cosines.map((value, index) => ({ value, index })).filter(({ index }) => !excluded.has(index));
    const [min, max] = [Math.min(...left.map(({ value }) => value)), Math.max(...left.map(({ value }) => value))];
    await expect(
      app.column(stage).getByRole('img', { name: `from ${formatValue(min)} to ${formatValue(max)}` }),
    ).toBeVisible();
    expect((await opaqueTokens(stage)).flatMap((opaque, index) => (opaque ? [] : [index]))).toEqual(
      [...excluded].sort((a, b) => a - b),
    );
    const painted = await app.paintedTokens(stage);
    expectColours(
      left.map(({ index }) => painted[index] ?? []),
      left.map(({ value }) => colourOf(interpolateViridis, value, min, max)),
    );

    const ranked = left.sort((a, b) => b.value - a.value).slice(0, 5);
    const marks = app.grid(stage).locator('[data-top]');
    await expect(marks).toHaveCount(5);
    const marked = await marks.evaluateAll((all) => all.map((mark) => mark.getAttribute('data-token')));
    expect(marked).toEqual(ranked.map(({ index }) => `0:${index}`));
    const name = stage === 'dropped' ? 'Class token dropped' : 'Connector';
    await expect(page.getByRole('region', { name: `Most similar in ${name}` }).getByRole('listitem')).toHaveText(
      ranked.map(({ index, value }) => new RegExp(`\\b${index}\\s*${formatValue(value).replace('.', '\\.')}$`)),
    );
  }

  // The first of the list becomes the selection.
  const first = page.getByRole('region', { name: 'Most similar in Class token dropped' }).getByRole('button').first();
  const chosen = await first.textContent();
  await first.press('Enter');
  await expect(app.inspector.locator('strong')).toHaveText(chosen ?? '');

  await top.fill('0');
  await expect(app.grid('dropped').locator('[data-top]')).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Leave out' }).click();
  await page.getByRole('option', { name: 'nothing' }).click();
  await expect.poll(async () => (await opaqueTokens('dropped')).every(Boolean)).toBe(true);
  await app.choose('Scale', '−1 … 1');
});

test('PCA axes span what a library’s eigenvectors span, and can be kept for another image with their colours', async () => {
  const { page } = app;
  await app.chooseMap('PCA');
  await expect(app.column('tokens').getByRole('list', { name: /variance/ })).toBeVisible();
  const stages = ['dropped', 'tokens'] as const;
  const fits = new Map<TokenStage, ReturnType<typeof fitAxes> & { ranges: { min: number; max: number }[] }>();
  for (const stage of stages) {
    const { data, shape } = await readTensor(page, stage);
    const fitted = fitAxes(data, shape[1] ?? 0);
    const { values, shares } = await readMap(stage, { kind: 'pca' });
    const scores = scoreOn(fitted, data);
    const own = Matrix.from1DArray(values.length / 3, 3, values);
    const angle = spanAngle(own, scores);
    expect(angle, `${stage}: the angle is ${angle}`).toBeLessThanOrEqual(1e-3);
    expectWithin(asRow(shares), asRow(sharesOn(fitted, data)), 1e-4);
    const ranges = [0, 1, 2].map((component) => {
      const column = own.getColumn(component);
      return { min: Math.min(...column), max: Math.max(...column) };
    });
    fits.set(stage, { ...fitted, ranges });
    // Fitted anew, each score fills its channel: the cells have the colours of the library's scores.
    const [low, high] = [scores.min('column'), scores.max('column')];
    expectColours(
      await app.paintedTokens(stage),
      scores
        .to2DArray()
        .map((row) => row.map((score, at) => (255 * (score - (low[at] ?? 0))) / ((high[at] ?? 0) - (low[at] ?? 0)))),
    );
  }

  await page.getByRole('button', { name: 'Keep these axes' }).click();
  await expect(page.getByRole('group', { name: 'Axes' }).getByRole('button', { name: 'Kept' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.getByRole('button', { name: 'Chelsea the cat', exact: true }).click();
  await expect(app.column('image')).toContainText('chelsea.png');
  await expect(page.getByText(/^Axes and colours of coffee\.png\.$/)).toBeVisible();
  for (const stage of stages) {
    const fitted = fits.get(stage);
    if (!fitted) throw new Error(`${stage} was not fitted`);
    const { data } = await readTensor(page, stage);
    const scores = scoreOn(fitted, data);
    const { values, shares, axes } = await readMap(stage, { kind: 'pca', basis: 'kept' });
    const largest = Math.max(...scores.to1DArray().map(Math.abs));
    expectWithin(asRow(values), asRow(scores.to1DArray()), 1e-4 * largest);
    expectWithin(asRow(shares), asRow(sharesOn(fitted, data)), 1e-4);
    await expect(
      app
        .column(stage)
        .getByRole('list', { name: /variance/ })
        .getByRole('listitem'),
    ).toHaveText(shares.map(formatShare));
    expect(axes).toEqual({ stage, basis: 'kept', ranges: fitted.ranges });
    const position = (value: number, { min, max }: { min: number; max: number }) =>
      255 * Math.min(Math.max((value - min) / (max - min), 0), 1);
    expectColours(
      await app.paintedTokens(stage),
      scores.to2DArray().map((row) => row.map((value, at) => position(value, fitted.ranges[at] ?? { min: 0, max: 1 }))),
    );
    // Control: axes of its own are others.
    const anew = await readMap(stage, { kind: 'pca' });
    expect(Math.max(...anew.values.map((value, at) => Math.abs(value - (values[at] ?? 0))))).toBeGreaterThan(
      0.01 * largest,
    );
    expect(anew.axes).toEqual({ stage, basis: 'run', ranges: null });
  }

  await expectPartLook(page.locator('#squares'), 'map-pca-kept.png');

  // Another layer of the encoder has no axes among those that are kept.
  await page.getByRole('slider', { name: 'Layer' }).press('ArrowLeft');
  await expect(page.getByText('do not fit: Encoder. Fitted anew there.')).toBeVisible();
  await page.getByRole('button', { name: 'Back to the layer that goes on' }).click();
  await app.choose('Axes', 'All tiles');
});

test('of several tiles each has class similarities and, where wanted, PCA axes of its own', async () => {
  const { page } = app;
  const tiles = await page.evaluate(
    async () =>
      (await window.tokenLens.run('./samples/rocket.jpg', { mode: 'tiles', minTiles: 2, maxTiles: 2 })).tiles.count,
  );
  expect(tiles).toBeGreaterThan(1);
  const tile = tiles - 1;
  const { ofItself, patches } = await cosinesToClass({ tile }, 'selected');
  const similar = await readMap('selected', { kind: 'class' }, tile);
  expectWithin(asRow(similar.values), asRow(patches), 1e-5);
  expectWithin(asRow(similar.classToken ?? []), asRow([ofItself ?? Number.NaN]), 1e-5);

  await app.chooseMap('PCA');
  await app.choose('Axes', 'Each tile');
  await expect(page.getByRole('button', { name: 'Keep these axes' })).toBeEnabled();
  await expectPartLook(page.locator('#squares'), 'map-pca-tiles.png');
  await app.choose('Axes', 'All tiles');

  const { data, shape } = await readTensor(page, 'dropped', { tile });
  const fitted = fitAxes(data, shape[1] ?? 0);
  const scores = scoreOn(fitted, data);
  const largest = Math.max(...scores.to1DArray().map(Math.abs));
  for (const stage of ['selected', 'dropped'] as const) {
    const own = await readMap(stage, { kind: 'pca', basis: 'tile' }, tile);
    expectWithin(asRow(own.values), asRow(scores.to1DArray()), 1e-4 * largest);
    expectWithin(asRow(own.shares), asRow(sharesOn(fitted, data)), 1e-4);
  }
  const together = await readMap('dropped', { kind: 'pca' }, tile);
  expect(
    Math.max(...together.values.map((value, at) => Math.abs(value - (scores.to1DArray()[at] ?? 0)))),
  ).toBeGreaterThan(0.01 * largest);
});

test('the diagnostics tell what inspection holds, within which bound', async () => {
  const { page } = app;
  await page.evaluate(() =>
    window.tokenLens.maps({ kind: 'attention', selection: { kind: 'class', tile: 0 }, layer: 2 }),
  );
  const { inspection, tiles, keptByteLength, mostKeptByteLength } = await app.status();
  expect(inspection.blocks).toContain(2);
  // Weights of queries and keys, [192, 192] each, and what else a block has beside them, f32.
  expect(inspection.byteLength).toBeGreaterThanOrEqual(inspection.blocks.length * 4 * 2 * 192 * 192);
  expect(inspection.byteLength).toBeLessThanOrEqual(inspection.blocks.length * 4 * (2 * 192 * 192 + 8 * 192));
  expect(inspection.mostByteLength).toBe(67_108_864);
  expect(inspection.keptTiles).toBe(tiles);
  // Seven hidden states [1025, 192] and six attention rows of three heads a tile.
  expect(inspection.layersByteLength).toBe(tiles * 4 * 1025 * (7 * 192 + 6 * 3));
  const memoryGiB = await page.evaluate(() => ('deviceMemory' in navigator ? Number(navigator.deviceMemory) : null));
  expect(inspection.mostLayersByteLength).toBe(mostOutputByteLengthOf(memoryGiB));
  expect(inspection.encodedAgain).toBe(0);

  await page.getByRole('button', { name: 'Diagnostics' }).click();
  const dialog = page.getByRole('dialog');
  for (const [bytes, most] of [
    [inspection.byteLength, inspection.mostByteLength],
    [inspection.layersByteLength, inspection.mostLayersByteLength],
    [keptByteLength, mostKeptByteLength],
  ] as const) {
    await expect(dialog).toContainText(`${formatBytes(bytes)} of at most ${formatBytes(most)}`);
  }
  await expectAccessible(page);
  await page.keyboard.press('Escape');
});

test('a link restores what is left out and marked; the new maps look as they did', async ({ page }) => {
  const own = await AppPage.open(page, { map: 'cosine', range: 'data', exclude: '3', top: '8', token: 'patch:400' });
  await expect(page.getByRole('combobox', { name: 'Leave out' })).toHaveText('radius 3');
  await expect(page.getByRole('spinbutton', { name: 'Mark the top' })).toHaveValue('8');
  for (const stage of ['selected', 'dropped', 'shuffled', 'tokens'] as const) {
    await expect(own.grid(stage).locator('[data-top]')).toHaveCount(8);
  }
  await page.getByRole('button', { name: 'Take away' }).click();
  await expect(page.getByRole('textbox', { name: 'Link to this view' })).toHaveValue(/&exclude=3&top=8&/);
  await page.keyboard.press('Escape');
  await expectAccessible(page);
  for (const theme of ['Light', 'Dark'] as const) {
    await own.choose('Theme', `${theme} theme`);
    await expectLook(page, `nearest-${theme.toLowerCase()}.png`);
  }
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  await page.setViewportSize({ width: 390, height: 844 });
  await expectLook(page, 'nearest-narrow.png');
  await page.setViewportSize({ width, height });

  // Of the small grids nothing is further than 8 from a token in the middle; of the large ones a border is.
  await page.getByRole('combobox', { name: 'Leave out' }).click();
  await page.getByRole('option', { name: 'radius 8' }).click();
  await own.pointAt('tokens', 8 * 16 + 8, 'click');
  for (const stage of ['shuffled', 'tokens'] as const) {
    await expect(own.column(stage)).toContainText('Nothing is left');
    await expect(own.column(stage).getByRole('img', { name: /^cosine from/ })).toHaveCount(0);
  }
  await expect(own.column('dropped').getByRole('img', { name: /^cosine from/ })).toHaveCount(1);
  await expect(page.locator('#squares')).not.toContainText(/NaN|Infinity|∞/);

  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: 'More maps' }).click();
  await page.getByRole('option', { name: 'Class similarity' }).click();
  await expect(own.column('tokens')).toContainText('of another space');
  await expectLook(page, 'class-dark.png');
  await own.choose('Theme', 'Light theme');
  await expectLook(page, 'class-light.png');
  await expectAccessible(page);
});
