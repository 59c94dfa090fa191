import { withoutSecrets } from '#address.ts';
import { findBundled } from '#checkpoint/bundled.ts';
import { createCachedFolder } from '#checkpoint/cache/cached-folder.ts';
import type { RangeCache } from '#checkpoint/cache/range-cache.ts';
import { createConfigReader } from '#checkpoint/config-reader.ts';
import { bringConfig, type LocalFile, openFileFolders, openWeightFolders } from '#checkpoint/file-folder.ts';
import { type CheckpointFolder, readJson } from '#checkpoint/folder.ts';
import { openHttpFolder } from '#checkpoint/http-folder.ts';
import type { OnBytes } from '#checkpoint/http-request.ts';
import { openHubFolder } from '#checkpoint/hub-folder.ts';
import { parseModelName } from '#checkpoint/hub-id.ts';
import { findFamily } from '#checkpoint/layouts.ts';
import { TokenLensError } from '#errors.ts';
import type { CheckpointRequest } from './protocol.ts';

/** The folders of a checkpoint, and what is known of them. */
export interface CheckpointSources {
  /** As it was asked for, without what of an address may be secret, or the name of a dropped folder. */
  readonly name: string;
  readonly connectorName: string | null;
  readonly model: CheckpointFolder;
  readonly connector: CheckpointFolder | null;
  /** Commits of the hub's repositories; null for anything else. */
  readonly revision: string | null;
  readonly connectorRevision: string | null;
  /** Endpoint of the hub, where it is asked and is not the public one. */
  readonly hub: string | null;
}

export interface SourceContext {
  /** Where ranges of the hub's files are stored; null: nowhere. */
  readonly cache: RangeCache | null;
  readonly onBytes?: OnBytes;
  readonly signal?: AbortSignal;
  /** The storage is full; reading goes on without it. */
  readonly onFull?: (error: TokenLensError) => void;
}

type NamedRequest = CheckpointRequest & { readonly model: string | readonly LocalFile[] };

/**
 * Opens what `request` names. Nothing but the commits of repositories is asked for.
 *
 * @throws TokenLensError of the checkpoint stage.
 */
export async function openSources(request: NamedRequest, context: SourceContext): Promise<CheckpointSources> {
  const { model, connector } = request;
  const second = connector === undefined ? null : await openNamed(connector, 'connector', request, context);
  const ofConnector = {
    connectorName: connector === undefined ? null : withoutSecrets(connector),
    connectorRevision: second?.revision ?? null,
  };
  const hubOf = (...folders: readonly (OpenedFolder | null)[]) =>
    folders.some((opened) => opened !== null && opened.revision !== null) ? (request.hub ?? null) : null;
  if (typeof model !== 'string') {
    const { folder, own } = await openFiles(model, request, context);
    const connectorName = ofConnector.connectorName ?? own?.name ?? null;
    return {
      name: folder.name,
      model: folder,
      revision: null,
      hub: hubOf(second),
      ...ofConnector,
      connectorName,
      connector: second?.folder ?? own,
    };
  }
  const first = await openNamed(model, 'model', request, context);
  return {
    name: withoutSecrets(model),
    model: first.folder,
    revision: first.revision,
    hub: hubOf(first, second),
    ...ofConnector,
    connector: second?.folder ?? first.connector,
  };
}

interface OpenedFolder {
  readonly folder: CheckpointFolder;
  readonly revision: string | null;
  /** What a bundled model brings along. */
  readonly connector: CheckpointFolder | null;
}

async function openNamed(
  text: string,
  part: 'model' | 'connector',
  { hub, token }: CheckpointRequest,
  { cache, onBytes = () => {}, signal, onFull }: SourceContext,
): Promise<OpenedFolder> {
  const name = parseModelName(text);
  const options = { onBytes, ...(signal && { signal }) };
  switch (name.kind) {
    case 'bundled': {
      const bundled = findBundled(name.name, { base: self.location.href, onBytes });
      return { folder: bundled[part], revision: null, connector: bundled.connector };
    }
    case 'url':
      return { folder: openHttpFolder(name.url, options), revision: null, connector: null };
    case 'hub': {
      const opened = await openHubFolder({
        ...name,
        ...options,
        ...(hub !== undefined && { endpoint: hub }),
        ...(token !== undefined && { token }),
      });
      const folder = cache ? createCachedFolder(opened, cache, onFull ? { onFull } : {}) : opened;
      return { folder, revision: opened.revision, connector: null };
    }
  }
}

/** One folder of files, or an encoder and the VITA connector that belongs to it. */
async function openFiles(
  files: readonly LocalFile[],
  request: NamedRequest,
  context: SourceContext,
): Promise<{ readonly folder: CheckpointFolder; readonly own: CheckpointFolder | null }> {
  const { config } = request;
  const source = config === undefined || bringConfig(files) ? null : await openNamed(config, 'model', request, context);
  const [folder, other, ...more] = source ? openWeightFolders(files, source.folder) : openFileFolders(files);
  if (other === undefined) return { folder, own: null };
  const areVita = await Promise.all([isVita(folder), isVita(other)]);
  if (more.length > 0 || areVita[0] === areVita[1]) {
    const folders = [folder, other, ...more].map(({ name }) => name);
    const details = { count: folders.length, folders: folders.join(', ') };
    throw new TokenLensError('files-too-many-folders', 'checkpoint', details);
  }
  return areVita[0] ? { folder: other, own: folder } : { folder, own: other };
}

async function isVita(folder: CheckpointFolder): Promise<boolean> {
  const file = await folder.openRequired('config.json');
  return findFamily(createConfigReader(await readJson(file), file.name)) === 'vita';
}
