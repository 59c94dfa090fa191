import type { AppState } from '#state/app-state.ts';
import { defaultImage } from './url-parameters.ts';

/** What a link can tell of the page. */
export type LinkedState = Pick<AppState, 'model' | 'encoderChoice' | 'preprocessing' | 'source'>;

/**
 * A link that opens the page at `pageUrl` on the model in use, at the commit that is loaded, with the image and the
 * choices that differ from what it would open with anyway; an access token is never part of it. null where nothing is
 * loaded, or files from disk.
 */
export function writeModelLink(
  pageUrl: string,
  { model, encoderChoice, preprocessing, source }: LinkedState,
): string | null {
  if (model === null || model.pinnedName === null) return null;
  const { precision, preprocessing: published } = model;
  const chosen = Object.entries(preprocessing).filter(
    ([name, value]) => published[name as keyof typeof preprocessing] !== value,
  );
  const parameters: Record<string, string | null> = {
    model: model.pinnedName,
    connector: model.pinnedConnectorName,
    hub: model.hub,
    image: addressOf(source?.image, pageUrl),
    encoder: encoderChoice === 'auto' ? null : encoderChoice,
    precision: precision.requested === 'float32' ? null : precision.requested,
    ...Object.fromEntries(chosen.map(([name, value]) => [name, String(value)])),
  };
  const search = Object.entries(parameters).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${encode(value)}`],
  );
  const link = new URL(pageUrl);
  link.search = search.join('&');
  link.hash = '';
  return link.href;
}

/** A web address as short as it can be; null for a file, for data in an address, and for what the page opens anyway. */
function addressOf(image: string | Blob | undefined, pageUrl: string): string | null {
  if (typeof image !== 'string' || !/^https?:/.test(image)) return null;
  const base = new URL('.', pageUrl).href;
  const address = image.startsWith(base) ? image.slice(base.length) : image;
  return address === defaultImage ? null : address;
}

/** As in any query, but with the characters left readable that names and addresses are made of. */
function encode(value: string): string {
  return encodeURIComponent(value).replace(/%(?:2F|40|3A)/g, decodeURIComponent);
}
