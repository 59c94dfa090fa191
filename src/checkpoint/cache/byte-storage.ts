import type { Bytes } from '#checkpoint/folder.ts';
import { TokenLensError } from '#errors.ts';

export interface StoredFile {
  readonly name: string;
  readonly byteLength: number;
}

/** Flat files that outlive the page. */
export interface ByteStorage {
  list(): Promise<readonly StoredFile[]>;
  /** 0 where there is no such file. */
  byteLength(name: string): Promise<number>;
  /** Bytes [start, end) of a file; fewer where it ends sooner, none where it is not there. */
  read(name: string, start: number, end: number): Promise<Bytes>;
  /**
   * Puts `bytes` at `start`, making the file where there is none.
   * @throws cache-full
   */
  write(name: string, start: number, bytes: Bytes): Promise<void>;
  remove(name: string): Promise<void>;
  /** Does `work` while nobody else, in this tab or another, does work of the same name. */
  exclusive<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
}

/** Whether `thrown` says that a storage has no room left. */
export function isFullStorage(thrown: unknown): thrown is TokenLensError {
  return thrown instanceof TokenLensError && thrown.code === 'cache-full';
}

/** A storage that ends with the page, for tests and for browsers without another. */
export function createMemoryStorage(): ByteStorage {
  /** Each file is the beginning of a buffer with room to grow: pieces are appended by the hundred. */
  const files = new Map<string, Bytes>();
  const turns = new Map<string, Promise<unknown>>();
  const contentOf = (name: string) => files.get(name) ?? new Uint8Array(0);
  return {
    async list() {
      return [...files].map(([name, { byteLength }]) => ({ name, byteLength }));
    },
    async byteLength(name) {
      return contentOf(name).byteLength;
    },
    async read(name, start, end) {
      return contentOf(name).slice(start, end);
    },
    async write(name, start, bytes) {
      const before = contentOf(name);
      const byteLength = Math.max(before.byteLength, start + bytes.byteLength);
      let { buffer } = before;
      if (byteLength > buffer.byteLength) {
        buffer = new ArrayBuffer(2 * byteLength);
        new Uint8Array(buffer).set(before);
      }
      const after = new Uint8Array(buffer, 0, byteLength);
      after.set(bytes, start);
      files.set(name, after);
    },
    async remove(name) {
      files.delete(name);
    },
    exclusive(name, work) {
      const turn = (turns.get(name) ?? Promise.resolve()).then(work);
      turns.set(
        name,
        turn.catch(() => {}),
      );
      return turn;
    },
  };
}
