import type { Bytes } from '#checkpoint/folder.ts';
import { TokenLensError } from '#errors.ts';
import type { ByteStorage, StoredFile } from './byte-storage.ts';

const directoryName = 'checkpoints';

/** What dedicated workers have beside `createWritable`; TypeScript lists it for workers only. */
interface SyncAccessHandle {
  write(bytes: Bytes, options: { readonly at: number }): number;
  close(): void;
}
interface WorkerFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
}

function hasSyncAccess(handle: FileSystemFileHandle): handle is WorkerFileHandle {
  return 'createSyncAccessHandle' in handle;
}

/** In place: a writable stream copies the whole file for every piece that is added. */
async function writeSync(handle: WorkerFileHandle, start: number, bytes: Bytes): Promise<void> {
  const access = await handle.createSyncAccessHandle();
  try {
    if (access.write(bytes, { at: start }) < bytes.byteLength) throw new TokenLensError('cache-full', 'checkpoint');
  } finally {
    access.close();
  }
}

async function writeStream(handle: FileSystemFileHandle, start: number, bytes: Bytes): Promise<void> {
  const stream = await handle.createWritable({ keepExistingData: true });
  try {
    await stream.write({ type: 'write', position: start, data: bytes });
    await stream.close();
  } catch (thrown) {
    await stream.abort().catch(() => {});
    throw thrown;
  }
}

const hasName = (thrown: unknown, name: string) => thrown instanceof DOMException && thrown.name === name;

/** The browser's private files of this origin; null where it has none or, in a private window, keeps them shut. */
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
        const handle = await directory.getFileHandle(name, { create: true });
        await (hasSyncAccess(handle) ? writeSync(handle, start, bytes) : writeStream(handle, start, bytes));
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

/** Asks the browser to delete nothing by itself, and tells whether it agrees. Only the page may ask, no worker. */
export function persist(): Promise<boolean> {
  return navigator.storage.persist();
}
