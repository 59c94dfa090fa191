import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { ErrorCode } from '#errors.ts';
import { AppPage, readTensor } from './app.ts';
import { animatedGif, pngHeader } from './image-files.ts';
import { checkpointOrigin } from './reference-cases.ts';
import { editHeader, type Header, readCheckpointFile } from './safetensors-files.ts';

let app: AppPage;
test.beforeAll(async ({ browser }) => {
  app = await AppPage.shared(browser);
});
test.afterEach(() => app.expectQuiet());

const sample = (name: string) => readFileSync(join('public', 'samples', name));
const coffee = { bytes: sample('coffee.png'), name: 'coffee.png', type: 'image/png' };
const rocket = sample('rocket.jpg');

/** A picture of one red pixel. */
const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);

interface BadImage {
  readonly name: string;
  readonly bytes: Buffer;
  readonly type: string;
  readonly code: ErrorCode;
  /** What happened and what to do. */
  readonly says: readonly [what: string, remedy: string];
}

const badImages: readonly BadImage[] = [
  {
    name: 'notes.txt',
    bytes: Buffer.from('Not a picture at all.'),
    type: 'text/plain',
    code: 'image-not-an-image',
    says: ['notes.txt is not an image this browser can read.', 'Use JPEG, PNG'],
  },
  {
    name: 'nothing.png',
    bytes: Buffer.alloc(0),
    type: 'image/png',
    code: 'image-empty',
    says: ['nothing.png is empty (0 bytes).', 'Choose another file.'],
  },
  {
    name: 'half.png',
    bytes: coffee.bytes.subarray(0, coffee.bytes.length >> 1),
    type: 'image/png',
    code: 'image-undecodable',
    says: ['half.png is damaged or cut short', 'Save or download the file again.'],
  },
  {
    name: 'half.jpg',
    bytes: rocket.subarray(0, rocket.length >> 1),
    type: 'image/jpeg',
    code: 'image-undecodable',
    says: ['half.jpg is damaged or cut short', 'Save or download the file again.'],
  },
  {
    name: 'drawing.svg',
    bytes: Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    type: 'image/svg+xml',
    code: 'image-svg',
    says: ['drawing.svg is an SVG', 'Export it as a PNG'],
  },
  {
    name: 'bomb.png',
    bytes: pngHeader(20_000, 20_000),
    type: 'image/png',
    code: 'image-too-large',
    says: ['bomb.png has 20000 x 20000 pixels', 'Scale it down first'],
  },
];

for (const { code, says, ...image } of badImages) {
  test(`${image.name} is refused as ${code} and the last run stays`, async () => {
    const before = await app.status();
    const painted = await app.paintedTokens('tokens');
    const started = Date.now();
    expect(await app.runCode(image)).toBe(code);
    expect(Date.now() - started).toBeLessThan(5000);

    const card = app.column('image').getByRole('alert');
    for (const text of says) await expect(card).toContainText(text);
    await expect(card).toContainText('last run that finished');
    expect((await app.status()).runId).toBe(before.runId);
    expect(await app.paintedTokens('tokens')).toEqual(painted);

    await card.getByRole('button', { name: 'Dismiss' }).click();
    await expect(app.alert).toHaveCount(0);
  });
}

test('the control: a sound file runs and takes an error away', async () => {
  expect(await app.runCode({ bytes: Buffer.from('?'), name: 'bad.png', type: 'image/png' })).toBe('image-not-an-image');
  await expect(app.alert).toBeVisible();
  const { runId } = await app.status();
  expect(await app.runCode(coffee)).toBe(null);
  await expect(app.alert).toHaveCount(0);
  expect((await app.status()).runId).toBeGreaterThan(runId ?? Number.POSITIVE_INFINITY);
});

test('an image of one pixel fills the tile', async () => {
  expect(await app.runCode({ bytes: onePixel, name: 'dot.png', type: 'image/png' })).toBe(null);
  await expect(app.column('image')).toContainText('1 × 1');
  const { data } = await readTensor(app.page, 'resizedRgb');
  expect(new Set(data.filter((_, index) => index % 3 === 0)).size).toBe(1);
});

test('of an animated GIF the first frame is run', async () => {
  const bytes = animatedGif([
    [200, 30, 60],
    [10, 220, 90],
  ]);
  expect(await app.runCode({ bytes, name: 'moving.gif', type: 'image/gif' })).toBe(null);
  const { data } = await readTensor(app.page, 'resizedRgb');
  expect([...data.slice(0, 3)]).toEqual([200, 30, 60]);
  expect([...data.slice(-3)]).toEqual([200, 30, 60]);
});

const folder = `${checkpointOrigin}/reference/internvit-bf16/InternViT`;
const weights = readCheckpointFile('internvit-bf16/InternViT/model.safetensors');
const biasName = 'embeddings.patch_embedding.bias';

/** The weights with one tensor's header entry changed. */
function withEntry(change: (entry: Header[string]) => Header[string] | null): Buffer {
  return editHeader(weights, (header) => {
    const { [biasName]: entry, ...others } = header;
    const changed = entry && change(entry);
    return changed ? { ...others, [biasName]: changed } : others;
  });
}

interface BadCheckpoint {
  readonly name: string;
  readonly file?: 'config.json' | 'model.safetensors';
  readonly body: Buffer | 'missing' | 'page';
  readonly code: ErrorCode;
  /** What the message names. */
  readonly names: readonly string[];
}

const headerOf = (length: bigint, text: string) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(length);
  return Buffer.concat([bytes, Buffer.from(text)]);
};

const badCheckpoints: readonly BadCheckpoint[] = [
  {
    name: 'a header longer than its file',
    body: headerOf(1_000_000n, '{}'),
    code: 'safetensors-header-length',
    names: ['1000000'],
  },
  { name: 'a header that is no JSON', body: headerOf(4n, '{"a"'), code: 'safetensors-header-json', names: [] },
  {
    name: 'tensors that overlap',
    body: withEntry((entry) => ({ ...entry, data_offsets: [0, 128] })),
    code: 'safetensors-overlap',
    names: [biasName],
  },
  {
    name: 'a tensor beyond the end',
    body: withEntry((entry) => ({ ...entry, data_offsets: [9_000_000, 9_000_128] })),
    code: 'safetensors-out-of-range',
    names: [biasName],
  },
  { name: 'a missing tensor', body: withEntry(() => null), code: 'tensor-missing', names: [biasName] },
  {
    name: 'a tensor of another shape',
    body: withEntry((entry) => ({ ...entry, shape: [8, 8] })),
    code: 'tensor-shape',
    names: [biasName, '8, 8'],
  },
  {
    name: 'a dtype of another kind',
    body: withEntry((entry) => ({ ...entry, dtype: 'F8_E9M9' })),
    code: 'safetensors-dtype',
    names: [biasName, 'F8_E9M9'],
  },
  { name: 'weights that are not there', body: 'missing', code: 'checkpoint-no-weights', names: [] },
  { name: 'a page instead of a config', file: 'config.json', body: 'page', code: 'file-is-html', names: [] },
  { name: 'a config that is no JSON', file: 'config.json', body: Buffer.from('{'), code: 'json-invalid', names: [] },
  { name: 'a config that is not there', file: 'config.json', body: 'missing', code: 'file-not-found', names: [] },
];

for (const { name, file = 'model.safetensors', body, code, names } of badCheckpoints) {
  test(`a checkpoint with ${name} is refused as ${code} and the loaded model stays`, async () => {
    const before = await app.status();
    await app.page.context().route(`${folder}/${file}`, (route) => {
      const headers = { 'Access-Control-Allow-Origin': '*' };
      if (body === 'missing') return route.fulfill({ status: 404, headers });
      if (body === 'page') return route.fulfill({ headers, contentType: 'text/html', body: '<h1>Sign in</h1>' });
      return route.fulfill({ headers, body });
    });
    expect(await app.loadCode(folder)).toBe(code);
    await app.page.context().unrouteAll();

    const card = app.column('selected').getByRole('alert');
    const place = code === 'checkpoint-no-weights' ? folder : file;
    for (const text of [place, ...names]) await expect(card).toContainText(text);
    const after = await app.status();
    expect([after.model?.name, after.runId]).toEqual([before.model?.name, before.runId]);
    await card.getByRole('button', { name: 'Dismiss' }).click();
  });
}

test('the control: after all refusals the loaded model runs, and the untouched folder loads', async () => {
  expect((await app.status()).model?.name).toBe('demo');
  expect(await app.runCode(coffee)).toBe(null);
  expect(await app.loadCode(folder)).toBe(null);
  await expect.poll(async () => (await app.status()).model?.layout).toBe('internvit');
});
