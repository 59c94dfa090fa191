import { type Remote, wrap } from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import type { OpfsWriter } from '#testing/opfs.worker.ts';
import type { ByteStorage } from './byte-storage.ts';
import { openOpfsStorage, usage } from './opfs-storage.ts';
import { createRangeCache } from './range-cache.ts';

const folder = 'https://hub/a/b/resolve/0123/';
const path = 'model.safetensors';

async function openStorage(): Promise<ByteStorage> {
  const storage = await openOpfsStorage();
  if (storage === null) throw new Error('There is no storage.');
  return storage;
}

const workers: Worker[] = [];

function startWriter(): Remote<OpfsWriter> {
  const worker = new Worker(new URL('../../testing/opfs.worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  return wrap<OpfsWriter>(worker);
}

/** Start, length and first byte of every piece, as the page reads them. */
async function readPieces(): Promise<readonly (readonly number[] | null)[]> {
  const file = await createRangeCache(await openStorage()).file(folder, path);
  const extents = [...(await file.extents())].sort((a, b) => a.start - b.start);
  return Promise.all(
    extents.map(async (extent) => {
      const bytes = await file.read(extent);
      return bytes && [extent.start, bytes.byteLength, bytes[0] ?? 0];
    }),
  );
}

afterEach(async () => {
  for (const worker of workers.splice(0)) worker.terminate();
  const storage = await openStorage();
  for (const { name } of await storage.list()) await storage.remove(name);
});

describe('openOpfsStorage', () => {
  it('keeps what a worker wrote, and lets the page read, list and delete it', async () => {
    await startWriter().storePieces(folder, path, 100, 3, 4096);
    expect(await readPieces()).toEqual([
      [100, 4096, 1],
      [4196, 4096, 2],
      [8292, 4096, 3],
    ]);
    const cache = createRangeCache(await openStorage());
    const stored = (await cache.listCached()).reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(stored).toBeGreaterThan(3 * 4096);
    expect((await usage()).usedByteLength).toBeGreaterThanOrEqual(stored);
    await cache.deleteCached(folder);
    expect(await readPieces()).toEqual([]);
  });

  it('lets two workers, as of two tabs, store in one file at once', async () => {
    await Promise.all([
      startWriter().storePieces(folder, path, 0, 20, 4096),
      startWriter().storePieces(folder, path, 1_000_000, 20, 4096),
    ]);
    const pieces = await readPieces();
    expect(pieces.length).toBe(40);
    expect(pieces.every((piece, index) => piece?.[2] === 1 + (index % 20))).toBe(true);
  });

  it('writes in place, and past the end', async () => {
    const writer = startWriter();
    expect(await writer.write('file', 0, Uint8Array.of(1, 2, 3))).toBeNull();
    expect(await writer.write('file', 2, Uint8Array.of(4, 5))).toBeNull();
    const storage = await openStorage();
    expect(await storage.byteLength('file')).toBe(4);
    expect(await storage.read('file', 0, 9)).toEqual(Uint8Array.of(1, 2, 4, 5));
    expect(await storage.read('file', 1, 3)).toEqual(Uint8Array.of(2, 4));
  });

  it('says that the disk is full, and keeps what it had', async () => {
    const writer = startWriter();
    await writer.storePieces(folder, path, 0, 1, 1000);
    const { origin } = location;
    const quotaSize = (await usage()).usedByteLength + 100_000;
    await cdp().send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
    const refused = await writer.write('more', 0, new Uint8Array(4_000_000));
    await cdp().send('Storage.overrideQuotaForOrigin', { origin });
    expect(refused).toMatch(/^cache-full/);
    expect(await readPieces()).toEqual([[0, 1000, 1]]);
    expect(await writer.write('more', 0, new Uint8Array(4_000_000))).toBeNull();
  });

  it('reads a file that is not there as empty', async () => {
    const storage = await openStorage();
    expect(await storage.byteLength('none')).toBe(0);
    expect(await storage.read('none', 0, 10)).toEqual(new Uint8Array(0));
    await storage.remove('none');
    expect(await storage.list()).toEqual([]);
  });
});
