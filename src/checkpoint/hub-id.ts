import { isBundledName } from './bundled.ts';

/** What the name of a model or connector stands for. */
export type ModelName =
  | { readonly kind: 'bundled'; readonly name: string }
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'hub';
      /** `owner/name` */
      readonly repository: string;
      /** Branch, tag or commit; null: the main branch. */
      readonly revision: string | null;
    };

const part = '[A-Za-z0-9](?:[\\w-]|\\.(?!\\.))*';
const repositoryPattern = new RegExp(`^${part}/${part}$`);
const idPattern = /^([^@]+)(?:@(.+))?$/;
/** The page of a repository, as it is copied from the address bar. */
const pagePattern = /^https:\/\/(?:huggingface\.co|hf\.co)\/([^/?#]+\/[^/?#]+)(?:\/tree\/([^/?#]+))?\/?(?:[?#].*)?$/;

/** Whether `text` is `owner/name` as the hub writes it. */
export function isHubRepository(text: string): boolean {
  return repositoryPattern.test(text);
}

/**
 * Tells a bundled name (no `/`, no `:`), a hub repository (`owner/name`, `owner/name@revision`, or the address of its
 * page) and the URL of a folder apart. A relative URL of two parts is told from a repository by a `./` before it or a
 * `/` at one end.
 */
export function parseModelName(text: string): ModelName {
  const name = text.trim();
  if (isBundledName(name)) return { kind: 'bundled', name };
  const [, repository = '', revision] = pagePattern.exec(name) ?? idPattern.exec(name) ?? [];
  if (!isHubRepository(repository)) return { kind: 'url', url: name };
  return { kind: 'hub', repository, revision: revision === undefined ? null : decodeRevision(revision) };
}

/** A revision as it stands in an address, where a `/` within it is written `%2F`. */
function decodeRevision(revision: string): string {
  try {
    return decodeURIComponent(revision);
  } catch {
    return revision;
  }
}
