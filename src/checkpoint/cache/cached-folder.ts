import { type Bytes, type CheckpointFile, collect } from '#checkpoint/folder.ts';
import type { PinnedFolder } from '#checkpoint/hub-folder.ts';
import { TokenLensError } from '#errors.ts';
import { isFullStorage } from './byte-storage.ts';
import type { Extent } from './ledger.ts';
import type { CachedFile, GrowingPiece, RangeCache } from './range-cache.ts';

export interface CachedFolderOptions {
  /** Called once when the storage is full; reading goes on without storing. */
  readonly onFull?: (error: TokenLensError) => void;
  /** What has arrived is stored this long after its first byte, however little it is; 250 ms where it is left out. */
  readonly maxUnstoredMs?: number;
}

/** What has arrived is stored at this length at the latest: a tab that is closed loses no more for each request under way. */
const pieceByteLength = 1024 * 1024;
const defaultMaxUnstoredMs = 250;

async function* streamFile(file: CheckpointFile, start: number, end: number): AsyncIterable<Bytes> {
  if (file.stream === undefined) yield await file.read(start, end);
  else yield* file.stream(start, end);
}

/**
 * `folder` behind `cache`: what is stored there and unaltered is not fetched, and what is fetched is stored as it
 * arrives, so that a download goes on where it broke, was cancelled, or its tab was closed. That the folder is pinned
 * to a commit is what makes its name a key. A full storage fails nothing.
 */
export function createCachedFolder(
  folder: PinnedFolder,
  cache: RangeCache,
  options: CachedFolderOptions = {},
): PinnedFolder {
  const { maxUnstoredMs = defaultMaxUnstoredMs } = options;
  let isFull = false;
  const store = async (work: () => Promise<void>): Promise<void> => {
    if (isFull) return;
    try {
      await work();
    } catch (thrown) {
      if (!isFullStorage(thrown)) throw thrown;
      // Another request may have met the end of the storage at the same time.
      if (!isFull) options.onFull?.(thrown);
      isFull = true;
    }
  };

  /** [start, end) from the source, stored on the way; what has arrived is stored whatever happens then. */
  async function* fetchGap(cached: CachedFile, source: CheckpointFile, start: number, end: number) {
    let at = start;
    /** What has arrived of [storedTo, at). */
    let chunks: Bytes[] = [];
    let storedTo = start;
    let piece: GrowingPiece | null = null;
    let pieceEnd = start;
    let stored = Promise.resolve();
    let timer: ReturnType<typeof setTimeout> | undefined;
    /** Resolves when all that has arrived is stored; what fails once fails from then on. */
    const storeArrived = (): Promise<void> => {
      clearTimeout(timer);
      if (at === storedTo) return stored;
      if (piece === null || at > pieceEnd) {
        pieceEnd = Math.max(at, Math.min(storedTo + pieceByteLength, end));
        piece = cached.beginPiece(storedTo, pieceEnd - storedTo);
      }
      const [target, arrived] = [piece, new Blob(chunks)];
      [chunks, storedTo] = [[], at];
      stored = stored.then(() => store(async () => target.append(new Uint8Array(await arrived.arrayBuffer()))));
      // Whoever waits for the next piece, or for the end, gets the failure.
      stored.catch(() => {});
      return stored;
    };
    try {
      for await (const chunk of streamFile(source, start, end)) {
        if (at === storedTo) timer = setTimeout(storeArrived, maxUnstoredMs);
        chunks.push(chunk);
        at += chunk.byteLength;
        if (at - storedTo >= pieceByteLength) await storeArrived();
        yield chunk;
      }
    } finally {
      await storeArrived();
    }
  }

  function wrap(cached: CachedFile, source: CheckpointFile): CheckpointFile {
    async function* stream(start: number, end: number): AsyncGenerator<Bytes> {
      let extents: readonly Extent[] = [];
      const findStored = (at: number) => extents.find((extent) => extent.start <= at && at < extent.end);
      for (let at = start; at < end; ) {
        if (findStored(at) === undefined) {
          extents = (await cached.extents()).filter((extent) => extent.end > at && extent.start < end);
        }
        const extent = findStored(at);
        if (extent === undefined) {
          const gapEnd = extents.reduce((least, next) => Math.min(least, next.start), end);
          for await (const chunk of fetchGap(cached, source, at, gapEnd)) {
            at += chunk.byteLength;
            yield chunk;
          }
          continue;
        }
        const piece = await cached.read(extent);
        if (piece === null) {
          // It was altered and is forgotten now: the next turn finds a gap there.
          extents = [];
          continue;
        }
        const bytes = piece.subarray(at - extent.start, Math.min(end, extent.end) - extent.start);
        at += bytes.byteLength;
        yield bytes;
      }
    }
    return {
      name: source.name,
      byteLength: source.byteLength,
      stream,
      read: (start, end) => collect(stream(start, end), end - start),
      async unstoredByteLength(start, end) {
        // Pieces of two tabs may overlap: what is stored is counted once.
        const pieces = [...(await cached.extents())].sort((a, b) => a.start - b.start);
        let at = start;
        let missing = 0;
        for (const piece of pieces) {
          if (piece.end <= at || piece.start >= end) continue;
          missing += Math.max(0, piece.start - at);
          at = piece.end;
        }
        return missing + Math.max(0, end - at);
      },
    };
  }

  return {
    name: folder.name,
    revision: folder.revision,
    async open(path) {
      const cached = await cache.file(folder.name, path);
      const byteLength = await cached.byteLength();
      if (byteLength === null) return null;
      if (byteLength !== undefined) return wrap(cached, folder.openKnown(path, byteLength));
      const source = await folder.open(path);
      if (source === null) {
        if (await isAbsent(folder, path)) await store(() => cached.setByteLength(null));
        return null;
      }
      await store(() => cached.setByteLength(source.byteLength));
      return wrap(cached, source);
    },
    async openRequired(path) {
      return (await this.open(path)) ?? folder.openRequired(path);
    },
    openKnown: (path, byteLength) => folder.openKnown(path, byteLength),
    ...(folder.findCheckpoints && { findCheckpoints: folder.findCheckpoints }),
  };
}

/** Whether a file that `open` did not find is not there, rather than hidden behind a page that will be gone tomorrow. */
async function isAbsent(folder: PinnedFolder, path: string): Promise<boolean> {
  try {
    await folder.openRequired(path);
    return false;
  } catch (thrown) {
    return thrown instanceof TokenLensError && thrown.code === 'file-not-found';
  }
}
