import { TokenLensError } from '#errors.ts';
import type { CheckpointFolder } from './folder.ts';
import { firstByteLengthOf, openHttpFile, optionalHttpFile, requireHttpFile } from './http-file.ts';
import type { OnBytes } from './http-request.ts';

/** URLs of the bundled checkpoints' files by their path in the project; the build gives each a hashed name. */
const assetUrls: Readonly<Record<string, string>> = import.meta.glob('/models/*/*/*.{json,safetensors}', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** Names of the bundled checkpoints, sorted. */
export const bundledNames: readonly string[] = [
  ...new Set(Object.keys(assetUrls).map((path) => path.split('/')[2] ?? '')),
].sort();

/** A bundled checkpoint: an InternViT encoder and, in a folder of its own as VITA keeps it, the connector. */
export interface BundledCheckpoint {
  readonly model: CheckpointFolder;
  readonly connector: CheckpointFolder;
}

export interface BundledOptions {
  /** What the assets' URLs are relative to where they are not absolute. */
  readonly base?: string;
  readonly onBytes?: OnBytes;
}

function openAssetFolder(path: string, options: BundledOptions): CheckpointFolder {
  const onBytes = options.onBytes ?? (() => {});
  const find = async (file: string) => {
    const asset = assetUrls[`/models/${path}/${file}`];
    if (asset === undefined) return 'not-found';
    const url = new URL(asset, options.base ?? import.meta.url).href;
    return openHttpFile({ url, name: `${path}/${file}`, onBytes, firstByteLength: firstByteLengthOf(file) });
  };
  return {
    name: path,
    async open(file) {
      return optionalHttpFile(await find(file));
    },
    async openRequired(file) {
      return requireHttpFile(await find(file), `${path}/${file}`);
    },
  };
}

/**
 * The bundled checkpoint called `name`.
 * @throws bundled-model-unknown
 */
export function findBundled(name: string, options: BundledOptions = {}): BundledCheckpoint {
  if (!bundledNames.includes(name)) {
    throw new TokenLensError('bundled-model-unknown', 'checkpoint', { name, known: bundledNames.join(', ') });
  }
  return {
    model: openAssetFolder(`${name}/InternViT`, options),
    connector: openAssetFolder(`${name}/VITA`, options),
  };
}
