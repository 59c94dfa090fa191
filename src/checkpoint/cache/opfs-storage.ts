import type { Bytes } from '#checkpoint/folder.ts';
import { TokenLensError } from '#errors.ts';
import type { ByteStorage, StoredFile } from './byte-storage.ts';

const directoryName = 'checkpoints';

/** Files that dedicated workers write in place; TypeScript lists it for them only. */
interface WorkerFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{
    write(bytes: Bytes, options: { readonly at: number }): number;
    getSize(): number;
    close(): void;
  }>;
}

const hasName = (thrown: unknown, name: string) => thrown instanceof DOMException && thrown.name === name;

/**
 * The browser's private files of this origin; null where it has none or, in a private window, keeps them shut. Only a
 * dedicated worker can write: the streams that a page has copy the whole file for every piece that is added.
 */
export async function openOpfsStorage(): Promise<ByteStorage | null> {
  let directory: FileSystemDirectoryHandle;
  try {
    const root = await navigator.storage.getDirectory();
    directory = await root.getDirectoryHandle(directoryName, { create: true });
  } catch {
    return null;
  }

  const find = async (name: string): Promise<File | null> => {
    try {
      return await (await directory.getFileHandle(name)).getFile();
    } catch (thrown) {
      if (hasName(thrown, 'NotFoundError')) return null;
      throw thrown;
    }
  };

  return {
    async list() {
      const files: StoredFile[] = [];
      for await (const name of directory.keys()) files.push({ name, byteLength: (await find(name))?.size ?? 0 });
      return files;
    },
    async byteLength(name) {
      return (await find(name))?.size ?? 0;
    },
    async read(name, start, end) {
      const part = (await find(name))?.slice(start, end);
      return new Uint8Array((await part?.arrayBuffer()) ?? new ArrayBuffer(0));
    },
    async write(name, start, bytes) {
      try {
        const handle = (await directory.getFileHandle(name, { create: true })) as WorkerFileHandle;
        const access = await handle.createSyncAccessHandle();
        try {
          const written = access.write(bytes, { at: start });
          // Where the quota ends, Chromium cuts the file off there and still claims to have written everything.
          const isShort = written < bytes.byteLength || access.getSize() < start + bytes.byteLength;
          if (isShort) throw new TokenLensError('cache-full', 'checkpoint');
        } finally {
          access.close();
        }
      } catch (cause) {
        if (hasName(cause, 'QuotaExceededError')) throw new TokenLensError('cache-full', 'checkpoint', {}, { cause });
        throw cause;
      }
    },
    async remove(name) {
      try {
        await directory.removeEntry(name);
      } catch (thrown) {
        if (!hasName(thrown, 'NotFoundError')) throw thrown;
      }
    },
    exclusive: async (name, work) => navigator.locks.request(`${directoryName}/${name}`, work),
  };
}

/** What this origin stores, the cache included, and what it may store, in bytes; the browser's estimate. */
export interface StorageUsage {
  readonly usedByteLength: number;
  readonly quotaByteLength: number;
  /** Whether the browser has promised to delete nothing by itself. */
  readonly isPersistent: boolean;
}

export async function usage(): Promise<StorageUsage> {
  const { usage: used = 0, quota = 0 } = await navigator.storage.estimate();
  return { usedByteLength: used, quotaByteLength: quota, isPersistent: await navigator.storage.persisted() };
}
