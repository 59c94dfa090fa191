import type { Bytes } from '#checkpoint/folder.ts';
import { type ByteStorage, isFullStorage } from './byte-storage.ts';
import {
  addRecord,
  createLedger,
  type Extent,
  type Ledger,
  type LedgerRecord,
  readLedger,
  writeRecord,
} from './ledger.ts';

/** What is stored of one file of a checkpoint. */
export interface CachedFile {
  /** Length of the whole file; null: the folder has no such file; undefined: nothing is known of it. */
  byteLength(): Promise<number | null | undefined>;
  /** @throws cache-full */
  setByteLength(byteLength: number | null): Promise<void>;
  /** The pieces that are stored, in no order. */
  extents(): Promise<readonly Extent[]>;
  /** The bytes of a piece; null where they are not those that were stored, and then the piece is forgotten. */
  read(extent: Extent): Promise<Bytes | null>;
  /** Stores `bytes`, which begin at `start` of the file. @throws cache-full */
  write(start: number, bytes: Bytes): Promise<void>;
  /** A piece that begins at `start` of the file and comes bit by bit, `maxByteLength` bytes in all at most. */
  beginPiece(start: number, maxByteLength: number): GrowingPiece;
}

/** What arrives slowly is stored often, yet read back later in as few pieces as what arrives at once. */
export interface GrowingPiece {
  /** Stores `bytes` as well, which follow those before; one call after the other. @throws cache-full */
  append(bytes: Bytes): Promise<void>;
}

/** What is stored of one checkpoint at one commit. */
export interface CachedFolderInfo {
  /** Name of the folder, with its commit. */
  readonly key: string;
  readonly files: number;
  /** Bytes in the storage. */
  readonly byteLength: number;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

/** Byte ranges of checkpoint files, each piece with its length and SHA-256, by the folder's name and the file's path. */
export interface RangeCache {
  file(folder: string, path: string): Promise<CachedFile>;
  /** The checkpoint that was used last comes first. */
  listCached(): Promise<readonly CachedFolderInfo[]>;
  deleteCached(key: string): Promise<void>;
}

const indexSuffix = '.index';
const dataSuffix = '.data';
/** That a file is used is noted no more often than this. */
const usedAtPrecisionMs = 60_000;

async function sha256(bytes: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * A cache in `storage`: for each file an index, to which records are only ever appended, and the pieces one after the
 * other. Bytes are written before their record, so what a closed tab leaves behind are bytes that no record covers.
 */
export function createRangeCache(storage: ByteStorage): RangeCache {
  const readIndex = async (name: string, start: number, end: number) =>
    new TextDecoder().decode(await storage.read(name, start, end));

  async function file(folder: string, path: string): Promise<CachedFile> {
    const name = (await sha256(new TextEncoder().encode(`${folder}\n${path}`))).slice(0, 32);
    const index = name + indexSuffix;
    const data = name + dataSuffix;
    let ledger = createLedger();
    let indexByteLength = 0;

    /** Reads what other tabs have appended; all of it where the index was deleted and begun again. */
    async function refresh(): Promise<Ledger> {
      const byteLength = await storage.byteLength(index);
      if (byteLength < indexByteLength) [ledger, indexByteLength] = [createLedger(), 0];
      if (byteLength > indexByteLength) readLedger(ledger, await readIndex(index, indexByteLength, byteLength));
      indexByteLength = byteLength;
      return ledger;
    }

    async function append(record: LedgerRecord): Promise<void> {
      const line = new TextEncoder().encode(writeRecord(record));
      await storage.write(index, indexByteLength, line);
      indexByteLength += line.byteLength;
      addRecord(ledger, record);
    }

    /** As `append`, of what is read without it too: where there is no room for the record, this tab alone knows it. */
    async function note(record: LedgerRecord): Promise<void> {
      try {
        await append(record);
      } catch (thrown) {
        if (!isFullStorage(thrown)) throw thrown;
        addRecord(ledger, record);
      }
    }

    const inTurn = <Result>(work: (current: Ledger) => Promise<Result>) =>
      storage.exclusive(name, async () => work(await refresh()));

    function beginPiece(start: number, room: number): GrowingPiece {
      let content: Bytes = new Uint8Array(0);
      let at: number | null = null;
      return {
        async append(bytes) {
          const before = content.byteLength;
          const grown = new Uint8Array(before + bytes.byteLength);
          grown.set(content);
          grown.set(bytes, before);
          const digest = await sha256(grown);
          await inTurn(async ({ dataEnd }) => {
            at ??= dataEnd;
            await storage.write(data, at + before, bytes);
            await append({ start, end: start + grown.byteLength, at, room, sha256: digest });
          });
          content = grown;
        },
      };
    }

    return {
      byteLength: () =>
        inTurn(async ({ byteLength, usedAt }) => {
          if (byteLength !== undefined && Date.now() - usedAt > usedAtPrecisionMs) await note({ usedAt: Date.now() });
          return byteLength;
        }),
      setByteLength: (byteLength) =>
        inTurn(async () => {
          await append({ folder, path, byteLength });
          await append({ usedAt: Date.now() });
        }),
      extents: () => inTurn(async ({ extents }) => [...extents.values()]),
      async read({ start, end, at, sha256: expected }) {
        const bytes = await inTurn(() => storage.read(data, at, at + end - start));
        if (bytes.byteLength === end - start && (await sha256(bytes)) === expected) return bytes;
        await inTurn(() => note({ dropped: at }));
        return null;
      },
      write: (start, bytes) => beginPiece(start, bytes.byteLength).append(bytes),
      beginPiece,
    };
  }

  /** Every stored file with what its index says. */
  async function listFiles() {
    const stored = await storage.list();
    const byteLengths = new Map(stored.map(({ name, byteLength }) => [name, byteLength]));
    const indexes = stored.filter(({ name }) => name.endsWith(indexSuffix));
    return Promise.all(
      indexes.map(async ({ name: index, byteLength }) => {
        const name = index.slice(0, -indexSuffix.length);
        const { folder, usedAt } = readLedger(createLedger(), await readIndex(index, 0, byteLength));
        const dataByteLength = byteLengths.get(name + dataSuffix) ?? 0;
        return { name, folder: folder ?? '', usedAt, byteLength: byteLength + dataByteLength };
      }),
    );
  }

  return {
    file,
    async listCached() {
      const folders = new Map<string, CachedFolderInfo>();
      for (const { folder: key, byteLength, usedAt } of await listFiles()) {
        const known = folders.get(key) ?? { key, files: 0, byteLength: 0, usedAt: 0 };
        folders.set(key, {
          key,
          files: known.files + 1,
          byteLength: known.byteLength + byteLength,
          usedAt: Math.max(known.usedAt, usedAt),
        });
      }
      return [...folders.values()].sort((a, b) => b.usedAt - a.usedAt);
    },
    async deleteCached(key) {
      for (const { name, folder } of await listFiles()) {
        if (folder !== key) continue;
        await storage.exclusive(name, async () => {
          await storage.remove(name + indexSuffix);
          await storage.remove(name + dataSuffix);
        });
      }
    },
  };
}
