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
