import type { CheckpointFile, CheckpointFolder, JsonObject } from '#checkpoint/folder.ts';
import { TokenLensError } from '#errors.ts';

/** A range that was read: path, first byte, byte after the last. */
export type ReadRange = readonly [path: string, start: number, end: number];

export interface MemoryFolder extends CheckpointFolder {
  /** Every range read so far, in order. */
  readonly reads: ReadRange[];
}

/** `bytes` as a checkpoint file. */
export function createMemoryFile(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  onRead: (start: number, end: number) => void = () => {},
): CheckpointFile {
  return {
    name,
    byteLength: bytes.byteLength,
    async read(start, end) {
      onRead(start, end);
      return bytes.slice(start, end);
    },
  };
}

/** A checkpoint folder of files in memory; an object is written as JSON. */
export function createMemoryFolder(
  name: string,
  files: Readonly<Record<string, Uint8Array<ArrayBuffer> | JsonObject>>,
): MemoryFolder {
  const reads: ReadRange[] = [];
  const open = async (path: string) => {
    const content = files[path];
    if (content === undefined) return null;
    const bytes = content instanceof Uint8Array ? content : new TextEncoder().encode(JSON.stringify(content));
    return createMemoryFile(`${name}/${path}`, bytes, (start, end) => reads.push([path, start, end]));
  };
  return {
    name,
    reads,
    open,
    async openRequired(path) {
      const file = await open(path);
      if (file === null) throw new TokenLensError('file-not-found', 'checkpoint', { url: `${name}/${path}` });
      return file;
    },
  };
}
