import { readFileSync } from 'node:fs';
import { expect, type Locator, test } from '@playwright/test';
import { interpolateViridis } from 'd3-scale-chromatic';
import type { ConnectorLayer, ConnectorMapsRequest, ConnectorToken } from '#engine/protocol.ts';
import { formatShare, formatValue } from '#panels/format.ts';
import { AppPage, expectWithin, readTensor } from './app.ts';
import { colourOf, expectColours } from './colours.ts';
import { type ConnectorLayers, readConnector, shareOfBlocks } from './connector-math.ts';
import { expectAccessible, settle } from './look.ts';
import { checkpointOrigin, tolerances } from './reference-cases.ts';
import { rowNorms } from './token-math.ts';

const compute = readConnector('models/demo/VITA/model.safetensors', {
  norm: null,
  first: 'model.mm_projector.0',
  second: 'model.mm_projector.2',
});

let app: AppPage;
let shuffled: Float32Array;
let layers: ConnectorLayers;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
  shuffled = (await readTensor(app.page, 'shuffled')).data;
  layers = compute(shuffled);
  await app.page.keyboard.press('m');
});
test.beforeEach(async () => {
  await app.reset();
  const back = panel().getByRole('button', { name: 'Hidden unit: back' });
  if (await back.isEnabled()) await back.click();
});
test.afterEach(() => app.expectQuiet());

const panel = () => app.page.getByRole('region', { name: 'Inside the connector' });
const layerOf = (layer: ConnectorLayer) => panel().locator(`[data-layer="${layer}"]`);
const walkOf = (layer: ConnectorLayer) => app.page.getByTestId(`connector-${layer}`);
const rowOf = (values: Float64Array, width: number, row: number) => values.subarray(row * width, (row + 1) * width);

async function mapValues(layer: ConnectorLayer, request: Omit<ConnectorMapsRequest, 'runId' | 'tile'> = {}) {
  const values = await app.page.evaluate(
    async ([name, asked]) => {
      const { maps } = await window.tokenLens.connectorMaps(asked);
      return [...(maps.find((map) => map.layer === name)?.values ?? [])];
    },
    [layer, request] as const,
  );
  return Float32Array.from(values);
}

const inspect = (index: number): Promise<ConnectorToken> =>
  app.page.evaluate((at) => window.tokenLens.connectorToken({ kind: 'shuffled', tile: 0, index: at }), index);

async function paintedTokens(place: Locator): Promise<number[][]> {
  return place.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return Array.from({ length: data.length / 4 }, (_, token) => [...data.slice(4 * token, 4 * token + 3)]);
  });
}

/** Fails unless a layer comes to be painted with `values` on a scale of its own. */
async function expectPainted(layer: ConnectorLayer, values: ArrayLike<number>): Promise<void> {
  const all = Array.from(values);
  const [min, max] = [Math.min(...all), Math.max(...all)];
  const bar = layerOf(layer).getByRole('img', { name: `from ${formatValue(min)} to ${formatValue(max)}` });
  await expect(bar).toBeVisible();
  expectColours(
    await paintedTokens(layerOf(layer)),
    all.map((value) => colourOf(interpolateViridis, value, min, max)),
  );
}

test('the norms of both hidden layers are the plain loops’, and painted so', async () => {
  await expect(layerOf('normed')).toHaveCount(0);
  await expect(panel()).toContainText('This connector has no LayerNorm');
  for (const layer of ['hidden', 'activated'] as const) {
    const expected = Float32Array.from(rowNorms(Float32Array.from(layers[layer]), 256));
    const values = await mapValues(layer);
    expectWithin(values, expected, tolerances.features);
    await expectPainted(layer, values);
  }
  await expect(layerOf('hidden')).toContainText('[256, 256]');
});

test('a token has its strongest units and the shares of its blocks', async () => {
  await expect(panel()).toContainText('Point at a token');
  await app.pointAt('dropped', 170, 'click');
  await expect(panel()).toContainText('token 37');
  const { units, blockShares } = await inspect(37);

  const [before, after] = [rowOf(layers.hidden, 256, 37), rowOf(layers.activated, 256, 37)];
  const strengths = [...after.keys()].sort((a, b) => Math.abs(after[b] ?? 0) - Math.abs(after[a] ?? 0));
  expect(units.map(({ unit }) => unit)).toEqual(strengths.slice(0, 10));
  for (const { unit, ...values } of units) {
    const expected = Float32Array.of(before[unit] ?? Number.NaN, after[unit] ?? Number.NaN);
    expectWithin(Float32Array.of(values.before, values.after), expected, tolerances.features);
  }
  const shares = shareOfBlocks(compute, shuffled.subarray(37 * 768, 38 * 768));
  expect(Math.min(...shares)).toBeGreaterThan(0.01);
  expectWithin(Float32Array.from(blockShares), Float32Array.from(shares), tolerances.features);

  const rows = panel().getByRole('table').locator('tbody tr');
  await expect(rows).toHaveText(
    units.map((each) => `${each.unit}${formatValue(each.before)}${formatValue(each.after)}`),
  );
  const patches = [138, 139, 170, 171];
  const names = ['top-left', 'top-right', 'bottom-left', 'bottom-right'];
  await expect(panel().getByRole('listitem')).toHaveText(
    names.map((name, block) => `${name}${formatShare(blockShares[block] ?? Number.NaN)} patch ${patches[block]}`),
  );
});

test('a click on a unit puts it on the maps, another brings the norms back', async () => {
  await app.pointAt('tokens', 100, 'click');
  const { units } = await inspect(100);
  const unit = units[1]?.unit ?? Number.NaN;
  const button = panel().getByRole('button', { name: `Unit ${unit} on the maps` });
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  await expect(panel().getByRole('spinbutton', { name: 'Hidden unit' })).toHaveValue(String(unit));
  for (const layer of ['hidden', 'activated'] as const) {
    const values = await mapValues(layer, { unit });
    const expected = Float32Array.from({ length: 256 }, (_, token) => layers[layer][token * 256 + unit] ?? Number.NaN);
    expectWithin(values, expected, tolerances.features);
    await expectPainted(layer, values);
    await expect(layerOf(layer).getByRole('heading')).toContainText(`unit ${unit}`);
    await expect(layerOf(layer)).toContainText(`token 100${formatValue(values[100] ?? Number.NaN)}`);
  }
  await button.click();
  await expectPainted('activated', await mapValues('activated'));
});

test('the maps point at the tokens of the squares, and the keyboard reaches all of it', async () => {
  await walkOf('activated').focus();
  await app.page.keyboard.press('Home');
  await app.page.keyboard.press('ArrowRight');
  await app.page.keyboard.press('Enter');
  await expect(app.inspector).toContainText('token 1');
  await expect(panel().getByRole('listitem').first()).toContainText('patch 2');
  const outline = walkOf('hidden').locator('[data-grid] i');
  await expect(outline).toHaveCount(1);
  await expect(walkOf('activated').locator('[data-grid] i')).toHaveCount(1);

  const first = panel().getByRole('table').getByRole('button').first();
  await app.page.keyboard.press('Tab');
  await expect(first).toBeFocused();
  await app.page.keyboard.press('Enter');
  await expect(first).toHaveAttribute('aria-pressed', 'true');

  const unit = panel().getByRole('spinbutton', { name: 'Hidden unit' });
  await unit.fill('255');
  await expectPainted('hidden', await mapValues('hidden', { unit: 255 }));
  await unit.fill('256');
  await expect(unit).toHaveValue('256');
  await unit.blur();
  await expect(unit).toHaveValue('255');
  await unit.fill('');
  await expectPainted('hidden', await mapValues('hidden'));

  await app.page.keyboard.press('Escape');
  await expect(panel()).toContainText('Point at a token');
});

test('it looks calm and is accessible: light, dark, narrow', async () => {
  await app.pointAt('dropped', 170, 'click');
  const { units } = await inspect(37);
  await panel()
    .getByRole('button', { name: `Unit ${units[0]?.unit} on the maps` })
    .click();
  await expect(layerOf('hidden').getByRole('heading')).toContainText('unit');
  const expectPanel = async (name: string) => {
    await settle(app.page);
    await expect(panel()).toHaveScreenshot(['e2e', 'snapshots', name]);
  };
  await expectPanel('connector-light.png');
  await expectAccessible(app.page);
  await app.choose('Theme', 'Dark theme');
  await expectPanel('connector-dark.png');
  await expectAccessible(app.page);
  await app.choose('Theme', 'Light theme');
  const size = app.page.viewportSize();
  await app.page.setViewportSize({ width: 390, height: 844 });
  const overflowPx = await app.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflowPx).toBeLessThanOrEqual(0);
  await expectPanel('connector-narrow.png');
  if (size) await app.page.setViewportSize(size);
});

test('a LayerNorm and another activation are shown too; without a connector there is nothing inside', async () => {
  const load = (folder: string) => app.loadCode(`${checkpointOrigin}/reference/${folder}`);
  const { runId } = await app.status();
  const folder = 'internvl-hf-bf16/InternVL-hf';
  const published = JSON.parse(readFileSync(`e2e/fixtures/reference/${folder}/config.json`, 'utf8'));
  await app.page.context().route(`**/${folder}/config.json`, (route) =>
    route.fulfill({
      headers: { 'Access-Control-Allow-Origin': '*' },
      json: { ...published, projector_hidden_act: 'silu' },
    }),
  );
  expect(await load(folder)).toBeNull();
  await app.page.context().unrouteAll();
  await expect.poll(async () => (await app.status()).runId).not.toBe(runId);
  const withNorm = readConnector(`e2e/fixtures/reference/${folder}/model.safetensors`, {
    norm: 'multi_modal_projector.layer_norm',
    first: 'multi_modal_projector.linear_1',
    second: 'multi_modal_projector.linear_2',
    activation: 'silu',
  });
  await app.pointAt('tokens', 37, 'click');
  await expect(panel()).toContainText('Because of LayerNorm and SiLU');
  await expect(panel()).not.toContainText('GELU');
  const { data } = await readTensor(app.page, 'shuffled');
  const own = withNorm(data);
  for (const layer of ['normed', 'hidden', 'activated'] as const) {
    const norms = Float32Array.from(rowNorms(Float32Array.from(own[layer]), own[layer].length / 256));
    expectWithin(await mapValues(layer), norms, tolerances.features);
  }
  await expectPainted('normed', await mapValues('normed'));
  await panel().getByRole('spinbutton', { name: 'LayerNorm channel' }).fill('255');
  const channel = Float32Array.from({ length: 256 }, (_, token) => own.normed[token * 256 + 255] ?? Number.NaN);
  expectWithin(await mapValues('normed', { channel: 255 }), channel, tolerances.features);
  await expectPainted('normed', await mapValues('normed', { channel: 255 }));
  const { blockShares } = await inspect(37);
  const shares = shareOfBlocks(withNorm, data.subarray(37 * 256, 38 * 256));
  expectWithin(Float32Array.from(blockShares), Float32Array.from(shares), tolerances.features);
  await panel().getByRole('spinbutton', { name: 'LayerNorm channel' }).blur();
  await settle(app.page);
  await expect(panel()).toHaveScreenshot(['e2e', 'snapshots', 'connector-norm.png']);
  await app.page.getByRole('button', { name: 'Take away' }).click();
  const stage = app.page.getByRole('combobox', { name: 'Stage' });
  await expect(stage).toContainText('Within the connector: after SiLU (activated)');
  await app.page.keyboard.press('Escape');

  expect(await load('internvit-bf16/InternViT')).toBeNull();
  await expect(panel()).toContainText('No connector is loaded');
  await expect(panel().locator('canvas')).toHaveCount(0);
});
