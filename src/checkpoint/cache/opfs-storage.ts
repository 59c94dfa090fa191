import type { Bytes } from '#checkpoint/folder.ts';
import { TokenLensError } from '#errors.ts';
import type { ByteStorage } from './byte-storage.ts';

const directoryName = 'checkpoints';

/** A file that is open to be read and written in place; TypeScript lists it for dedicated workers only. */
interface AccessHandle {
  read(bytes: Bytes, options: { readonly at: number }): number;
  write(bytes: Bytes, options: { readonly at: number }): number;
  getSize(): number;
  close(): void;
}

interface WorkerFileHandle extends FileSystemFileHandle {
  /** In this mode tabs may have the same file open: `exclusive` keeps them apart. */
  createSyncAccessHandle(options: { readonly mode: 'readwrite-unsafe' }): Promise<AccessHandle>;
}

/** Opening a file takes twenty times as long as writing a piece to it: it stays open for this long after its last use. */
const idleMs = 500;
/** A browser that does not know the mode lets one tab have a file: another waits for it to let go. */
const busyRetryMs = 100;
const mostBusyRetries = 50;

const hasName = (thrown: unknown, name: string) => thrown instanceof DOMException && thrown.name === name;

/** Does `work`, which needs a file that no other tab has open. */
async function whenFree<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let retries = 0; ; retries++) {
    try {
      return await work();
    } catch (thrown) {
      if (retries === mostBusyRetries || !hasName(thrown, 'NoModificationAllowedError')) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, busyRetryMs));
    }
  }
}

/** Files of one directory, kept open between uses. */
function createOpenFiles(directory: FileSystemDirectoryHandle) {
  const opened = new Map<string, { readonly access: AccessHandle; timer: ReturnType<typeof setTimeout> }>();

  function close(name: string): void {
    const file = opened.get(name);
    if (file === undefined) return;
    clearTimeout(file.timer);
    opened.delete(name);
    file.access.close();
  }

  async function openAccess(name: string, create: boolean): Promise<AccessHandle | null> {
    let handle: WorkerFileHandle;
    try {
      handle = (await directory.getFileHandle(name, { create })) as WorkerFileHandle;
    } catch (thrown) {
      if (!create && hasName(thrown, 'NotFoundError')) return null;
      throw thrown;
    }
    return whenFree(() => handle.createSyncAccessHandle({ mode: 'readwrite-unsafe' }));
  }

  /** Does `work`, at once, on the open file; null where there is none and none is to be made. */
  async function use<Result>(name: string, create: boolean, work: (access: AccessHandle) => Result) {
    let file = opened.get(name);
    if (file === undefined) {
      const access = await openAccess(name, create);
      if (access === null) return null;
      // Another use may have opened it meanwhile.
      const other = opened.get(name);
      if (other === undefined) {
        file = { access, timer: setTimeout(() => close(name), idleMs) };
        opened.set(name, file);
      } else {
        access.close();
        file = other;
      }
    }
    clearTimeout(file.timer);
    file.timer = setTimeout(() => close(name), idleMs);
    return work(file.access);
  }

  return { use, close };
}

/**
 * The browser's private files of this origin, for a dedicated worker, which alone can read and write them in place; null
 * where there are none or, in a private window, they are kept shut.
 */
export async function openOpfsStorage(): Promise<ByteStorage | null> {
  let directory: FileSystemDirectoryHandle;
  try {
    const root = await navigator.storage.getDirectory();
    directory = await root.getDirectoryHandle(directoryName, { create: true });
  } catch {
    return null;
  }
  const files = createOpenFiles(directory);

  return {
    async list() {
      const names: string[] = [];
      for await (const name of directory.keys()) names.push(name);
      const sizeOf = async (name: string) => (await (await directory.getFileHandle(name)).getFile()).size;
      return Promise.all(names.map(async (name) => ({ name, byteLength: await sizeOf(name) })));
    },
    async byteLength(name) {
      return (await files.use(name, false, (access) => access.getSize())) ?? 0;
    },
    async read(name, start, end) {
      const bytes = await files.use(name, false, (access) => {
        const part = new Uint8Array(Math.max(0, Math.min(end, access.getSize()) - start));
        return part.subarray(0, access.read(part, { at: start }));
      });
      return bytes ?? new Uint8Array(0);
    },
    async write(name, start, bytes) {
      try {
        const isShort = await files.use(name, true, (access) => {
          const written = access.write(bytes, { at: start });
          // Where the quota ends, Chromium cuts the file off there and still claims to have written everything.
          return written < bytes.byteLength || access.getSize() < start + bytes.byteLength;
        });
        if (isShort) throw new TokenLensError('cache-full', 'checkpoint');
      } catch (cause) {
        if (hasName(cause, 'QuotaExceededError')) throw new TokenLensError('cache-full', 'checkpoint', {}, { cause });
        throw cause;
      }
    },
    async remove(name) {
      files.close(name);
      try {
        await whenFree(() => directory.removeEntry(name));
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
