import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { inspectCheckpoint } from '#checkpoint/checkpoint-report.ts';
import { openHubFolder, type PinnedFolder } from '#checkpoint/hub-folder.ts';
import { readWeights } from '#checkpoint/read-weights.ts';
import { openCheckpoint } from '#checkpoint/vision-checkpoint.ts';
import { TokenLensError } from '#errors.ts';
import { reportOf } from '#testing/errors.ts';
import { type InternVlRepository, writeInternVlRepository } from '#testing/internvl-repository.ts';
import { createMemoryStorage } from '#testing/memory-storage.ts';
import { type MockHub, startMockHub } from '#testing/mock-hub.ts';
import type { ByteStorage } from './byte-storage.ts';
import { type CachedFolderOptions, createCachedFolder } from './cached-folder.ts';
import { createRangeCache } from './range-cache.ts';

const mebibyte = 1024 * 1024;

let source: InternVlRepository;
let hub: MockHub;
let storage: ByteStorage;
beforeAll(async () => {
  source = await writeInternVlRepository();
  hub = await startMockHub(source.root);
});
afterAll(async () => {
  await hub.close();
  await source.remove();
});
beforeEach(() => {
  storage = createMemoryStorage();
});

interface Start extends CachedFolderOptions {
  readonly faults?: string;
  readonly revision?: string;
  readonly signal?: AbortSignal;
  readonly onBytes?: (byteLength: number) => void;
}

/** What a page does that has just been opened. */
async function startFolder({ faults = '', ...start }: Start = {}): Promise<PinnedFolder> {
  const endpoint = await hub.endpoint('case', faults);
  const patience = { firstRetryDelayMs: 5 };
  const folder = await openHubFolder({ repository: source.repository, endpoint, patience, ...start });
  return createCachedFolder(folder, createRangeCache(storage), start);
}

/** Reads all weights and gives their SHA-256. */
async function readAll(folder: PinnedFolder): Promise<string> {
  const digest = createHash('sha256');
  await readWeights(
    await openCheckpoint(folder, null),
    () => true,
    ({ name, bytes }) => {
      digest.update(name).update(bytes);
    },
  );
  return digest.digest('hex');
}

const counts = () => hub.counts(`${hub.origin}/x-case`);

// Each test reads a checkpoint of 33 MB from another process, some of them three times.
describe('createCachedFolder', { timeout: 60_000 }, () => {
  it('asks for no more than 1.02 times the bytes that are needed, and as many as the report says', async () => {
    const folder = await startFolder();
    const { report } = await inspectCheckpoint(folder, null);
    const { fileBytes: headers } = await counts();
    await readAll(await startFolder());
    const weights = (await counts()).fileBytes;
    expect(headers + weights).toBeGreaterThanOrEqual(source.neededByteLength);
    expect((headers + weights) / source.neededByteLength).toBeLessThanOrEqual(1.02);
    expect(report.download.byteLength).toBe(weights);
    expect(source.neededByteLength / source.byteLength).toBeLessThan(0.4);
  });

  it('makes no request for weights at the second start, and none at all for a known commit', async () => {
    const folder = await startFolder();
    const digest = await readAll(folder);
    expect(await readAll(await startFolder())).toBe(digest);
    expect(await counts()).toEqual({ requests: 1, fileRequests: 0, fileBytes: 0 });
    expect(await readAll(await startFolder({ revision: folder.revision }))).toBe(digest);
    expect(await counts()).toEqual({ requests: 0, fileRequests: 0, fileBytes: 0 });
  });

  it('fetches no byte twice over two broken attempts', async () => {
    const digest = await readAll(await startFolder());
    const { fileBytes: clean } = await counts();
    storage = createMemoryStorage();
    let total = 0;
    // What is on its way when a connection breaks is lost; a busy machine gets a second to read it.
    for (const faults of ['budget=9000000&linger=1000', 'budget=12000000&linger=1000']) {
      const folder = await startFolder({ faults });
      expect((await reportOf(() => readAll(folder))).code).toBe('hub-unreachable');
      total += (await counts()).fileBytes;
    }
    expect(await readAll(await startFolder())).toBe(digest);
    total += (await counts()).fileBytes;
    expect(total / clean).toBeLessThanOrEqual(1.02);
    expect(total).toBeGreaterThanOrEqual(clean);
    expect(await readAll(await startFolder())).toBe(digest);
    expect((await counts()).fileBytes).toBe(0);
  });

  /** Bytes that had arrived and were not stored when the tab was closed, 1 MB into a slow download. */
  async function loseByClosing(maxUnstoredMs: number): Promise<number> {
    const kept = createMemoryStorage();
    let arrived = 0;
    let isOpen = true;
    storage = {
      ...kept,
      async write(name, start, bytes) {
        if (isOpen) await kept.write(name, start, bytes);
      },
    };
    const controller = new AbortController();
    const onBytes = (byteLength: number) => {
      arrived += byteLength;
      if (arrived < 1_000_000) return;
      isOpen = false;
      controller.abort();
    };
    const folder = await startFolder({ faults: 'slow=100', maxUnstoredMs, onBytes, signal: controller.signal });
    expect((await reportOf(() => readAll(folder))).code).toBe('load-cancelled');
    const files = await kept.list();
    const stored = files.filter(({ name }) => name.endsWith('.data')).reduce((sum, file) => sum + file.byteLength, 0);
    expect(stored).toBeGreaterThan(0);
    return arrived - stored;
  }

  it('loses little of a slow download when the tab is closed, because it stores by the time as well', async () => {
    // A chunk or two for each request under way; more of them on a busy machine, where they arrive in bursts.
    expect(await loseByClosing(50)).toBeLessThanOrEqual(600_000);
    expect(await loseByClosing(60_000)).toBeGreaterThan(900_000);
  });

  it('puts what was stored bit by bit together, so that it is read back in few pieces', async () => {
    const folder = await startFolder({ maxUnstoredMs: 0 });
    await readAll(folder);
    const file = await createRangeCache(storage).file(folder.name, 'model.safetensors');
    const extents = await file.extents();
    const stored = extents.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(stored).toBeGreaterThan(32_000_000);
    // A piece takes no more when the next chunk does not fit: it may be short of its full length by one.
    expect(stored / extents.length).toBeGreaterThan(0.75 * mebibyte);
  });

  it('keeps what has arrived when it is cancelled', async () => {
    const digest = await readAll(await startFolder());
    const { fileBytes: clean } = await counts();
    storage = createMemoryStorage();
    let arrived = 0;
    const controller = new AbortController();
    const onBytes = (byteLength: number) => {
      arrived += byteLength;
      if (arrived > 10_000_000) controller.abort();
    };
    const folder = await startFolder({ onBytes, signal: controller.signal });
    expect((await reportOf(() => readAll(folder))).code).toBe('load-cancelled');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await readAll(await startFolder({ onBytes }))).toBe(digest);
    expect(arrived / clean).toBeLessThanOrEqual(1.02);
  });

  it('loses at most one piece for each request under way when the tab is closed', async () => {
    await readAll(await startFolder());
    const { fileBytes: clean } = await counts();
    const open = createMemoryStorage();
    let written = 0;
    // After a while nothing is written any more: the tab is gone.
    storage = {
      ...open,
      async write(name, start, bytes) {
        written += bytes.byteLength;
        if (written < 12 * mebibyte) await open.write(name, start, bytes);
      },
    };
    // In whole pieces: on a slow machine those stored by the time are written again, and the tab would be gone sooner. What lies
    // unread when a connection breaks is another loss: a busy machine gets a second to read it.
    const folder = await startFolder({ faults: 'budget=14000000&linger=1000', maxUnstoredMs: 60_000 });
    await reportOf(() => readAll(folder));
    const before = (await counts()).fileBytes;
    storage = open;
    await readAll(await startFolder());
    const after = (await counts()).fileBytes;
    expect(before).toBe(14_000_000);
    // Four requests, whichever of them were ahead when the connection broke.
    expect(before + after - clean).toBeLessThanOrEqual(4 * mebibyte);
    expect(after).toBeLessThan(clean - 9 * mebibyte);
  });

  it('fetches an altered piece again, and nothing else', async () => {
    const digest = await readAll(await startFolder());
    const data = (await storage.list()).reduce((a, b) => (a.byteLength > b.byteLength ? a : b)).name;
    await storage.write(data, 5 * mebibyte, Uint8Array.of(1, 2, 3, 4));
    expect(await readAll(await startFolder())).toBe(digest);
    const { fileBytes } = await counts();
    expect(fileBytes).toBeGreaterThan(0);
    expect(fileBytes).toBeLessThan(1.2 * mebibyte);
    await readAll(await startFolder());
    expect((await counts()).fileBytes).toBe(0);
  });

  /** A storage that takes `room` bytes more and then nothing. */
  function limit(of: ByteStorage, room: number): ByteStorage {
    let left = room;
    return {
      ...of,
      async write(name, start, bytes) {
        left -= bytes.byteLength;
        if (left < 0) throw new TokenLensError('cache-full', 'checkpoint');
        await of.write(name, start, bytes);
      },
    };
  }

  it.each([250, 0])('goes on without the storage where it is full (stored after %d ms)', async (maxUnstoredMs) => {
    const plain = storage;
    const told: string[] = [];
    storage = limit(plain, 5 * mebibyte);
    const digest = await readAll(await startFolder({ maxUnstoredMs, onFull: ({ code }) => told.push(code) }));
    expect(told).toEqual(['cache-full']);
    // Nobody need listen to it.
    storage = limit(plain, 1 * mebibyte);
    expect(await readAll(await startFolder({ maxUnstoredMs }))).toBe(digest);
    storage = plain;
    expect(await readAll(await startFolder())).toBe(digest);
    expect(await readAll(await startFolder())).toBe(digest);
    expect((await counts()).fileBytes).toBe(0);
  });

  it('reads what is stored from a storage that has become full, and fetches only what was altered', async () => {
    const digest = await readAll(await startFolder());
    const plain = storage;
    const data = (await plain.list()).reduce((a, b) => (a.byteLength > b.byteLength ? a : b)).name;
    storage = limit(plain, 0);
    const told: string[] = [];
    const onFull = ({ code }: TokenLensError) => void told.push(code);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    try {
      // An hour later: that it is used again would be noted.
      expect(await readAll(await startFolder({ onFull }))).toBe(digest);
      expect((await counts()).fileBytes).toBe(0);
      expect(told).toEqual([]);
      await plain.write(data, 5 * mebibyte, Uint8Array.of(1, 2, 3, 4));
      expect(await readAll(await startFolder({ onFull }))).toBe(digest);
    } finally {
      vi.useRealTimers();
    }
    expect((await counts()).fileBytes).toBeGreaterThan(0);
    expect((await counts()).fileBytes).toBeLessThan(1.2 * mebibyte);
    expect(told).toEqual(['cache-full']);
  });

  it('does not take a page for the absence of a file', async () => {
    const hidden = await startFolder({ faults: 'html=.json&on=files' });
    expect(await hidden.open('config.json')).toBeNull();
    expect((await reportOf(() => hidden.openRequired('config.json'))).code).toBe('file-is-html');
    const shown = await startFolder();
    expect(await shown.open('config.json')).not.toBeNull();
    expect(await shown.open('preprocessor_config.json')).toBeNull();
    const again = await startFolder();
    expect(await again.open('preprocessor_config.json')).toBeNull();
    expect((await counts()).fileRequests).toBe(0);
  });

  it('tells a server that ignores ranges rather than take all of it', async () => {
    const endpoint = await hub.endpoint('case', 'ignore-range');
    const folder = await openHubFolder({ repository: source.repository, endpoint });
    expect((await reportOf(() => folder.open('model.safetensors'))).code).toBe('range-ignored');
    expect((await counts()).fileBytes).toBeLessThan(source.byteLength / 2);
    await hub.endpoint('case');
    expect((await folder.open('model.safetensors'))?.byteLength).toBe(source.byteLength);
  });
});
