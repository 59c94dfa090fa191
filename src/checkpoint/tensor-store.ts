import { TokenLensError } from '#errors.ts';
import { type CheckpointFile, type CheckpointFolder, isJsonObject, readJson, staysInside } from './folder.ts';
import { readSafetensorsHeader, type TensorEntry } from './safetensors.ts';

/** A tensor and the file that holds it. */
export interface StoredTensor extends TensorEntry {
  readonly file: CheckpointFile;
}

/** The tensors of a folder, whether it keeps them in one file or in shards. */
export interface TensorStore {
  /** Names of all tensors; with shards, as the index lists them. */
  readonly names: readonly string[];
  /** Bytes of all tensors; null where an index does not say. */
  readonly byteLength: number | null;
  /**
   * Finds a tensor; it opens only the shard that holds it.
   * @throws tensor-missing, file-not-found, and what `readSafetensorsHeader` throws
   */
  locate(tensor: string): Promise<StoredTensor>;
}

const weightsPath = 'model.safetensors';
const indexPath = 'model.safetensors.index.json';

type Entries = ReadonlyMap<string, TensorEntry>;

function pick(tensor: string, entries: Entries, file: CheckpointFile): StoredTensor {
  const entry = entries.get(tensor);
  if (entry === undefined) throw new TokenLensError('tensor-missing', 'checkpoint', { file: file.name, tensor });
  return { ...entry, file };
}

async function openSingle(file: CheckpointFile): Promise<TensorStore> {
  const entries = await readSafetensorsHeader(file);
  return {
    names: [...entries.keys()],
    byteLength: [...entries.values()].reduce((sum, { start, end }) => sum + end - start, 0),
    async locate(tensor) {
      return pick(tensor, entries, file);
    },
  };
}

interface ShardIndex {
  readonly shardPaths: ReadonlyMap<string, string>;
  readonly byteLength: number | null;
}

async function readIndex(index: CheckpointFile): Promise<ShardIndex> {
  const fail = (key: string, actual: unknown, expected: string) =>
    new TokenLensError('config-invalid', 'checkpoint', {
      file: index.name,
      key,
      actual: JSON.stringify(actual) ?? 'absent',
      expected,
    });
  const { weight_map: weightMap, metadata } = await readJson(index);
  if (!isJsonObject(weightMap)) throw fail('weight_map', weightMap, 'an object of tensor and file names');
  const shardPaths = new Map<string, string>();
  for (const [tensor, path] of Object.entries(weightMap)) {
    if (!staysInside(path)) throw fail(`weight_map["${tensor}"]`, path, 'the name of a file in this folder');
    shardPaths.set(tensor, path);
  }
  const byteLength = isJsonObject(metadata) ? metadata.total_size : null;
  return { shardPaths, byteLength: Number.isSafeInteger(byteLength) ? Number(byteLength) : null };
}

async function openShards(folder: CheckpointFolder, index: CheckpointFile): Promise<TensorStore> {
  const { shardPaths, byteLength } = await readIndex(index);
  const shards = new Map<string, { readonly file: CheckpointFile; readonly entries: Entries }>();
  return {
    names: [...shardPaths.keys()],
    byteLength,
    async locate(tensor) {
      const path = shardPaths.get(tensor);
      if (path === undefined) throw new TokenLensError('tensor-missing', 'checkpoint', { file: index.name, tensor });
      let shard = shards.get(path);
      if (shard === undefined) {
        const file = await folder.openRequired(path);
        shard = { file, entries: await readSafetensorsHeader(file) };
        shards.set(path, shard);
      }
      return pick(tensor, shard.entries, shard.file);
    },
  };
}

/**
 * The tensors of `folder`: `model.safetensors`, or else the shards that `model.safetensors.index.json` names. null
 * where it has neither.
 * @throws json-invalid, config-invalid, fetch-failed, and what `readSafetensorsHeader` throws
 */
export async function openTensorStore(folder: CheckpointFolder): Promise<TensorStore | null> {
  const single = await folder.open(weightsPath);
  if (single !== null) return openSingle(single);
  const index = await folder.open(indexPath);
  return index === null ? null : openShards(folder, index);
}

/**
 * Tells, of a folder that has no weights, whether a page came in their place: a sign-in page, say, or a page that a
 * server gives for every address it does not know.
 * @throws file-is-html, fetch-failed
 */
export async function requireNoPage(folder: CheckpointFolder): Promise<void> {
  try {
    await folder.openRequired(weightsPath);
  } catch (thrown) {
    if (!(thrown instanceof TokenLensError && thrown.code === 'file-not-found')) throw thrown;
  }
}
