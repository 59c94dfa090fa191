import { nameOfAddress } from '#address.ts';
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

/** What an image at `url` is called that nobody has named: as its file, or `image` where its pixels are in the address. */
export function nameOfUrl(url: string): string {
  return /^(?:data|blob):/i.test(url) ? 'image' : nameOfAddress(url);
}
