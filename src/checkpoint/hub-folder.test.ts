import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import { type MockHub, startMockHub } from '#testing/mock-hub.ts';
import { readJson } from './folder.ts';
import { type HubFolderOptions, openHubFolder } from './hub-folder.ts';
import { readWeights } from './read-weights.ts';
import { openCheckpoint } from './vision-checkpoint.ts';

const root = 'e2e/fixtures/reference';
const repository = 'internvl-chat-v2-bf16/InternVL';
const token = 'hf_secretSECRETsecret';
const weights = readFileSync(`${root}/${repository}/model.safetensors`);

let hub: MockHub;
beforeAll(async () => {
  hub = await startMockHub(root);
});
afterAll(() => hub.close());

/** A pause is as good as none. */
const patience = { firstRetryDelayMs: 5, maxRetryAfterSeconds: 5 };

const openAt = (endpoint: string, options: Partial<HubFolderOptions> = {}) =>
  openHubFolder({ repository, endpoint, patience, ...options });

/** Bytes of a folder's JSON, but for what nobody reads, and of its headers: all but the tensors. */
function documentsByteLength(folder: string): number {
  // InternVL chat's own callers prepare images without a file.
  const isRead = (path: string) => folder !== repository || path !== 'preprocessor_config.json';
  const paths = readdirSync(`${root}/${folder}`).filter(isRead);
  return paths.reduce((sum, path) => {
    const bytes = readFileSync(`${root}/${folder}/${path}`);
    return sum + (path.endsWith('.json') ? bytes.byteLength : 8 + Number(bytes.readBigUInt64LE(0)));
  }, 0);
}

describe('openHubFolder', () => {
  it('resolves the revision to a commit and reads every file at that commit', async () => {
    const folder = await openAt(await hub.endpoint('plain'));
    expect(folder.revision).toMatch(/^[0-9a-f]{40}$/);
    const config = await folder.openRequired('config.json');
    expect(config.name).toBe(`${hub.origin}/x-plain/${repository}/resolve/${folder.revision}/config.json`);
    expect(await readJson(config)).toHaveProperty('vision_config');
    expect((await openCheckpoint(folder, null)).layout).toBe('internvl-chat');
    expect(await folder.open('absent.json')).toBeNull();
    expect((await reportOf(() => folder.openRequired('absent.json'))).code).toBe('file-not-found');
  });

  it('asks nothing about a commit that is given', async () => {
    const { revision } = await openAt(hub.origin);
    const endpoint = await hub.endpoint('commit');
    const folder = await openAt(endpoint, { revision });
    expect((await hub.counts(endpoint)).requests).toBe(0);
    expect(await folder.open('config.json')).not.toBeNull();
  });

  it('reads exactly the range it asks for, and counts what arrives', async () => {
    let bytesArrived = 0;
    const onBytes = (byteLength: number) => {
      bytesArrived += byteLength;
    };
    const endpoint = await hub.endpoint('ranges');
    const file = await (await openAt(endpoint, { onBytes })).openRequired('model.safetensors');
    expect(file.byteLength).toBe(weights.byteLength);
    const bytes = await file.read(300_000, 400_000);
    expect(Buffer.compare(bytes, weights.subarray(300_000, 400_000))).toBe(0);
    expect(bytesArrived).toBe(8 + 100_000);
    expect((await hub.counts(endpoint)).fileBytes).toBe(bytesArrived);
  });

  it.each([
    ['a language model inside', repository, null],
    ['the names of transformers', 'internvl-hf-bf16/InternVL-hf', null],
    ['the connector in shards, in a folder of its own', 'vita-bf16-sharded/InternViT', 'vita-bf16-sharded/VITA'],
  ])('fetches at most 1.02 times what is needed of a small checkpoint with %s', async (_, model, connector) => {
    const endpoint = await hub.endpoint('small');
    const folder = await openAt(endpoint, { repository: model });
    const connectorFolder = connector === null ? null : await openAt(endpoint, { repository: connector });
    const checkpoint = await openCheckpoint(folder, connectorFolder);
    let weightsRead = 0;
    await readWeights(
      checkpoint,
      () => true,
      () => {
        weightsRead += 1;
      },
    );
    expect(weightsRead).toBe(checkpoint.weights.size);
    const documents = documentsByteLength(model) + (connector === null ? 0 : documentsByteLength(connector));
    const needed = documents + checkpoint.byteLength;
    const { fileBytes } = await hub.counts(endpoint);
    expect(fileBytes).toBeGreaterThanOrEqual(needed);
    expect(fileBytes / needed).toBeLessThanOrEqual(1.02);
  });

  it('reads a folder within a repository', async () => {
    const outer = await startMockHub('e2e/fixtures');
    try {
      const options = { repository: 'reference/vita-bf16-sharded', endpoint: outer.origin };
      const model = await openHubFolder({ ...options, folder: 'InternViT' });
      const connector = await openHubFolder({ ...options, folder: 'VITA' });
      expect(connector.name).toBe(`${outer.origin}/reference/vita-bf16-sharded/resolve/${connector.revision}/VITA/`);
      expect((await openCheckpoint(model, connector)).layout).toBe('vita');
      const url = `${options.endpoint}/${options.repository}/resolve/${model.revision}/`;
      const absent = await openHubFolder({ ...options, folder: 'no such/folder' });
      const open = (path: string) => reportOf(() => absent.openRequired(path));
      expect(await open('config.json')).toMatchObject({
        code: 'file-not-found',
        details: { url: `${url}no%20such/folder/config.json` },
      });
    } finally {
      await outer.close();
    }
  });

  it.each([
    ['e2e/fixtures', 'reference/vita-bf16-sharded', undefined, ['InternViT', 'VITA']],
    ['e2e/fixtures', 'reference/internvit-bf16', 'main', ['InternViT@main']],
    ['e2e', 'fixtures/reference', undefined, ['internvit-bf16/InternViT', 'vita-bf16-sharded/VITA']],
  ])('names the folders of %s/%s that hold a checkpoint where its root holds none', async (served, name, at, found) => {
    const outer = await startMockHub(served);
    try {
      const folder = await openHubFolder({ repository: name, endpoint: outer.origin, ...(at && { revision: at }) });
      const report = await reportOf(() => openCheckpoint(folder, null));
      expect(report).toMatchObject({ code: 'checkpoint-in-folder', details: { folder: folder.name } });
      const names = String(report.details.folders).split(', ');
      expect(names).toEqual(expect.arrayContaining(found.map((path) => `${name}/${path}`)));
    } finally {
      await outer.close();
    }
  });

  it('says of a repository without any checkpoint that its configuration is not there', async () => {
    const outer = await startMockHub('e2e');
    try {
      const folder = await openHubFolder({ repository: 'fixtures/images', endpoint: outer.origin });
      const report = await reportOf(() => openCheckpoint(folder, null));
      expect(report).toMatchObject({ code: 'file-not-found', details: { url: `${folder.name}config.json` } });
    } finally {
      await outer.close();
    }
  });

  it('goes on after each break with the byte that did not arrive', async () => {
    const endpoint = await hub.endpoint('cut', 'cut=70000&on=files');
    const file = await (await openAt(endpoint)).openRequired('model.safetensors');
    const bytes = await file.read(0, weights.byteLength);
    expect(Buffer.compare(bytes, weights)).toBe(0);
    expect((await hub.counts(endpoint)).fileBytes).toBe(weights.byteLength);
  });

  it.each([
    ['hub-unauthorized', 'status=401', { repository }],
    ['hub-forbidden', 'status=403', { repository }],
    ['hub-rate-limited', 'status=429&retry-after=7', { seconds: 7 }],
    ['hub-rate-limited', 'status=429', { seconds: 300 }],
    ['hub-server-error', 'status=503', { status: 503 }],
  ])('tells %s, at the start and when a file is read (%s)', async (code, fault, details) => {
    const endpoint = await hub.endpoint(code, `${fault}&on=api`);
    expect(await reportOf(() => openAt(endpoint))).toMatchObject({ code, details: { endpoint, ...details } });
    const later = await openAt(await hub.endpoint(code, `${fault}&on=files`));
    const expected = { code, details: { endpoint, ...details } };
    expect(await reportOf(() => later.open('model.safetensors'))).toMatchObject(expected);
    const mended = await openAt(await hub.endpoint(code));
    expect(await mended.open('model.safetensors')).not.toBeNull();
  });

  it('tells a repository or a revision that is not there', async () => {
    const endpoint = await hub.endpoint('absent');
    expect((await reportOf(() => openAt(endpoint, { repository: 'no/such' }))).code).toBe('hub-unauthorized');
    const absent = { code: 'hub-repository-not-found', details: { repository: 'no/such', revision: 'main' } };
    expect(await reportOf(() => openAt(endpoint, { repository: 'no/such', token }))).toMatchObject(absent);
    const gone = { code: 'hub-repository-not-found', details: { repository, revision: 'v9' } };
    expect(await reportOf(() => openAt(endpoint, { revision: 'v9' }))).toMatchObject(gone);
    const folder = await openAt(endpoint, { revision: '0'.repeat(40) });
    expect((await reportOf(() => folder.open('config.json'))).code).toBe('hub-repository-not-found');
    expect((await openAt(endpoint, { revision: 'main' })).revision).toMatch(/^[0-9a-f]{40}$/);
  });

  it('sends the token, and never shows it', async () => {
    const endpoint = await hub.endpoint('gated', `token=${token}`);
    const folder = await openAt(endpoint, { token });
    expect(await folder.open('model.safetensors')).not.toBeNull();
    const wrong = await reportOf(() => openAt(endpoint, { token: 'hf_wrongWRONGwrong' }));
    expect(wrong.code).toBe('hub-unauthorized');
    const gone = await reportOf(() => openAt(endpoint, { token, revision: 'v9' }));
    expect(JSON.stringify([wrong, gone, folder.name])).not.toMatch(/hf_/);
  });

  it('takes a short file whole from a server that ignores Range, and fetches nothing again', async () => {
    const endpoint = await hub.endpoint('whole', 'ignore-range');
    const folder = await openAt(endpoint);
    expect(await folder.open('config.json')).not.toBeNull();
    const { fileBytes: configBytes } = await hub.counts(endpoint);
    const file = await folder.openRequired('model.safetensors');
    expect(file.byteLength).toBe(weights.byteLength);
    expect(Buffer.compare(await file.read(300_000, 400_000), weights.subarray(300_000, 400_000))).toBe(0);
    expect(Buffer.compare(await file.read(0, weights.byteLength), weights)).toBe(0);
    expect((await hub.counts(endpoint)).fileBytes).toBe(configBytes + weights.byteLength);
  });

  it('tells a page in place of the weights, or of the answer about the repository', async () => {
    const endpoint = await hub.endpoint('page', 'html&on=api');
    const expected = { code: 'file-is-html', details: { url: `${endpoint}/api/models/${repository}` } };
    expect(await reportOf(() => openAt(endpoint))).toMatchObject(expected);
    const folder = await openAt(await hub.endpoint('page', 'html=.safetensors&on=files'));
    const url = `${folder.name}model.safetensors`;
    expect(await reportOf(() => openCheckpoint(folder, null))).toMatchObject({
      code: 'file-is-html',
      details: { url },
    });
    await hub.endpoint('page', 'html=.onnx&on=files');
    expect((await openCheckpoint(folder, null)).vision.layers).toBeGreaterThan(0);
  });

  it('says that nobody answers', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const endpoint = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((resolve) => closed.close(resolve));
    expect(await reportOf(() => openAt(endpoint))).toMatchObject({ code: 'hub-unreachable', details: { endpoint } });
  });

  it('stops when it is told to', async () => {
    const cancelled = AbortSignal.abort();
    const endpoint = await hub.endpoint('slow', 'slow=50&on=files');
    expect((await reportOf(() => openAt(endpoint, { signal: cancelled }))).code).toBe('load-cancelled');
    const controller = new AbortController();
    const file = await (await openAt(endpoint, { signal: controller.signal })).openRequired('model.safetensors');
    const reading = reportOf(() => file.read(262_144, weights.byteLength));
    setTimeout(() => controller.abort(), 30);
    expect((await reading).code).toBe('load-cancelled');
  });

  it.each([
    { repository: 'a/b/c' },
    { repository: 'a/../b' },
    { repository, endpoint: 'ftp://hub' },
    { repository, endpoint: 'hub' },
    { repository, folder: '/a' },
    { repository, folder: 'a/' },
    { repository, folder: 'a/../../b' },
  ])('refuses %o', async (options) => {
    expect((await reportOf(() => openHubFolder(options))).code).toBe('invalid-argument');
  });
});
