import { TokenLensError } from '#errors.ts';
import type { CheckpointFile, CheckpointFolder } from './folder.ts';

/** A file from the user's disk. */
export interface LocalFile {
  /** As it was dropped: `InternViT/config.json`, or the name alone. */
  readonly path: string;
  readonly file: File;
}

const configName = 'config.json';
/** What says how weights are used and images prepared. */
const settingNames = [configName, 'preprocessor_config.json', 'processor_config.json'];
const weightsName = 'model.safetensors';

const nameOf = ({ path }: LocalFile) => splitPath(path).name;
const isConfig = (local: LocalFile) => nameOf(local) === configName;
const isWeights = (local: LocalFile) => nameOf(local).toLowerCase().endsWith('.safetensors');

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

/**
 * The files of one folder as a checkpoint folder; a name that is asked for is looked for in that folder alone. A single
 * file of weights is found whatever it is called: a browser saves `model (1).safetensors`.
 */
function createFileFolder(folder: string, files: readonly LocalFile[]): CheckpointFolder {
  const byName = new Map(files.map((local) => [nameOf(local), local]));
  const [weights, ...otherWeights] = files.filter(isWeights);
  if (weights && otherWeights.length === 0 && !byName.has(`${weightsName}.index.json`))
    byName.set(weightsName, weights);
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

/** The folders that hold a file that `matters`, in the order in which they came. */
function groupFiles(files: readonly LocalFile[], matters: (local: LocalFile) => boolean): readonly CheckpointFolder[] {
  const groups = new Map<string, LocalFile[]>();
  for (const local of files) {
    const { folder } = splitPath(local.path);
    groups.set(folder, [...(groups.get(folder) ?? []), local]);
  }
  return [...groups]
    .filter(([, group]) => group.some(matters))
    .map(([folder, group]) => createFileFolder(folder, group));
}

type Folders = readonly [CheckpointFolder, ...CheckpointFolder[]];

function requireFolders([first, ...others]: readonly CheckpointFolder[], files: readonly LocalFile[]): Folders {
  if (first !== undefined) return [first, ...others];
  const names = files.map(({ file }) => file.name).join(', ');
  throw new TokenLensError('files-no-config', 'checkpoint', { files: names });
}

/** Whether there is a configuration among files from disk. */
export function bringConfig(files: readonly LocalFile[]): boolean {
  return files.some(isConfig);
}

/**
 * The checkpoint folders among files from disk: each folder that has a `config.json`, in the order in which they came.
 *
 * @throws TokenLensError `files-no-config` where there is none: nothing is assumed of weights without their settings.
 */
export function openFileFolders(files: readonly LocalFile[]): Folders {
  return requireFolders(groupFiles(files, isConfig), files);
}

/**
 * The folders of weights among files from disk that bring no configuration, with the settings of `source` in each.
 *
 * @throws TokenLensError `files-no-config` where there are no weights.
 */
export function openWeightFolders(files: readonly LocalFile[], source: CheckpointFolder): Folders {
  const folders = groupFiles(files, isWeights).map((folder) => withSettingsOf(folder, source));
  return requireFolders(folders, files);
}

function withSettingsOf(folder: CheckpointFolder, source: CheckpointFolder): CheckpointFolder {
  const holderOf = (path: string) => (settingNames.includes(path) ? source : folder);
  return {
    name: folder.name,
    open: (path) => holderOf(path).open(path),
    openRequired: (path) => holderOf(path).openRequired(path),
    ...(source.findCheckpoints && { findCheckpoints: source.findCheckpoints }),
  };
}
