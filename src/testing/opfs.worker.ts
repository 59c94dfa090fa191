import { expose } from 'comlink';
import type { ByteStorage } from '#checkpoint/cache/byte-storage.ts';
import { openOpfsStorage } from '#checkpoint/cache/opfs-storage.ts';
import { createRangeCache } from '#checkpoint/cache/range-cache.ts';
import type { Bytes } from '#checkpoint/folder.ts';
import { asTokenLensError } from '#errors.ts';

let opened: Promise<ByteStorage | null> | null = null;

async function openStorage(): Promise<ByteStorage> {
  opened ??= openOpfsStorage();
  const storage = await opened;
  if (storage === null) throw new Error('There is no storage.');
  return storage;
}

/** What only a worker can do with the browser's private files. */
const opfsWorker = {
  /** Stores `pieces` pieces of a file from byte `start`, the first full of ones, the second of twos, and so on. */
  async storePieces(folder: string, path: string, start: number, pieces: number, pieceByteLength: number) {
    const file = await createRangeCache(await openStorage()).file(folder, path);
    await file.setByteLength(start + pieces * pieceByteLength);
    for (let piece = 0; piece < pieces; piece += 1) {
      await file.write(start + piece * pieceByteLength, new Uint8Array(pieceByteLength).fill(1 + piece));
    }
  },
  /** Start, length and first byte of every piece. */
  async readPieces(folder: string, path: string): Promise<readonly (readonly number[] | null)[]> {
    const file = await createRangeCache(await openStorage()).file(folder, path);
    const extents = [...(await file.extents())].sort((a, b) => a.start - b.start);
    return Promise.all(
      extents.map(async (extent) => {
        const bytes = await file.read(extent);
        return bytes && [extent.start, bytes.byteLength, bytes[0] ?? 0];
      }),
    );
  },
  listCached: async () => createRangeCache(await openStorage()).listCached(),
  deleteCached: async (folder: string) => createRangeCache(await openStorage()).deleteCached(folder),
  list: async () => (await openStorage()).list(),
  byteLength: async (name: string) => (await openStorage()).byteLength(name),
  read: async (name: string, start: number, end: number) => (await openStorage()).read(name, start, end),
  remove: async (name: string) => (await openStorage()).remove(name),
  /** Writes past the cache; gives the code of the error, or null. */
  async write(name: string, start: number, bytes: Bytes): Promise<string | null> {
    try {
      await (await openStorage()).write(name, start, bytes);
      return null;
    } catch (thrown) {
      return `${asTokenLensError(thrown, 'checkpoint').code}: ${String(thrown)}`;
    }
  },
};

export type OpfsWorker = typeof opfsWorker;
expose(opfsWorker);
