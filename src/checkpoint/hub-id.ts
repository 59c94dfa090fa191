import { decodePart } from '#address.ts';
import { staysInside } from './folder.ts';

/** A folder of a repository of the hub. */
export interface HubModelName {
  readonly kind: 'hub';
  /** `owner/name` */
  readonly repository: string;
  /** Branch, tag or commit; null: the main branch. */
  readonly revision: string | null;
  /** Path within the repository, without a slash at its ends; empty: its root. */
  readonly folder: string;
}

/** What the name of a model or connector stands for. */
export type ModelName =
  | { readonly kind: 'bundled'; readonly name: string }
  | { readonly kind: 'url'; readonly url: string }
  | HubModelName;

const part = '[A-Za-z0-9](?:[\\w-]|\\.(?!\\.))*';
const repositoryPattern = new RegExp(`^${part}/${part}$`);
const idPattern = /^(?<repository>[^/@?#]+\/[^/@?#]+)(?:\/(?<folder>[^@?#]+?)\/?)?(?:@(?<revision>.+))?$/;
/** The page of a repository or of a folder in it, as it is copied from the address bar. */
const pagePattern =
  /^https:\/\/(?:huggingface\.co|hf\.co)\/(?<repository>[^/?#]+\/[^/?#]+)(?:\/tree\/(?<revision>[^/?#]+)(?:\/(?<folder>[^?#]+?))?)?\/?(?:[?#].*)?$/;

/** Whether `model` is a bundled name rather than the URL or path of a folder: it has no `/` and no `:`. */
export function isBundledName(model: string): boolean {
  return !/[/:]/.test(model);
}

/** Whether `text` is `owner/name` as the hub writes it. */
export function isHubRepository(text: string): boolean {
  return repositoryPattern.test(text);
}

/**
 * Tells a bundled name (no `/`, no `:`), a folder of the hub (`owner/name`, `owner/name@revision`,
 * `owner/name/path/of/folder@revision`, or the address of its page) and the URL of a folder apart. A relative URL is
 * told from the hub by a `./` or `/` before it; one of two parts also by a `/` after it.
 */
export function parseModelName(text: string): ModelName {
  const name = text.trim();
  if (isBundledName(name)) return { kind: 'bundled', name };
  const match = pagePattern.exec(name) ?? idPattern.exec(name);
  const { repository = '', revision, folder = '' } = match?.groups ?? {};
  const path = decodePart(folder);
  if (!isHubRepository(repository) || !(path === '' || staysInside(path))) return { kind: 'url', url: name };
  return { kind: 'hub', repository, revision: revision === undefined ? null : decodePart(revision), folder: path };
}

/** The shortest text that `parseModelName` reads as `name`, at `revision` where one is given. */
export function formatModelName(name: HubModelName, revision: string | null = name.revision): string {
  const encoded = (text: string, special: RegExp) => text.replace(special, encodeURIComponent);
  const folder = name.folder === '' ? '' : `/${encoded(name.folder, /[%@?#]|\s$/g)}`;
  return name.repository + folder + (revision === null ? '' : `@${encoded(revision, /%|\s$/g)}`);
}
