import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CheckpointFolder } from '#checkpoint/folder.ts';
import { TokenLensError } from '#errors.ts';
import { createMemoryFile } from './memory-folder.ts';

/** A checkpoint folder on the disk of a test in Node; `path` is relative to the project. */
export function createDiskFolder(path: string): CheckpointFolder {
  const open = async (file: string) => {
    const content = await readFile(join(path, file)).catch(() => null);
    return content && createMemoryFile(`${basename(path)}/${file}`, Uint8Array.from(content));
  };
  return {
    name: basename(path),
    open,
    async openRequired(file) {
      const found = await open(file);
      if (found === null) throw new TokenLensError('file-not-found', 'checkpoint', { url: `${path}/${file}` });
      return found;
    },
  };
}
