import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { parse } from 'npyjs';
import { parseWithHub } from '#testing/hub-safetensors.ts';
import { AppPage, readTensor } from './app.ts';
import { expectAccessible } from './look.ts';

async function openDialog(page: Page): Promise<Locator> {
  await page.keyboard.press('t');
  const dialog = page.getByRole('dialog', { name: 'Take away' });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** The bytes that a press of `button` saves, and the name they are saved under. */
async function save(page: Page, button: Locator): Promise<{ bytes: Uint8Array<ArrayBuffer>; name: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { bytes: new Uint8Array(await readFile(await download.path())), name: download.suggestedFilename() };
}

const bitsOf = (data: Float32Array) => new Uint32Array(data.buffer, data.byteOffset, data.length);

test('a tensor saved as .npy is the page’s own, bit for bit', async ({ page }) => {
  const app = await AppPage.open(page);
  const dialog = await openDialog(page);
  const button = dialog.getByRole('button', { name: 'Download' });
  for (const [stage, layer, name] of [
    ['selected', null, 'coffee.selected.tile0.npy'],
    ['tokens', null, 'coffee.tokens.tile0.npy'],
    ['hiddenState', 2, 'coffee.hiddenState.layer2.tile0.npy'],
    ['classAttention', 3, 'coffee.classAttention.layer3.tile0.npy'],
  ] as const) {
    await dialog.getByLabel('Stage').selectOption(stage);
    if (layer !== null) await dialog.getByLabel('Layer').selectOption(String(layer));
    const file = await save(page, button);
    expect(file.name).toBe(name);
    const { data, shape } = parse(file.bytes.buffer);
    const expected = await readTensor(page, stage, layer === null ? {} : { layer });
    expect(shape).toEqual(expected.shape);
    if (!(data instanceof Float32Array)) throw new Error('not float32');
    expect(bitsOf(data)).toEqual(bitsOf(expected.data));
  }
  app.expectQuiet();
});

test('all tiles go into one .safetensors with what decides their values', async ({ page }) => {
  const app = await AppPage.open(page, { mode: 'tiles', maxTiles: '2' });
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
  app.expectQuiet();
});

test('a map is saved as a picture, and the script is for the chosen tensor', async ({ page }) => {
  const app = await AppPage.open(page);
  const dialog = await openDialog(page);
  const { bytes, name } = await save(page, dialog.getByRole('button', { name: 'Pixel shuffle: PNG' }));
  expect(name).toBe('coffee.shuffled.norm.tile0.png');
  expect([...bytes.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  // A map of 16 x 16 tokens, 40 px each, with margins of 24 px.
  expect(new DataView(bytes.buffer).getUint32(16)).toBe(688);

  const script = dialog.getByRole('region', { name: 'The script' });
  await expect(script).toContainText('# selected [1025, C]');
  await dialog.getByLabel('Stage').selectOption('tokens');
  await expect(script).toContainText('# tokens [256, D]');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  app.expectQuiet();
});
