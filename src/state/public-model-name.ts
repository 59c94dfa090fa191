import { isPublicAddress } from '#address.ts';
import { formatModelName, parseModelName } from '#engine/protocol.ts';

/**
 * What names a model, or a connector, to somebody else or at another time: a bundled name, a repository at `revision`, else at the
 * one that it names, or an address; null for files from disk, and for an address that may hold a secret.
 */
export function publicModelName(model: unknown, revision: string | null = null): string | null {
  if (typeof model !== 'string') return null;
  const name = parseModelName(model);
  if (name.kind === 'bundled') return name.name;
  if (name.kind === 'hub') return formatModelName(name, revision ?? name.revision);
  return isPublicAddress(name.url) ? name.url : null;
}
