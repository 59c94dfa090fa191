import { openOpfsStorage, usage } from '#checkpoint/cache/opfs-storage.ts';
import { createRangeCache, type RangeCache } from '#checkpoint/cache/range-cache.ts';
import type { StorageReport } from './protocol.ts';

/** What the browser keeps of checkpoints. */
export interface CheckpointStore {
  /** null where this browser stores nothing. */
  cache(): Promise<RangeCache | null>;
  report(): Promise<StorageReport>;
  delete(key: string): Promise<StorageReport>;
}

/** The store of this origin, opened at its first use. */
export function createCheckpointStore(): CheckpointStore {
  let opened: Promise<RangeCache | null> | null = null;

  async function open(): Promise<RangeCache | null> {
    const storage = await openOpfsStorage();
    return storage && createRangeCache(storage);
  }

  function cache(): Promise<RangeCache | null> {
    opened ??= open();
    return opened;
  }

  async function report(): Promise<StorageReport> {
    const ranges = await cache();
    if (ranges === null) {
      return { isAvailable: false, checkpoints: [], usedByteLength: 0, quotaByteLength: 0, isPersistent: false };
    }
    const checkpoints = await ranges.listCached();
    return { isAvailable: true, checkpoints, ...(await usage()) };
  }

  return {
    cache,
    report,
    async delete(key) {
      await (await cache())?.deleteCached(key);
      return report();
    },
  };
}
