import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, test } from '@playwright/test';
import { type MockHub, startMockHub } from '#testing/mock-hub.ts';
import { AppPage } from './app.ts';
import { expectAccessible, maskColor, settle } from './look.ts';
import { editHeader } from './safetensors-files.ts';

const reference = join('e2e', 'fixtures', 'reference');
const encoder = 'OpenGVLab/InternViT-300M-448px';
const vita = 'VITA-MLLM/VITA-1.5';
const internvl = 'OpenGVLab/InternVL2-1B';
const broken = 'someone/broken';
const token = 'hf_secret';

let root: string;
let hub: MockHub;
let app: AppPage;

/** Small checkpoints under the names of published ones, so that the lists and suggestions of the app lead to them. */
test.beforeAll(async ({ browser }) => {
  root = mkdtempSync(join(tmpdir(), 'token-lens-'));
  const copy = (from: string, name: string) => cpSync(join(reference, from), join(root, name), { recursive: true });
  copy('vita-bf16-sharded/InternViT', encoder);
  copy('vita-bf16-sharded/VITA', vita);
  copy('internvl-chat-v2-bf16/InternVL', internvl);
  copy('internvl-chat-v2-bf16/InternVL', broken);
  const config = join(root, vita, 'config.json');
  const tower = { mm_vision_tower: '/mnt/weights/InternViT-300M-448px' };
  writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), ...tower }));
  const weights = join(root, broken, 'model.safetensors');
  const damaged = editHeader(readFileSync(weights), (header) => {
    const { 'mlp1.1.bias': bias, 'mlp1.3.bias': other, ...rest } = header;
    if (!bias || !other) throw new Error('the checkpoint has no connector');
    return { ...rest, 'mlp1.1.offset': bias, 'mlp1.3.bias': { ...other, shape: [2, (other.shape[0] ?? 0) / 2] } };
  });
  writeFileSync(weights, damaged);
  hub = await startMockHub(root);
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  app = await AppPage.open(await context.newPage());
});
test.afterEach(() => app.expectQuiet());
test.afterAll(async () => {
  await app.page.context().close();
  await hub.close();
  rmSync(root, { recursive: true });
});

const dialog = () => app.page.getByRole('dialog');
const button = (name: string | RegExp) => app.page.getByRole('button', { name, exact: true });
const field = (name: string) => dialog().getByLabel(name);
const nameField = 'Repository, address of a folder, or hub page';

async function openPicker(): Promise<void> {
  await button('Load a checkpoint').click();
  await expect(field(nameField)).toBeFocused();
}

/** Asks about `model` at an endpoint of the mock hub. */
async function lookUp(endpoint: string, model: string, connector = ''): Promise<void> {
  if (!(await field('Endpoint').isVisible())) await button(/^Hub:/).click();
  await field('Endpoint').fill(endpoint);
  await field(nameField).fill(model);
  await field('Connector (optional)').fill(connector);
  await button('Look up').click();
}

/** Fails unless the dialog looks as it did; the address of the mock hub differs from run to run. */
async function expectDialogLook(name: string, mask: readonly Locator[] = []): Promise<void> {
  await settle(app.page);
  await expect(dialog()).toHaveScreenshot(['e2e', 'snapshots', name], { mask: [...mask], maskColor });
}

test('the picker has the known checkpoints with their downloads, and the keyboard is in its field', async () => {
  await openPicker();
  const known = dialog().getByRole('region', { name: 'Known checkpoints' }).getByRole('button');
  await expect(known).toHaveCount(20);
  await expect(known.filter({ hasText: encoder }).first()).toContainText('608 MB');
  await expect(known.filter({ hasText: vita })).toContainText('663 MB');
  await expect(known.filter({ hasText: vita })).toContainText('of 17.3 GB');
  await expectDialogLook('checkpoint-picker.png');
  await expectAccessible(app.page);
  await app.page.keyboard.press('Escape');
  await expect(button('Load a checkpoint')).toBeFocused();
});

test('a pair of the list is looked up by its headers, and loaded only when asked', async () => {
  const endpoint = await hub.endpoint('pair');
  await openPicker();
  await button(/^Hub:/).click();
  await field('Endpoint').fill(endpoint);
  await dialog().getByRole('button', { name: vita }).click();

  await expect(dialog()).toHaveAccessibleName(encoder);
  await expect(button('Download 516 kB')).toBeVisible();
  await expect(dialog().getByRole('row', { name: /^Used/ })).toContainText('50 tensors');
  await expect(dialog().getByRole('row', { name: /^Skipped/ })).toContainText('model.embed_tokens 1');
  const float16 = dialog().getByRole('radio', { name: 'float16' });
  await expect(float16).toBeDisabled();
  await expect(float16).toHaveAccessibleDescription('The encoder runs on WASM here, which has no half precision.');
  expect((await hub.counts(endpoint)).fileBytes).toBeLessThan(50_000);
  await app.page.emulateMedia({ colorScheme: 'dark' });
  await expectDialogLook('checkpoint-report.png', [dialog().getByText(endpoint)]);
  await expectAccessible(app.page);
  await app.page.emulateMedia({ colorScheme: 'light' });

  await button('Download 516 kB').click();
  await expect(dialog()).toHaveCount(0);
  await expect(app.column('tokens')).toContainText('[256, 112]');
  const { model } = await app.status();
  expect(model).toMatchObject({ layout: 'vita', hub: endpoint, precision: { used: 'float32', check: null } });

  await button('Copy link').click();
  await expect(button('Copied')).toBeVisible();
  const link = new URL(await app.page.evaluate(() => navigator.clipboard.readText()));
  expect(Object.fromEntries(link.searchParams)).toMatchObject({
    model: `${encoder}@${model?.revision}`,
    connector: `${vita}@${model?.connectorRevision}`,
    hub: endpoint,
    image: './samples/coffee.png',
    mode: 'single',
    map: 'norm',
  });
});

test('another precision is chosen beside the model, and what it costs is said', async () => {
  await app.choose('Precision', 'int8');
  await expect(app.page.getByText(/^int8 differs from float32 by \d/)).toBeVisible();
  await button('Diagnostics').click();
  await expect(dialog()).toContainText('none: shown, not judged');
  await app.page.keyboard.press('Escape');
  await app.choose('Precision', 'float32');
  await expect.poll(async () => (await app.status()).precision).toBe('float32');
});

test('a load is left alone, come back to, cancelled, and resumed where it was', async () => {
  // After so many bytes nothing more comes, and the connection stays open.
  const endpoint = await hub.endpoint('slow', 'stall=200000');
  await openPicker();
  await lookUp(endpoint, internvl);
  await button('Download 502 kB').click();
  const bytes = async () => (await hub.counts(endpoint)).fileBytes;
  await expect.poll(bytes).toBeGreaterThanOrEqual(200_000);

  await app.page.keyboard.press('Escape');
  await expect(dialog()).toHaveCount(0);
  const card = app.page.getByRole('region', { name: `Loading ${internvl}` });
  await expect(card).toContainText('502 kB');
  await app.chooseMap('PCA');
  await expect(app.column('tokens').getByRole('list', { name: /variance/ })).toBeVisible();
  await app.chooseMap('L2 norm');
  await app.page
    .getByRole('banner')
    .getByRole('button', { name: /^Downloading/ })
    .click();
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await expect(button(/^Resume: download the remaining \d+ kB$/)).toBeVisible();
  await expect(dialog()).toContainText('What has arrived is stored in this browser');
  expect((await app.status()).model?.layout).toBe('vita');
  const fetched = await bytes();

  await hub.endpoint('slow');
  await button(/^Resume/).click();
  await expect(dialog()).toHaveCount(0);
  await expect(app.column('tokens')).toContainText('[256, 96]');
  expect(fetched + (await bytes())).toBeLessThan(502_000 + 50_000);
});

test('a load cancelled beside the model can be gone on with from there', async () => {
  const endpoint = await hub.endpoint('aside', 'stall=100000');
  await openPicker();
  await lookUp(endpoint, internvl);
  await button(/^Download/).click();
  await app.page.keyboard.press('Escape');
  await expect(dialog()).toHaveCount(0);
  await app.page
    .getByRole('region', { name: /^Loading/ })
    .getByRole('button', { name: 'Cancel' })
    .click();
  await button('Show the report').click();
  await expect(dialog()).toHaveAccessibleName(internvl);
  await dialog().getByRole('button', { name: 'Back' }).click();
  await expect(field(nameField)).toHaveValue(internvl);
  await expect(dialog().getByRole('region', { name: 'Recent' }).getByRole('button')).toHaveCount(2);
  await app.page.keyboard.press('Escape');
  await expect(button('Show the report')).toHaveCount(0);
});

test('what is stored is listed, kept at the first press of Delete, and deleted at the second', async () => {
  await button('Stored checkpoints').click();
  const rows = dialog().getByRole('row', { name: /Delete/ });
  const stored = rows.filter({ hasText: internvl }).filter({ hasText: '/x-slow' });
  await expect(stored).toContainText('now');
  const count = await rows.count();
  await stored.getByRole('button', { name: `Delete ${internvl}`, exact: true }).click();
  await expect(stored.getByRole('button', { name: 'Keep' })).toBeFocused();
  await app.page.keyboard.press('Enter');
  await expect(rows).toHaveCount(count);
  await stored.getByRole('button', { name: `Delete ${internvl}`, exact: true }).click();
  await stored.getByRole('button', { name: /from this browser$/ }).click();
  await expect(rows).toHaveCount(count - 1);
  await expect(stored).toHaveCount(0);
  await expect(dialog().getByRole('meter')).toHaveAttribute('aria-valuetext', /B of .+ that this site may store$/);
  await expect(dialog()).toContainText('The browser may delete this by itself');
  await expectAccessible(app.page);
  await button('Ask the browser to keep them').click();
  await expect(dialog()).toContainText(/has promised to keep this|does not promise it now/);
  await app.page.keyboard.press('Escape');
  await expect(dialog()).toHaveCount(0);
});

test('a connector alone leads to its encoder', async () => {
  await openPicker();
  await lookUp(await hub.endpoint('alone'), vita);
  await expect(app.alert).toContainText('holds a VITA connector but no vision encoder');
  await button(`Look up with ${encoder} as the encoder`).click();
  await expect(dialog()).toHaveAccessibleName(encoder);
  await expect(dialog()).toHaveAccessibleDescription(new RegExp(`^with ${vita}`));
  await expect(button('Download 516 kB')).toBeVisible();
  await app.page.keyboard.press('Escape');
});

test('a gated repository leads to the token, which is kept nowhere', async () => {
  const gated = await hub.endpoint('gated', `token=${token}`);
  await openPicker();
  await lookUp(gated, internvl);
  await expect(app.alert).toContainText('shows OpenGVLab/InternVL2-1B only to those who sign in');
  await button('Enter an access token').click();
  await expect(field('Access token')).toBeFocused();
  await field('Access token').fill(token);
  await button('Look up').click();
  await expect(button('Download 502 kB')).toBeVisible();
  await dialog().getByRole('button', { name: 'Back' }).click();
  expect(await app.page.evaluate(() => JSON.stringify(localStorage) + location.href)).not.toContain(token);
  // It belongs to the endpoint that it was entered for.
  await expect(field('Access token')).toHaveValue(token);
  await field('Endpoint').fill(await hub.endpoint('other'));
  await expect(field('Access token')).toHaveValue('');
  await app.page.keyboard.press('Escape');
});

test('a checkpoint that lacks tensors is told by its headers and cannot be downloaded', async () => {
  await openPicker();
  await lookUp(await hub.endpoint('broken'), broken);
  await expect(dialog().getByRole('row', { name: /^Missing/ })).toContainText('mlp1.1.bias');
  await expect(dialog().getByRole('row', { name: /^Unexpected/ })).toContainText('mlp1.1.offset');
  await expect(dialog().getByRole('row', { name: /^Unusable/ })).toContainText('mlp1.3.bias has shape [2, 48]');
  await expect(dialog()).toContainText('It cannot be loaded');
  await expect(button(/^(Download|Load$)/)).toHaveCount(0);
  await dialog().getByRole('button', { name: 'Back' }).click();
  await app.page.keyboard.press('Escape');
});

test('a folder is opened from the disk', async () => {
  await openPicker();
  const chooser = app.page.waitForEvent('filechooser');
  await button('Open a folder').click();
  await (await chooser).setFiles(join(root, internvl));
  await expect(dialog()).toHaveAccessibleName('InternVL2-1B');
  await expect(dialog()).toContainText('It is read from your disk; nothing is fetched.');
  await button('Load').click();
  await expect(app.column('tokens')).toContainText('[256, 96]');
  await expect(button('Copy link')).toHaveCount(0);
  expect((await app.status()).model).toMatchObject({ name: 'InternVL2-1B', revision: null });
});

test('a file of weights that is dropped alone asks whose configuration it has', async () => {
  const bytes = readFileSync(join(root, internvl, 'model.safetensors'));
  await app.drop([{ bytes, name: 'InternVL (1).safetensors', type: '' }]);
  await expect(app.alert).toContainText('came without a config.json');
  await button('Choose where its configuration is').click();
  await expect(dialog()).toHaveAccessibleName('Configuration for InternVL (1).safetensors');
  await expect(button('Open a folder')).toHaveCount(0);
  await expect(field(nameField)).toBeFocused();
  await expectAccessible(app.page);
  const endpoint = await hub.endpoint('config');
  await lookUp(endpoint, internvl);
  await expect(dialog()).toHaveAccessibleName('InternVL (1).safetensors');
  await expect(dialog()).toContainText(`configured as ${internvl}`);
  await expect(dialog()).toContainText('It is read from your disk; nothing is fetched.');
  await button('Load').click();
  await expect(dialog()).toHaveCount(0);
  await expect.poll(async () => (await app.status()).model?.name).toBe('InternVL (1).safetensors');
  await expect(app.column('tokens')).toContainText('[256, 96]');
  expect((await hub.counts(endpoint)).fileBytes).toBeLessThan(5_000);
});

test('on a narrow screen the picker and the report fit', async () => {
  await app.page.setViewportSize({ width: 390, height: 844 });
  await openPicker();
  await lookUp(await hub.endpoint('narrow'), internvl);
  await expect(button('Download 502 kB')).toBeVisible();
  const overflowPx = await dialog().evaluate((popup) => popup.scrollWidth - popup.clientWidth);
  expect(overflowPx).toBeLessThanOrEqual(0);
  await expectDialogLook('checkpoint-narrow.png', [dialog().getByText('/x-narrow')]);
  await expectAccessible(app.page);
});
