import { type Remote, wrap } from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import type { OpfsWorker } from '#testing/opfs.worker.ts';
import { usage } from './opfs-storage.ts';

const folder = 'https://hub/a/b/resolve/0123/';
const path = 'model.safetensors';

const workers: Worker[] = [];

function startWorker(): Remote<OpfsWorker> {
  const worker = new Worker(new URL('../../testing/opfs.worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  return wrap<OpfsWorker>(worker);
}

afterEach(async () => {
  for (const worker of workers.splice(0)) worker.terminate();
  const worker = startWorker();
  for (const { name } of await worker.list()) await worker.remove(name);
  for (const last of workers.splice(0)) last.terminate();
});

describe('openOpfsStorage', () => {
  it('keeps what a worker wrote, and lets another read, list and delete it', async () => {
    await startWorker().storePieces(folder, path, 100, 3, 4096);
    const reader = startWorker();
    expect(await reader.readPieces(folder, path)).toEqual([
      [100, 4096, 1],
      [4196, 4096, 2],
      [8292, 4096, 3],
    ]);
    const stored = (await reader.listCached()).reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(stored).toBeGreaterThan(3 * 4096);
    expect((await usage()).usedByteLength).toBeGreaterThanOrEqual(stored);
    await reader.deleteCached(folder);
    expect(await reader.readPieces(folder, path)).toEqual([]);
  });

  it('lets two workers, as of two tabs, store in one file at once', async () => {
    await Promise.all([
      startWorker().storePieces(folder, path, 0, 20, 4096),
      startWorker().storePieces(folder, path, 1_000_000, 20, 4096),
    ]);
    const pieces = await startWorker().readPieces(folder, path);
    expect(pieces.length).toBe(40);
    expect(pieces.every((piece, index) => piece?.[2] === 1 + (index % 20))).toBe(true);
  });

  it('writes in place, and past the end', async () => {
    const writer = startWorker();
    expect(await writer.write('file', 0, Uint8Array.of(1, 2, 3))).toBeNull();
    expect(await writer.write('file', 2, Uint8Array.of(4, 5))).toBeNull();
    expect(await writer.byteLength('file')).toBe(4);
    expect(await writer.read('file', 0, 9)).toEqual(Uint8Array.of(1, 2, 4, 5));
    expect(await writer.read('file', 1, 3)).toEqual(Uint8Array.of(2, 4));
  });

  it('says that the disk is full, and keeps what it had', async () => {
    const writer = startWorker();
    await writer.storePieces(folder, path, 0, 1, 1000);
    const { origin } = location;
    const quotaSize = (await usage()).usedByteLength + 100_000;
    await cdp().send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
    const refused = await writer.write('more', 0, new Uint8Array(4_000_000));
    await cdp().send('Storage.overrideQuotaForOrigin', { origin });
    expect(refused).toMatch(/^cache-full/);
    expect(await writer.readPieces(folder, path)).toEqual([[0, 1000, 1]]);
    expect(await writer.write('more', 0, new Uint8Array(4_000_000))).toBeNull();
  });

  it('reads a file that is not there as empty', async () => {
    const storage = startWorker();
    expect(await storage.byteLength('none')).toBe(0);
    expect(await storage.read('none', 0, 10)).toEqual(new Uint8Array(0));
    await storage.remove('none');
    expect(await storage.list()).toEqual([]);
  });
});
