import { reasonOf, TokenLensError } from '#errors.ts';

/**
 * The bytes behind an image URL.
 *
 * @throws TokenLensError `fetch-failed`, `file-not-found`, `file-is-html`.
 */
export async function fetchImage(url: string): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new TokenLensError('fetch-failed', 'image', { url, reason: reasonOf(cause) }, { cause });
  }
  if (response.status === 404) throw new TokenLensError('file-not-found', 'image', { url });
  if (!response.ok) throw new TokenLensError('fetch-failed', 'image', { url, reason: `status ${response.status}` });
  const blob = await response.blob();
  if (blob.type.startsWith('text/html')) throw new TokenLensError('file-is-html', 'image', { url });
  return blob;
}

/** The file name at the end of `url`, or the host where there is none. */
export function nameOfUrl(url: string): string {
  const { pathname, host, protocol } = new URL(url);
  if (protocol === 'data:' || protocol === 'blob:') return 'image';
  return decodeURIComponent(pathname.split('/').at(-1) ?? '') || host;
}
