import { expose } from 'comlink';
import { openOpfsStorage } from '#checkpoint/cache/opfs-storage.ts';
import { createRangeCache } from '#checkpoint/cache/range-cache.ts';
import type { Bytes } from '#checkpoint/folder.ts';
import { asTokenLensError } from '#errors.ts';

async function openStorage() {
  const storage = await openOpfsStorage();
  if (storage === null) throw new Error('There is no storage.');
  return storage;
}

/** What only a worker can do with the browser's private files. */
const opfsWriter = {
  /** Stores `pieces` pieces of a file from byte `start`, the first full of ones, the second of twos, and so on. */
  async storePieces(folder: string, path: string, start: number, pieces: number, pieceByteLength: number) {
    const file = await createRangeCache(await openStorage()).file(folder, path);
    await file.setByteLength(start + pieces * pieceByteLength);
    for (let piece = 0; piece < pieces; piece += 1) {
      await file.write(start + piece * pieceByteLength, new Uint8Array(pieceByteLength).fill(1 + piece));
    }
  },
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

export type OpfsWriter = typeof opfsWriter;
expose(opfsWriter);
