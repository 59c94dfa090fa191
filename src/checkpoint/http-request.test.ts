import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import { type MockHub, startMockHub } from '#testing/mock-hub.ts';
import type { CheckpointFile } from './folder.ts';
import type { HttpPatience } from './http-request.ts';
import { type HubFolderOptions, openHubFolder } from './hub-folder.ts';

const root = 'e2e/fixtures/reference';
const repository = 'internvl-chat-v2-bf16/InternVL';
const weights = readFileSync(`${root}/${repository}/model.safetensors`);
const weightsPath = 'model.safetensors';

/** A pause is as good as none, and no connection counts as stalled. */
const quick: HttpPatience = { firstRetryDelayMs: 5 };
/** A connection counts as stalled as soon as a busy machine allows. */
const restless: HttpPatience = { firstRetryDelayMs: 5, stallTimeoutMs: 500 };

let hub: MockHub;
let revision: string;
beforeAll(async () => {
  hub = await startMockHub(root);
  revision = (await openHubFolder({ repository, endpoint: hub.origin })).revision;
});
afterAll(() => hub.close());

const openAt = (endpoint: string, options: Partial<HubFolderOptions> = {}) =>
  openHubFolder({ repository, endpoint, patience: quick, ...options });

/** The weights, opened before the faults are set, and the endpoint with the faults. */
async function openWeights(faults: string, options: Partial<HubFolderOptions> = {}) {
  const endpoint = await hub.endpoint('weights');
  const file = await (await openAt(endpoint, { revision, ...options })).openRequired(weightsPath);
  await hub.endpoint('weights', faults);
  return { endpoint, file };
}

async function expectAll(file: CheckpointFile, endpoint: string): Promise<void> {
  const bytes = await file.read(8, weights.byteLength);
  expect(Buffer.compare(bytes, weights.subarray(8))).toBe(0);
  expect((await hub.counts(endpoint)).fileBytes).toBe(weights.byteLength - 8);
}

describe('a connection that brings nothing', () => {
  it('is given up, and the next goes on with the first byte that did not arrive', async () => {
    const { endpoint, file } = await openWeights('stall=150000', { patience: restless });
    await expectAll(file, endpoint);
    // 526,880 bytes by three that stall and one that ends.
    expect((await hub.counts(endpoint)).fileRequests).toBe(4);
  });

  it('is not given up while it brings a little', async () => {
    const { endpoint, file } = await openWeights('slow=150', { patience: { ...quick, stallTimeoutMs: 800 } });
    const startMs = performance.now();
    await expectAll(file, endpoint);
    expect(performance.now() - startMs).toBeGreaterThan(1_100);
    expect((await hub.counts(endpoint)).fileRequests).toBe(1);
  });

  it('is given up before it answers as well, at the hub and where the files are', async () => {
    const endpoint = await hub.endpoint('silent', 'silent&times=2&on=api');
    expect((await openAt(endpoint, { patience: restless })).revision).toBe(revision);
    await hub.endpoint('silent', 'silent&times=2&on=files');
    const folder = await openAt(endpoint, { patience: restless, revision });
    expect((await folder.openRequired(weightsPath)).byteLength).toBe(weights.byteLength);
    expect(await hub.counts(endpoint)).toMatchObject({ fileRequests: 3, fileBytes: 8 });
  });

  it('ends the loading when four in a row brought nothing, and says why', async () => {
    const endpoint = await hub.endpoint('silent', 'silent');
    expect(await reportOf(() => openAt(endpoint, { patience: restless }))).toMatchObject({
      code: 'hub-unreachable',
      details: { endpoint, reason: 'no byte arrived for 0.5 s' },
    });
    expect((await hub.counts(endpoint)).requests).toBe(4);
  });
});

describe('a server in trouble', () => {
  const passing = ['status=500', 'status=502', 'status=503', 'status=504', 'status=429&retry-after=0'];

  it.each(passing)('is asked again about the commit, the first bytes and a range (%s)', async (fault) => {
    const endpoint = await hub.endpoint('passing', `${fault}&times=3&on=api`);
    expect((await openAt(endpoint)).revision).toBe(revision);
    expect((await hub.counts(endpoint)).requests).toBe(4);
    await hub.endpoint('passing', `${fault}&times=3&on=files`);
    const folder = await openAt(endpoint, { revision });
    expect((await folder.openRequired(weightsPath)).byteLength).toBe(weights.byteLength);
    expect(await hub.counts(endpoint)).toMatchObject({ fileRequests: 4, fileBytes: 8 });
    const later = await openWeights(`${fault}&times=3&on=files`);
    await expectAll(later.file, later.endpoint);
    expect((await hub.counts(later.endpoint)).fileRequests).toBe(4);
  });

  it('is asked four times in all, with growing pauses', async () => {
    const endpoint = await hub.endpoint('lasting', 'status=503');
    const startMs = performance.now();
    expect(await reportOf(() => openAt(endpoint, { patience: { firstRetryDelayMs: 40 } }))).toMatchObject({
      code: 'hub-server-error',
      details: { status: 503 },
    });
    // Timers may be early by a part of a millisecond.
    expect(performance.now() - startMs).toBeGreaterThan(40 + 80 + 160 - 3);
    expect((await hub.counts(endpoint)).requests).toBe(4);
  });

  it.each(['status=401', 'status=403', 'status=404', 'status=429', 'status=501'])(
    'is not asked again where that is of no use (%s)',
    async (fault) => {
      const endpoint = await hub.endpoint('final', fault);
      expect((await reportOf(() => openAt(endpoint))).code).toMatch(/^hub-/);
      expect((await hub.counts(endpoint)).requests).toBe(1);
      const { endpoint: files, file } = await openWeights(`${fault}&on=files`);
      await reportOf(() => file.read(8, 100));
      expect(await hub.counts(files)).toMatchObject({ fileRequests: 1, fileBytes: 0 });
    },
  );

  it.each([
    ['429', 'hub-rate-limited', { seconds: 31 }],
    ['503', 'hub-server-error', { status: 503 }],
  ])('is not waited for longer than 30 s (%s)', async (status, code, details) => {
    const endpoint = await hub.endpoint('long', `status=${status}&retry-after=31&times=1`);
    expect(await reportOf(() => openAt(endpoint))).toMatchObject({ code, details });
    expect((await hub.counts(endpoint)).requests).toBe(1);
    await hub.endpoint('long', `status=${status}&retry-after=2&times=1`);
    const patience = { ...quick, maxRetryAfterSeconds: 1 };
    expect((await reportOf(() => openAt(endpoint, { patience }))).code).toBe(code);
  });

  it('is left alone for as long as it asks', async () => {
    const endpoint = await hub.endpoint('short', 'status=429&retry-after=1&times=1');
    const startMs = performance.now();
    expect((await openAt(endpoint)).revision).toBe(revision);
    expect(performance.now() - startMs).toBeGreaterThan(997);
  });
});

describe('cancelling', () => {
  it.each(['status=429&retry-after=20', 'silent', 'stall=1000'])('ends any wait at once (%s)', async (fault) => {
    const controller = new AbortController();
    const { file } = await openWeights(fault, { signal: controller.signal });
    const startMs = performance.now();
    const reading = reportOf(() => file.read(8, weights.byteLength));
    setTimeout(() => controller.abort(), 200);
    expect((await reading).code).toBe('load-cancelled');
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });
});

it('begins anew where a server that ignores Range broke off', async () => {
  const endpoint = await hub.endpoint('whole', 'ignore-range&cut=1000&times=1');
  const folder = await openAt(endpoint, { revision });
  const file = await folder.openRequired(weightsPath);
  expect(Buffer.compare(await file.read(0, weights.byteLength), weights)).toBe(0);
  expect(await hub.counts(endpoint)).toMatchObject({ fileRequests: 2, fileBytes: 1000 + weights.byteLength });
});
