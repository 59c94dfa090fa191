import { TokenLensError } from '#errors.ts';
import type { CheckpointFolder } from './folder.ts';
import { firstByteLengthOf, openHttpFile, optionalHttpFile, requireHttpFile } from './http-file.ts';
import type { HttpPatience, OnBytes } from './http-request.ts';

export interface HttpFolderOptions {
  /** What a relative URL is relative to; in a worker that is the page's address, which only the page knows. */
  readonly base?: string;
  readonly onBytes?: OnBytes;
  /** Ends every request and pause under way; they fail with `load-cancelled`. */
  readonly signal?: AbortSignal;
  readonly patience?: HttpPatience;
}

function folderUrl(url: string, base: string | undefined): URL {
  let folder: URL;
  try {
    folder = new URL(url, base);
  } catch (cause) {
    throw new TokenLensError(
      'invalid-argument',
      'checkpoint',
      { name: 'url', actual: url, expected: 'the URL of a folder' },
      { cause },
    );
  }
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return folder;
}

/**
 * The folder at `url`, absolute or relative to `options.base`, with or without its last slash. A query in the URL (an
 * access token, say) goes along with every file.
 * @throws invalid-argument
 */
export function openHttpFolder(url: string, options: HttpFolderOptions = {}): CheckpointFolder {
  const folder = folderUrl(url, options.base);
  const { signal, patience, onBytes = () => {} } = options;
  const find = async (path: string) => {
    const file = new URL(path.split('/').map(encodeURIComponent).join('/'), folder);
    const name = file.href;
    file.search = folder.search;
    const firstByteLength = firstByteLengthOf(path);
    return { name, found: await openHttpFile({ url: file.href, name, onBytes, signal, patience, firstByteLength }) };
  };
  return {
    name: new URL(folder.pathname, folder).href,
    async open(path) {
      return optionalHttpFile((await find(path)).found);
    },
    async openRequired(path) {
      const { name, found } = await find(path);
      return requireHttpFile(found, name);
    },
  };
}
