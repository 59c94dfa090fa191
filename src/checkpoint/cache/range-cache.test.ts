import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TokenLensError } from '#errors.ts';
import { reportOf } from '#testing/errors.ts';
import { createMemoryStorage } from '#testing/memory-storage.ts';
import type { ByteStorage } from './byte-storage.ts';
import { createRangeCache, type RangeCache } from './range-cache.ts';

const folder = 'https://hub/a/b/resolve/0123/';
const bytes = (...values: number[]) => Uint8Array.from(values);

let storage: ByteStorage;
let cache: RangeCache;
beforeEach(() => {
  storage = createMemoryStorage();
  cache = createRangeCache(storage);
});

async function nameOf(suffix: string): Promise<string> {
  const found = (await storage.list()).find(({ name }) => name.endsWith(suffix));
  if (found === undefined) throw new Error(`Nothing ends with ${suffix}.`);
  return found.name;
}

/** A file with two pieces, [10, 13) and [20, 22). */
async function storeTwo() {
  const file = await cache.file(folder, 'model.safetensors');
  await file.setByteLength(100);
  await file.write(10, bytes(1, 2, 3));
  await file.write(20, bytes(4, 5));
  return file;
}

async function contents(of: RangeCache = createRangeCache(storage)) {
  const file = await of.file(folder, 'model.safetensors');
  const extents = await file.extents();
  return Promise.all(extents.map(async (extent) => [extent.start, await file.read(extent)] as const));
}

describe('createRangeCache', () => {
  it('gives back what was stored, to another tab and after a reload', async () => {
    const other = createRangeCache(storage);
    const theirs = await other.file(folder, 'model.safetensors');
    expect(await theirs.byteLength()).toBeUndefined();
    await storeTwo();
    const expected = [
      [10, bytes(1, 2, 3)],
      [20, bytes(4, 5)],
    ];
    expect(await contents()).toEqual(expected);
    expect(await contents(other)).toEqual(expected);
    expect(await theirs.byteLength()).toBe(100);
    await theirs.write(30, bytes(6));
    expect(await contents(cache)).toEqual([...expected, [30, bytes(6)]]);
  });

  it('stores a piece bit by bit, and gives back as much of it as is stored', async () => {
    const file = await cache.file(folder, 'model.safetensors');
    const slow = file.beginPiece(10, 5);
    await slow.append(bytes(1, 2));
    await file.write(40, bytes(9));
    expect(await contents()).toEqual([
      [10, bytes(1, 2)],
      [40, bytes(9)],
    ]);
    await slow.append(bytes(3, 4, 5));
    await file.write(50, bytes(8));
    expect(await contents()).toEqual([
      [10, bytes(1, 2, 3, 4, 5)],
      [40, bytes(9)],
      [50, bytes(8)],
    ]);
    expect(await storage.byteLength(await nameOf('.data'))).toBe(7);
  });

  it('loses only what was appended where that was not recorded any more', async () => {
    const slow = (await cache.file(folder, 'model.safetensors')).beginPiece(10, 5);
    await slow.append(bytes(1, 2));
    await storage.write(await nameOf('.data'), 2, bytes(7, 7, 7));
    expect(await contents()).toEqual([[10, bytes(1, 2)]]);
  });

  it('remembers that a file is not there', async () => {
    await (await cache.file(folder, 'a.json')).setByteLength(null);
    expect(await (await createRangeCache(storage).file(folder, 'a.json')).byteLength()).toBeNull();
    expect(await (await cache.file(`${folder}x`, 'a.json')).byteLength()).toBeUndefined();
  });

  it.each([
    ['altered', async (name: string) => storage.write(name, 1, bytes(9))],
    [
      'cut off',
      async (name: string) => {
        const whole = await storage.read(name, 0, 2);
        await storage.remove(name);
        await storage.write(name, 0, whole);
      },
    ],
    ['gone', async (name: string) => storage.remove(name)],
  ])('gives no piece that is %s, and forgets it', async (_, damage) => {
    await storeTwo();
    expect((await contents())[0]).toEqual([10, bytes(1, 2, 3)]);
    await damage(await nameOf('.data'));
    expect((await contents())[0]).toEqual([10, null]);
    expect((await contents()).some(([start]) => start === 10)).toBe(false);
    const file = await cache.file(folder, 'model.safetensors');
    await file.write(10, bytes(1, 2, 3));
    expect(await contents()).toContainEqual([10, bytes(1, 2, 3)]);
  });

  it('takes up an index whose last line was cut off, and covers the piece without one', async () => {
    await storeTwo();
    const index = await nameOf('.index');
    const data = await nameOf('.data');
    await storage.write(data, 5, bytes(7, 7, 7));
    await storage.write(index, await storage.byteLength(index), new TextEncoder().encode('\n{"start":30,"e'));
    const file = await createRangeCache(storage).file(folder, 'model.safetensors');
    await file.write(40, bytes(8));
    expect(await contents()).toEqual([
      [10, bytes(1, 2, 3)],
      [20, bytes(4, 5)],
      [40, bytes(8)],
    ]);
    expect(await storage.read(data, 5, 6)).toEqual(bytes(8));
  });

  it('stores pieces that arrive at once one after the other', async () => {
    const file = await cache.file(folder, 'model.safetensors');
    await Promise.all(Array.from({ length: 20 }, (_, index) => file.write(10 * index, bytes(index, index))));
    const stored = await contents();
    expect(stored.length).toBe(20);
    for (const [start, piece] of stored) expect(piece).toEqual(bytes(start / 10, start / 10));
  });

  it('lists checkpoints, the last used first, and deletes one of them', async () => {
    await storeTwo();
    await (await cache.file(folder, 'config.json')).setByteLength(2);
    await (await cache.file('https://hub/c/d/resolve/4567/', 'config.json')).setByteLength(2);
    const listed = await cache.listCached();
    expect(listed.map(({ key, files }) => [key, files]).sort()).toEqual([
      [folder, 2],
      ['https://hub/c/d/resolve/4567/', 1],
    ]);
    const usedAt = listed.map((info) => info.usedAt);
    expect(usedAt).toEqual([...usedAt].sort((a, b) => b - a));
    expect(Math.abs(Date.now() - (usedAt[0] ?? 0))).toBeLessThan(60_000);
    const stored = (await storage.list()).reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(listed.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(stored);
    await cache.deleteCached(folder);
    expect((await cache.listCached()).map(({ key }) => key)).toEqual(['https://hub/c/d/resolve/4567/']);
    expect(await (await cache.file(folder, 'model.safetensors')).byteLength()).toBeUndefined();
    expect(await contents(cache)).toEqual([]);
  });

  /** The cache of another tab, where the storage takes nothing more. */
  const openFull = () =>
    createRangeCache({
      ...storage,
      write: () => Promise.reject(new TokenLensError('cache-full', 'checkpoint')),
    });

  it('notes that a file is used, and says its length where there is no room for that', async () => {
    const laterMs = Date.now() + 3_600_000;
    await storeTwo();
    vi.useFakeTimers({ toFake: ['Date'], now: laterMs });
    try {
      const usedAt = async () => (await cache.listCached())[0]?.usedAt;
      expect(await (await openFull().file(folder, 'model.safetensors')).byteLength()).toBe(100);
      expect(await usedAt()).toBeLessThan(laterMs);
      expect(await (await cache.file(folder, 'model.safetensors')).byteLength()).toBe(100);
      expect(await usedAt()).toBe(laterMs);
    } finally {
      vi.useRealTimers();
    }
  });

  it('forgets an altered piece where there is no room to note that', async () => {
    await storeTwo();
    await storage.write(await nameOf('.data'), 1, bytes(9));
    const full = openFull();
    const file = await full.file(folder, 'model.safetensors');
    const [altered] = await file.extents();
    if (altered === undefined) throw new Error('Nothing is stored.');
    expect(await file.read(altered)).toBeNull();
    expect((await file.extents()).map(({ start }) => start)).toEqual([20]);
    // The next tab finds it altered once more.
    expect(await contents()).toEqual([
      [10, null],
      [20, bytes(4, 5)],
    ]);
    expect((await contents()).map(([start]) => start)).toEqual([20]);
  });

  it('says that the storage is full', async () => {
    const full = openFull();
    const file = await full.file(folder, 'model.safetensors');
    expect((await reportOf(() => file.write(0, bytes(1)))).code).toBe('cache-full');
    expect(await contents()).toEqual([]);
    await (await cache.file(folder, 'model.safetensors')).write(0, bytes(1));
    expect(await contents()).toEqual([[0, bytes(1)]]);
  });
});
