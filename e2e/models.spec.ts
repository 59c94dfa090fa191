import { expect, test } from '@playwright/test';
import { AppPage, expectWithin, readTensor } from './app.ts';
import { exportedEncoderReference, exportedWidth, writeExportedEncoder } from './exported-encoder.ts';
import { checkpointOrigin } from './reference-cases.ts';

const vita = {
  model: `${checkpointOrigin}/reference/vita-bf16-sharded/InternViT`,
  connector: `${checkpointOrigin}/reference/vita-bf16-sharded/VITA`,
};

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.open(await browser.newPage(), { model: 'nonesuch' });
});
test.afterEach(() => app.expectQuiet());
test.afterAll(() => app.page.close());

test('an unknown bundled name is said and leaves the page usable', async () => {
  const card = app.column('selected').getByRole('alert');
  await expect(card).toContainText('There is no bundled model called nonesuch.');
  await expect(card).toContainText('demo');
  expect((await app.status()).model).toBe(null);
  expect(await app.loadCode('demo')).toBe(null);
  await expect(app.column('image')).toContainText('coffee.png');
});

test('the engine says what it runs on, and why', async () => {
  const status = await app.status();
  expect(`${status.adapter.vendor} ${status.adapter.architecture} ${status.adapter.description}`).toMatch(
    /swiftshader/i,
  );
  expect([status.backend, status.backendReason]).toEqual(['wasm', 'software-adapter']);
  expect(status.crossOriginIsolated).toBe(true);
  expect(status.wasmThreads).toBeGreaterThanOrEqual(1);
  expect(status.probe.map(({ features, passed }) => [features.includes('subgroups'), passed])).toEqual([
    [true, false],
    [false, true],
  ]);

  await app.page.getByRole('button', { name: 'Diagnostics' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Diagnostics' });
  await expect(dialog).toContainText(/swiftshader/i);
  await expect(dialog).toContainText('The graphics adapter is software; WASM computes faster.');
  // The demo's connector lies in a folder of its own that has no name.
  await expect(dialog.locator('dt', { hasText: /^Connector$/ }).locator('+ dd')).toHaveText('demo');
  await app.page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('a checkpoint loads from the form, its connector from a second folder, and the image runs again', async () => {
  const { runId } = await app.status();
  await app.page.getByRole('button', { name: 'Load a checkpoint' }).click();
  const field = app.page.getByLabel('Repository, address of a folder, or hub page');
  await expect(field).toHaveValue('');
  await field.fill('nonsense');
  await app.page.getByRole('button', { name: 'Look up', exact: true }).click();
  await expect(app.alert).toContainText('owner/name on the hub');
  await expect(field).toHaveValue('nonsense');
  await field.fill(vita.model);
  await app.page.getByLabel('Connector (optional)').fill(vita.connector);
  await app.page.getByRole('button', { name: 'Look up', exact: true }).click();
  await app.page.getByRole('button', { name: /^Download/ }).click();
  await expect(app.column('tokens')).toContainText('[256, 112]');
  await expect(app.column('selected')).toContainText('[1025, 64]');
  const status = await app.status();
  expect(status.runId).toBe((runId ?? 0) + 1);
  expect([status.model?.layout, status.model?.featureScale]).toEqual(['vita', 0.5]);
});

test('an encoder alone leaves the fifth square empty and says why', async () => {
  expect(await app.loadCode(vita.model)).toBe(null);
  await expect(app.column('tokens')).toContainText('No connector is loaded');
  await expect(app.grid('tokens').locator('canvas')).toHaveCount(0);
  await expect(app.column('shuffled')).toContainText('[256, 256]');
  const code = await app.page.evaluate(() => window.tokenLens.tensor('tokens').catch((error) => error.code));
  expect(code).toBe('tensor-unavailable');
});

test('an exported .onnx that is dropped becomes the encoder and gives its own numbers', async () => {
  const base64 = Buffer.from(writeExportedEncoder()).toString('base64');
  const dataTransfer = await app.page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    transfer.items.add(new File([bytes], 'exported.onnx'));
    return transfer;
  }, base64);
  await app.column('image').dispatchEvent('drop', { dataTransfer });
  await expect(app.column('selected')).toContainText(`[1025, ${exportedWidth}]`);
  expect((await app.status()).model?.layout).toBe('onnx');
  const { data } = await readTensor(app.page, 'resizedRgb');
  const selected = await readTensor(app.page, 'selected');
  expectWithin(selected.data, exportedEncoderReference(data), 1e-4);
});

test('the way back to the demo model', async () => {
  await app.page.getByRole('button', { name: 'Load a checkpoint' }).click();
  await app.page.getByRole('button', { name: 'Back to the demo model' }).click();
  await expect.poll(async () => (await app.status()).model?.name).toBe('demo');
  await expect(app.column('tokens')).not.toContainText('No connector is loaded');
});
