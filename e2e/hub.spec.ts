import { expect, test } from '@playwright/test';
import type { ErrorCode } from '#errors.ts';
import { type InternVlRepository, writeInternVlRepository } from '#testing/internvl-repository.ts';
import { type MockHub, startMockHub } from '#testing/mock-hub.ts';
import { AppPage, openApp, readTensor } from './app.ts';
import { writeVariants } from './checkpoint-variants.ts';
import { expectPublishedNumbers } from './published-numbers.ts';
import { referenceCases } from './reference-cases.ts';

const internvl = 'internvl-chat-v2-bf16/InternVL';

/** The published cases with other dtypes, prefixes and files; their values, and so their numbers, are the same. */
const variants = [
  {
    title: 'InternVL chat in F32, with a language model before it',
    reference: 'internvl-chat-v2-bf16',
    model: { repository: internvl, name: 'f32/InternVL', dtype: 'f32', ballastByteLength: 3_000_000 },
  },
  {
    title: 'InternVL chat in F16, in three files',
    reference: 'internvl-chat-v2-bf16',
    model: { repository: internvl, name: 'f16/InternVL', dtype: 'f16', shards: 3 },
  },
  {
    title: 'transformers-native below model., in F16',
    reference: 'internvl-hf-bf16',
    model: {
      repository: 'internvl-hf-bf16/InternVL-hf',
      name: 'prefixed/InternVL-hf',
      dtype: 'f16',
      renameTensor: (name: string) => `model.${name}`,
    },
  },
  {
    title: 'an encoder alone in F32, in two files',
    reference: 'internvit-bf16',
    model: { repository: 'internvit-bf16/InternViT', name: 'f32/InternViT', dtype: 'f32', shards: 2 },
  },
] as const;

let hub: MockHub;
let variantHub: MockHub;
let files: ReturnType<typeof writeVariants>;
let large: InternVlRepository;
let largeHub: MockHub;
test.beforeAll(async () => {
  files = writeVariants(variants.map(({ model }) => model));
  large = await writeInternVlRepository();
  [hub, variantHub, largeHub] = await Promise.all([
    startMockHub('e2e/fixtures/reference'),
    startMockHub(files.root),
    startMockHub(large.root),
  ]);
});
test.afterAll(async () => {
  await Promise.all([hub.close(), variantHub.close(), largeHub.close()]);
  files.remove();
  await large.remove();
});

for (const encoder of ['wasm', 'webgpu'] as const) {
  for (const { title, reference, model } of variants) {
    test(`${title} on ${encoder} gives the published code's numbers`, async ({ page }) => {
      const published = referenceCases.find(({ name }) => name === reference);
      if (!published) throw new Error(`there is no case ${reference}`);
      await openApp(page, {
        model: model.name,
        hub: variantHub.origin,
        image: `samples/${published.image}`,
        mode: published.mode,
        encoder,
      });
      const status = await page.evaluate(() => window.tokenLens.status());
      expect([status.backend, status.model?.storedDtype]).toEqual([encoder, model.dtype.toUpperCase()]);
      await expectPublishedNumbers(page, published, 0);
    });
  }
}

test('a repository is inspected by its headers alone, and its commit is in the report', async ({ page }) => {
  await openApp(page);
  const endpoint = await largeHub.endpoint('inspect');
  const inspection = await page.evaluate((request) => window.tokenLens.inspect(request), {
    model: large.repository,
    hub: endpoint,
  });
  const { fileBytes } = await largeHub.counts(endpoint);
  expect(inspection.revision).toMatch(/^[0-9a-f]{40}$/);
  expect(inspection.report).toMatchObject({ layout: 'internvl-chat', storedDtype: 'BF16', missing: [], unusable: [] });
  expect(inspection.report.skipped.groups).toEqual([{ name: 'language_model', count: 1 }]);
  expect(inspection.tokenSize).toBe(896);
  expect(inspection.fetchByteLength).toBe(inspection.report.download.byteLength);
  expect(fileBytes + inspection.fetchByteLength).toBeLessThanOrEqual(1.02 * large.neededByteLength);
  expect(fileBytes).toBeLessThan(0.001 * large.byteLength);
  expect(inspection.fits.map(({ precision, problem }) => [precision, problem?.kind ?? null])).toEqual([
    ['float32', null],
    ['float16', 'wasm-has-no-f16'],
    ['int8', null],
    ['int4', null],
  ]);
});

test('a download that breaks twice goes on where it was, and a second start fetches no weight', async ({ page }) => {
  const app = await AppPage.open(page);
  const load = (endpoint: string) =>
    page.evaluate(
      (request) =>
        window.tokenLens.load(request).then(
          () => null,
          ({ code }) => code,
        ),
      { model: large.repository, hub: endpoint },
    );
  const bytesOf = async (endpoint: string) => (await largeHub.counts(endpoint)).fileBytes;

  let fetched = 0;
  for (const budget of [12_000_000, 9_000_000]) {
    // What lies unread within the browser when a connection breaks is lost to any page: the break waits until it is read.
    const broken = await largeHub.endpoint('resume', `budget=${budget}&slow=5&linger=1500`);
    expect(await load(broken)).toBe('hub-unreachable');
    await expect(app.alert).toContainText('could not be reached');
    fetched += await bytesOf(broken);
  }
  expect((await app.status()).model?.name).toBe('demo');
  const endpoint = await largeHub.endpoint('resume');
  expect(await load(endpoint)).toBe(null);
  fetched += await bytesOf(endpoint);
  expect(fetched).toBeLessThanOrEqual(1.02 * large.neededByteLength);

  await page.reload();
  await page.evaluate(() => window.tokenLens.ready);
  await largeHub.endpoint('resume');
  const inspection = await page.evaluate((request) => window.tokenLens.inspect(request), {
    model: large.repository,
    hub: endpoint,
  });
  expect(inspection.fetchByteLength).toBe(0);
  expect(await load(endpoint)).toBe(null);
  expect(await bytesOf(endpoint)).toBe(0);

  const [checkpoint] = (await page.evaluate(() => window.tokenLens.stored())).checkpoints;
  expect(checkpoint?.key).toContain(`${large.repository}/resolve/${inspection.revision}/`);
  expect(checkpoint?.byteLength).toBeGreaterThan(0.98 * inspection.report.used.byteLength);
});

test('while a download runs the demo answers; cancelled, it leaves the demo and what has arrived', async ({ page }) => {
  const app = await AppPage.open(page);
  const endpoint = await largeHub.endpoint('slow', 'slow=40');
  const loading = page.evaluate(
    (request) =>
      window.tokenLens.load(request).then(
        () => null,
        ({ code }) => code,
      ),
    { model: large.repository, hub: endpoint },
  );
  await expect.poll(async () => (await largeHub.counts(endpoint)).fileBytes).toBeGreaterThan(1_000_000);
  const { runId } = await app.status();
  const coffee = await page.evaluate(() => window.tokenLens.run('samples/chelsea.png').then(({ model }) => model.name));
  expect(coffee).toBe('demo');
  expect((await app.status()).runId).toBe((runId ?? Number.NaN) + 1);
  await page.evaluate(() => window.tokenLens.cancelLoad());
  expect(await loading).toBe('load-cancelled');
  await expect(app.alert).toHaveCount(0);
  expect((await app.status()).model?.name).toBe('demo');

  const { fileBytes } = await largeHub.counts(endpoint);
  const { fetchByteLength, report } = await page.evaluate((request) => window.tokenLens.inspect(request), {
    model: large.repository,
    hub: endpoint,
  });
  const stored = report.download.byteLength - fetchByteLength;
  expect(stored).toBeGreaterThan(0);
  expect(stored).toBeLessThanOrEqual(fileBytes);
});

test('a newer load ends an older one', async ({ page }) => {
  await openApp(page);
  const slow = await largeHub.endpoint('older', 'slow=40');
  const codes = await page.evaluate(
    async ([older, newer]) => {
      const first = window.tokenLens.load(older).then(
        () => null,
        ({ code }) => code,
      );
      await new Promise((resolve) => setTimeout(resolve, 500));
      const second = await window.tokenLens.load(newer).then(
        () => null,
        ({ code }) => code,
      );
      return [await first, second];
    },
    [
      { model: large.repository, hub: slow },
      { model: internvl, hub: hub.origin },
    ] as const,
  );
  expect(codes).toEqual(['load-cancelled', null]);
  const { model } = await page.evaluate(() => window.tokenLens.status());
  expect(model?.name).toBe(internvl);
});

interface Fault {
  readonly title: string;
  readonly faults: string;
  readonly repository?: string;
  readonly code: ErrorCode;
  readonly says: readonly string[];
}

const faults: readonly Fault[] = [
  { title: 'a hub that asks for a token', faults: 'token=hf_right', code: 'hub-unauthorized', says: ['access token'] },
  { title: 'a gated repository', faults: 'status=403', code: 'hub-forbidden', says: ['accept its terms'] },
  { title: 'too many requests', faults: 'status=429&retry-after=77', code: 'hub-rate-limited', says: ['77 s'] },
  { title: 'a hub that fails', faults: 'status=503', code: 'hub-server-error', says: ['503'] },
  { title: 'a page where a file should be', faults: 'html=config.json', code: 'file-is-html', says: ['HTML page'] },
  { title: 'a hub that forbids other origins', faults: 'no-cors', code: 'hub-unreachable', says: ['CORS'] },
  {
    title: 'a server that ignores ranges',
    faults: 'ignore-range',
    repository: 'owner/InternVL',
    code: 'range-ignored',
    says: ['ignores byte ranges'],
  },
];

test.describe('a hub that fails', () => {
  let app: AppPage;
  test.beforeAll(async ({ browser }) => {
    app = await AppPage.open(await browser.newPage());
  });
  test.afterAll(() => app.page.close());

  for (const { title, faults: query, repository = internvl, code, says } of faults) {
    test(`${title} is ${code}, with its own way out; the loaded model stays`, async () => {
      const server = repository === internvl ? hub : largeHub;
      const endpoint = await server.endpoint(`fault-${code}`, query);
      expect(await app.loadCode(repository, undefined, endpoint)).toBe(code);
      for (const text of says) await expect(app.alert).toContainText(text);
      expect((await app.status()).model?.name).toBe('demo');
      await app.alert.getByRole('button', { name: 'Dismiss' }).click();
    });
  }

  test('a repository that is not there is said by its name', async () => {
    expect(await app.loadCode('nobody/nothing', undefined, hub.origin)).toBe('hub-unauthorized');
    await expect(app.alert).toContainText('nobody/nothing');
    await app.alert.getByRole('button', { name: 'Dismiss' }).click();
  });

  test('the control: with the token, and at a hub without faults, the repository loads', async () => {
    const endpoint = await hub.endpoint('fault-hub-unauthorized', 'token=hf_right');
    const load = (token: string) =>
      app.page.evaluate(
        (request) =>
          window.tokenLens.load(request).then(
            () => null,
            ({ code }) => code,
          ),
        { model: internvl, hub: endpoint, token },
      );
    expect(await load('hf_wrong')).toBe('hub-unauthorized');
    expect(await load('hf_right')).toBe(null);
    const kept = await app.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(kept).not.toContain('hf_right');
    expect(await app.page.content()).not.toContain('hf_right');
  });
});

test('VITA asked for as a model names the encoder that belongs to it', async ({ page }) => {
  const app = await AppPage.open(page);
  expect(await app.loadCode('vita-bf16-sharded/VITA', undefined, hub.origin)).toBe('checkpoint-needs-encoder');
  await expect(app.alert).toContainText('InternViT');
});

test('a stored piece that was altered is fetched again, and the numbers are right', async ({ page }) => {
  const endpoint = await hub.endpoint('altered');
  const open = () => openApp(page, { model: internvl, hub: endpoint, image: 'samples/astronaut.png' });
  await open();
  const before = await readTensor(page, 'tokens');
  const altered = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const directory = await root.getDirectoryHandle('checkpoints');
    let count = 0;
    for await (const [name, handle] of directory.entries()) {
      if (!name.endsWith('.data') || !(handle instanceof FileSystemFileHandle)) continue;
      const file = await handle.getFile();
      if (file.size < 100_000) continue;
      const stream = await handle.createWritable({ keepExistingData: true });
      await stream.write({ type: 'write', position: file.size >> 1, data: new Uint8Array(4096).fill(66) });
      await stream.close();
      count += 1;
    }
    return count;
  });
  expect(altered).toBe(1);
  await hub.endpoint('altered');
  await open();
  expect((await hub.counts(endpoint)).fileBytes).toBeGreaterThan(0);
  expect((await readTensor(page, 'tokens')).data).toEqual(before.data);
});

test('a checkpoint of another precision says what it costs, measured on this model', async ({ page }) => {
  await openApp(page, { image: 'samples/coffee.png' });
  const exact = await readTensor(page, 'selected');
  for (const [precision, most] of [
    ['int8', 0.02],
    ['int4', 0.3],
  ] as const) {
    const report = await page.evaluate(
      (wanted) => window.tokenLens.load({ model: 'demo', precision: wanted }).then(({ precision: given }) => given),
      precision,
    );
    expect([report.requested, report.used, report.reason]).toEqual([precision, precision, null]);
    expect(report.check?.relativeError).toBeGreaterThan(1e-4);
    expect(report.check?.relativeError).toBeLessThan(most);
    await page.evaluate(() => window.tokenLens.run('samples/coffee.png', { mode: 'single' }));
    const rounded = await readTensor(page, 'selected');
    let difference = 0;
    let norm = 0;
    for (const [index, value] of exact.data.entries()) {
      difference += ((rounded.data[index] ?? Number.NaN) - value) ** 2;
      norm += value ** 2;
    }
    // The check runs the same image; its f32 comes a block at a time.
    expect(Math.sqrt(difference / norm)).toBeCloseTo(report.check?.relativeError ?? Number.NaN, 4);
    expect((await page.evaluate(() => window.tokenLens.status())).precision).toBe(precision);
  }
  const half = await page.evaluate(() =>
    window.tokenLens.load({ model: 'demo', precision: 'float16' }).then(({ precision }) => precision),
  );
  expect(half).toEqual({ requested: 'float16', used: 'float32', reason: 'wasm', check: null });
});

test('files from disk load as a repository does, the connector found among them', async ({ page }) => {
  const published = referenceCases.find(({ name }) => name === 'vita-bf16-sharded');
  if (!published) throw new Error('there is no such case');
  await openApp(page, { image: `samples/${published.image}` });
  const base = `${hub.origin}/vita-bf16-sharded`;
  const load = (paths: readonly string[]) =>
    page.evaluate(
      async ([origin, names]) => {
        const files = await Promise.all(
          names.map(async (path) => {
            const [folder = '', file = ''] = path.split('/');
            const response = await fetch(`${origin}/${folder}/resolve/main/${file}`);
            return { path, file: new File([await response.blob()], file) };
          }),
        );
        return window.tokenLens.load({ model: files }).then(
          ({ layout }) => layout,
          ({ code }) => code,
        );
      },
      [base, paths] as const,
    );
  const encoder = ['InternViT/config.json', 'InternViT/preprocessor_config.json', 'InternViT/model.safetensors'];
  const connector = [
    'VITA/config.json',
    'VITA/model.safetensors.index.json',
    'VITA/model-00001-of-00002.safetensors',
    'VITA/model-00002-of-00002.safetensors',
  ];
  expect(await load(encoder.slice(2))).toBe('files-no-config');
  expect(await load([...connector, ...encoder])).toBe('vita');
  await page.evaluate((image) => window.tokenLens.run(image, { mode: 'single' }), `samples/${published.image}`);
  await expectPublishedNumbers(page, published, 0);
});
