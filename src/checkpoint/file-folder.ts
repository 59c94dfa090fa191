import { TokenLensError } from '#errors.ts';
import type { CheckpointFile, CheckpointFolder } from './folder.ts';

/** A file from the user's disk. */
export interface LocalFile {
  /** As it was dropped: `InternViT/config.json`, or the name alone. */
  readonly path: string;
  readonly file: File;
}

const configName = 'config.json';

function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return { folder: parts.slice(0, -1).join('/'), name: parts.at(-1) ?? '' };
}

function openLocalFile(path: string, file: File): CheckpointFile {
  return {
    name: path,
    byteLength: file.size,
    async read(start, end) {
      try {
        return new Uint8Array(await file.slice(start, end).arrayBuffer());
      } catch (cause) {
        // The file was moved, deleted or changed since it was dropped.
        throw new TokenLensError('file-not-found', 'checkpoint', { url: path }, { cause });
      }
    },
    unstoredByteLength: async () => 0,
  };
}

/** The files of one folder as a checkpoint folder; a name that is asked for is looked for in that folder alone. */
function createFileFolder(folder: string, files: readonly LocalFile[]): CheckpointFolder {
  const byName = new Map(files.map(({ path, file }) => [splitPath(path).name, { path, file }]));
  const open = (name: string) => {
    const found = byName.get(name);
    return found ? openLocalFile(found.path, found.file) : null;
  };
  return {
    name: folder || (files[0]?.file.name ?? ''),
    open: async (name) => open(name),
    async openRequired(name) {
      const file = open(name);
      if (file === null) {
        throw new TokenLensError('file-not-found', 'checkpoint', { url: folder === '' ? name : `${folder}/${name}` });
      }
      return file;
    },
  };
}

/**
 * The checkpoint folders among files from disk: each folder that has a `config.json`, in the order in which they came.
 *
 * @throws TokenLensError `files-no-config` where there is none: nothing is assumed of weights without their settings.
 */
export function openFileFolders(files: readonly LocalFile[]): readonly [CheckpointFolder, ...CheckpointFolder[]] {
  const groups = new Map<string, LocalFile[]>();
  for (const local of files) {
    const { folder } = splitPath(local.path);
    groups.set(folder, [...(groups.get(folder) ?? []), local]);
  }
  const [first, ...others] = [...groups]
    .filter(([, group]) => group.some(({ path }) => splitPath(path).name === configName))
    .map(([folder, group]) => createFileFolder(folder, group));
  if (first !== undefined) return [first, ...others];
  const names = files.map(({ file }) => file.name).join(', ');
  throw new TokenLensError('files-no-config', 'checkpoint', { files: names });
}
