import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { ErrorCode } from '#errors.ts';
import { type InternVlRepository, writeInternVlRepository } from '#testing/internvl-repository.ts';
import { type MockHub, startMockHub } from '#testing/mock-hub.ts';
import { writeSparseInternVit6B } from '#testing/sparse-repository.ts';
import { AppPage, readTensor } from './app.ts';
import { expectPublishedNumbers } from './published-numbers.ts';
import { referenceCases } from './reference-cases.ts';

const internvl = 'internvl-chat-v2-bf16/InternVL';
const tooLarge = 'owner/InternViT-6B';

let hub: MockHub;
let large: InternVlRepository;
let largeHub: MockHub;
let app: AppPage;
test.beforeAll(async ({ browser }) => {
  large = await writeInternVlRepository();
  await writeSparseInternVit6B(join(large.root, tooLarge));
  [hub, largeHub] = await Promise.all([startMockHub('e2e/fixtures/reference'), startMockHub(large.root)]);
  app = await AppPage.open(await browser.newPage());
});
/** The demo model in float32, whatever the test before has left. */
test.beforeEach(async () => {
  const { model } = await app.status();
  if (model?.name === 'demo' && model.precision.requested === 'float32') return;
  await app.page.evaluate(() => window.tokenLens.load({ model: 'demo', precision: 'float32' }));
});
test.afterAll(async () => {
  await app.page.close();
  await Promise.all([hub.close(), largeHub.close()]);
  await large.remove();
});

/** What loading the large repository of `endpoint` takes. */
function inspect(endpoint: string) {
  return app.page.evaluate((request) => window.tokenLens.inspect(request), {
    model: large.repository,
    hub: endpoint,
  });
}

test('a repository is inspected by its headers alone, and its commit is in the report', async () => {
  const endpoint = await largeHub.endpoint('inspect');
  const inspection = await inspect(endpoint);
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

test('a download that breaks twice goes on where it was, and a second start fetches no weight', async () => {
  const load = (endpoint: string) => app.loadCode(large.repository, undefined, endpoint);
  const bytesOf = async (endpoint: string) => (await largeHub.counts(endpoint)).fileBytes;

  let fetched = 0;
  for (const budget of [12_000_000, 9_000_000]) {
    // What lies unread within the browser when a connection breaks is lost to any page: at 5 MB/s that is little.
    const broken = await largeHub.endpoint('resume', `budget=${budget}&slow=50`);
    expect(await load(broken)).toBe('hub-unreachable');
    await expect(app.alert).toContainText('could not be reached');
    fetched += await bytesOf(broken);
  }
  expect((await app.status()).model?.name).toBe('demo');
  const endpoint = await largeHub.endpoint('resume');
  expect(await load(endpoint)).toBe(null);
  fetched += await bytesOf(endpoint);
  expect(fetched).toBeLessThanOrEqual(1.02 * large.neededByteLength);

  await app.page.reload();
  await app.page.evaluate(() => window.tokenLens.ready);
  await largeHub.endpoint('resume');
  const inspection = await inspect(endpoint);
  expect(inspection.fetchByteLength).toBe(0);
  expect(await load(endpoint)).toBe(null);
  expect(await bytesOf(endpoint)).toBe(0);

  const { checkpoints } = await app.page.evaluate(() => window.tokenLens.stored());
  const checkpoint = checkpoints.find(({ key }) => key.startsWith(endpoint));
  expect(checkpoint?.key).toContain(`${large.repository}/resolve/${inspection.revision}/`);
  expect(checkpoint?.byteLength).toBeGreaterThan(0.98 * inspection.report.used.byteLength);
});

test('while a download runs the demo answers; cancelled, it leaves the demo and what has arrived', async () => {
  const { page } = app;
  const endpoint = await largeHub.endpoint('slow', 'slow=40');
  const loading = app.loadCode(large.repository, undefined, endpoint);
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
  const { fetchByteLength, report } = await inspect(endpoint);
  const stored = report.download.byteLength - fetchByteLength;
  expect(stored).toBeGreaterThan(0);
  expect(stored).toBeLessThanOrEqual(fileBytes);
});

test('a checkpoint that memory cannot hold is refused before a weight is fetched', async () => {
  const endpoint = await largeHub.endpoint('large');
  expect(await app.loadCode(tooLarge, undefined, endpoint)).toBe('checkpoint-too-large');
  await expect(app.alert).toContainText('In float32 the weights take 22.1 GB; there is room for 3.76 GB here.');
  expect((await largeHub.counts(endpoint)).fileBytes).toBeLessThan(200_000);
  expect((await app.status()).model?.name).toBe('demo');
  const { fits } = await app.page.evaluate((request) => window.tokenLens.inspect(request), {
    model: tooLarge,
    hub: endpoint,
  });
  expect(fits.map(({ precision, problem }) => [precision, problem?.kind])).toContainEqual(['int8', 'heap']);
});

for (const phase of ['compiling', 'converting'] as const) {
  test(`a load that is cancelled while ${phase} leaves the demo, and the next one finds the engine in order`, async () => {
    const endpoint = await largeHub.endpoint('cancelled');
    const code = await app.page.evaluate(
      ([request, text]) => {
        const loading = window.tokenLens.load(request).then(
          () => null,
          ({ code }) => code,
        );
        const observer = new MutationObserver(() => {
          if (!document.body.textContent?.toLowerCase().includes(text)) return;
          observer.disconnect();
          window.tokenLens.cancelLoad();
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
        return loading;
      },
      [{ model: large.repository, hub: endpoint }, phase] as const,
    );
    expect(code).toBe('load-cancelled');
    expect((await app.status()).model?.name).toBe('demo');
    expect(await app.loadCode(internvl, undefined, hub.origin)).toBe(null);
  });
}

test('a disk that is full is said, and the checkpoint loads all the same', async () => {
  const { page } = app;
  const devTools = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  const endpoint = await largeHub.endpoint('full');
  await devTools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 2_000_000 });
  try {
    const { fetchByteLength, report } = await inspect(endpoint);
    expect(fetchByteLength).toBe(report.download.byteLength);
    expect(await app.loadCode(large.repository, undefined, endpoint)).toBe(null);
    expect((await app.status()).model?.notice?.code).toBe('cache-full');
    await expect(page.getByText('The browser has no room left to store the checkpoint.')).toBeVisible();
  } finally {
    await devTools.send('Storage.overrideQuotaForOrigin', { origin });
    await devTools.detach();
  }
});

test('a newer load ends an older one', async () => {
  const slow = await largeHub.endpoint('older', 'slow=40');
  const codes = await app.page.evaluate(
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
  expect((await app.status()).model?.name).toBe(internvl);
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
    // Who shows a token is told that there is none: 404.
    const request = { model: 'nobody/nothing', hub: hub.origin, token: 'hf_right' };
    const code = await app.page.evaluate((asked) => window.tokenLens.load(asked).catch((error) => error.code), request);
    expect(code).toBe('hub-repository-not-found');
    await expect(app.alert).toContainText('has no repository nobody/nothing at revision main');
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

test('VITA asked for as a model names the encoder that belongs to it', async () => {
  expect(await app.loadCode('vita-bf16-sharded/VITA', undefined, hub.origin)).toBe('checkpoint-needs-encoder');
  await expect(app.alert).toContainText('InternViT');
  await app.alert.getByRole('button', { name: 'Dismiss' }).click();
});

test('a stored piece that was altered is fetched again, and the numbers are right', async () => {
  const endpoint = await hub.endpoint('altered');
  const readTokens = async () => {
    expect(await app.loadCode(internvl, undefined, endpoint)).toBe(null);
    await app.page.evaluate(() => window.tokenLens.run('samples/astronaut.png'));
    return (await readTensor(app.page, 'tokens')).data;
  };
  const before = await readTokens();
  // The engine keeps a file open for a moment after its last use, and nobody else may write to it then.
  await expect(async () => expect(await alterStored(endpoint)).toBe(1)).toPass({ timeout: 10_000 });
  await hub.endpoint('altered');
  expect(await readTokens()).toEqual(before);
  expect((await hub.counts(endpoint)).fileBytes).toBeGreaterThan(0);
});

/** Writes over the middle of every large file that is stored of `endpoint`; returns how many there are. */
function alterStored(endpoint: string): Promise<number> {
  return app.page.evaluate(async (folder) => {
    const root = await navigator.storage.getDirectory();
    const directory = await root.getDirectoryHandle('checkpoints');
    let count = 0;
    for await (const [name, handle] of directory.entries()) {
      if (!name.endsWith('.data') || !(handle instanceof FileSystemFileHandle)) continue;
      const index = await directory.getFileHandle(name.replace('.data', '.index'));
      const [stored, file] = await Promise.all([(await index.getFile()).text(), handle.getFile()]);
      if (!stored.includes(folder) || file.size < 100_000) continue;
      const stream = await handle.createWritable({ keepExistingData: true });
      await stream.write({ type: 'write', position: file.size >> 1, data: new Uint8Array(4096).fill(66) });
      await stream.close();
      count += 1;
    }
    return count;
  }, endpoint);
}

test('a checkpoint of another precision says what it costs, measured on this model', async () => {
  const { page } = app;
  await page.evaluate(() => window.tokenLens.run('samples/coffee.png', { mode: 'single' }));
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
    expect((await app.status()).precision).toBe(precision);
  }
  const half = await page.evaluate(() =>
    window.tokenLens.load({ model: 'demo', precision: 'float16' }).then(({ precision }) => precision),
  );
  expect(half).toEqual({ requested: 'float16', used: 'float32', reason: 'wasm', check: null });
});

test('files from disk load as a repository does, the connector found among them', async () => {
  const { page } = app;
  const published = referenceCases.find(({ name }) => name === 'vita-bf16-sharded');
  if (!published) throw new Error('there is no such case');
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
