import { modelInfo } from '@huggingface/hub';
import { type ErrorCode, type ErrorDetails, reasonOf, TokenLensError } from '#errors.ts';
import { type Bytes, type CheckpointFile, type CheckpointFolder, staysInside } from './folder.ts';
import {
  firstByteLengthOf,
  type HttpFileSource,
  openHttpFile,
  optionalHttpFile,
  requireHttpFile,
  resumeHttpFile,
} from './http-file.ts';
import {
  type AnswerHead,
  type HttpPatience,
  type HttpSource,
  isPage,
  type OnBytes,
  rateLimitSeconds,
  request,
  statusFailure,
  withRetries,
} from './http-request.ts';
import { formatModelName, isHubRepository, publicHub } from './hub-id.ts';

export interface HubFolderOptions {
  /** `owner/name` */
  readonly repository: string;
  /** Branch, tag or commit; the main branch where it is left out. */
  readonly revision?: string | null;
  /** Path of the folder within the repository, without a slash at its ends; empty or left out: its root. */
  readonly folder?: string;
  /** Origin of the hub, or of a mirror that speaks its API. */
  readonly endpoint?: string;
  /** Access token for private and gated repositories; it is sent to `endpoint` and appears nowhere else. */
  readonly token?: string | null;
  readonly onBytes?: OnBytes;
  /** Ends every request and pause under way; they fail with `load-cancelled`. */
  readonly signal?: AbortSignal;
  readonly patience?: HttpPatience;
}

/** A folder whose content can never change, because `name` holds the commit it is of. */
export interface PinnedFolder extends CheckpointFolder {
  /** Commit, 40 hexadecimal digits. */
  readonly revision: string;
  /** The file at `path`, known to be there with `byteLength` bytes: nothing is asked before it is read. */
  openKnown(path: string, byteLength: number): CheckpointFile;
}

/** Files of the hub longer than this must come by range; what is read whole there is JSON. */
const maxWholeByteLength = 16 * 1024 * 1024;
/** The hub counts requests in windows of five minutes: https://huggingface.co/docs/hub/rate-limits */
const rateWindowSeconds = 300;

const commitPattern = /^[0-9a-f]{40}$/;

/** What requests to the hub are about, for messages. */
interface HubAddress {
  readonly endpoint: string;
  readonly repository: string;
  readonly revision: string;
}

function apiName({ endpoint, repository }: HubAddress): string {
  return `${endpoint}/api/models/${repository}`;
}

/** How requests to the hub are made. */
type HubRequests = Pick<HttpSource, 'headers' | 'signal' | 'patience' | 'explain'>;

/** The hub's refusals, each with its own way out; undefined: the file alone is missing, or it is none of the hub's. */
function explainAnswer(
  { endpoint, repository, revision }: HubAddress,
  answer: AnswerHead | null,
  reason: string,
): TokenLensError | undefined {
  const error = (code: ErrorCode, details: ErrorDetails) =>
    new TokenLensError(code, 'checkpoint', { endpoint, ...details });
  if (answer === null) return error('hub-unreachable', { reason });
  const { status, headers } = answer;
  if (status === 401) return error('hub-unauthorized', { repository });
  if (status === 403) return error('hub-forbidden', { repository });
  if (status === 429) return error('hub-rate-limited', { seconds: rateLimitSeconds(headers) ?? rateWindowSeconds });
  if (status >= 500) return error('hub-server-error', { status });
  if (status === 404 && /^(Repo|Revision)NotFound$/.test(headers.get('X-Error-Code') ?? '')) {
    return error('hub-repository-not-found', { repository, revision });
  }
  return undefined;
}

function invalidAnswer(name: string, reason: string, options?: ErrorOptions): TokenLensError {
  return new TokenLensError('json-invalid', 'checkpoint', { file: name, reason }, options);
}

/** What the hub's API says of a repository at a revision, by the hub's own library. */
async function askModelInfo<Field extends 'sha' | 'filePaths'>(
  address: HubAddress,
  requests: HubRequests,
  field: Field,
) {
  const { endpoint, repository, revision } = address;
  const name = apiName(address);
  const fetchChecked: typeof fetch = (input) => {
    const source: HttpSource = { ...requests, url: new Request(input).url, name, onBytes: () => {} };
    return withRetries(source, async () => {
      const answer = await request(source);
      const { status, headers } = answer;
      try {
        if (status === 404) throw new TokenLensError('hub-repository-not-found', 'checkpoint', { ...address });
        if (status !== 200) throw statusFailure(source, answer);
        if (isPage(answer)) throw new TokenLensError('file-is-html', 'checkpoint', { url: name });
        const chunks: Bytes[] = [];
        for await (const chunk of answer.read()) chunks.push(chunk);
        return new Response(new Blob(chunks), { status, headers });
      } finally {
        await answer.discard();
      }
    });
  };
  try {
    return await modelInfo({
      name: repository,
      revision,
      hubUrl: endpoint,
      additionalFields: [field],
      fetch: fetchChecked,
    });
  } catch (thrown) {
    throw thrown instanceof TokenLensError ? thrown : invalidAnswer(name, reasonOf(thrown), { cause: thrown });
  }
}

/** The commit that a revision is at. */
async function resolveCommit(address: HubAddress, requests: HubRequests): Promise<string> {
  const { sha }: { sha: unknown } = await askModelInfo(address, requests, 'sha');
  if (typeof sha === 'string' && commitPattern.test(sha)) return sha;
  throw invalidAnswer(apiName(address), 'it names no commit');
}

/** The folders among `paths` of files that have a configuration beside their weights; the root is the empty one. */
function foldersWithCheckpoint(paths: readonly string[]): readonly string[] {
  const all = new Set(paths);
  const weights = ['model.safetensors', 'model.safetensors.index.json'];
  return paths
    .filter((path) => path === 'config.json' || path.endsWith('/config.json'))
    .map((path) => path.slice(0, -'config.json'.length))
    .filter((folder) => weights.some((name) => all.has(folder + name)))
    .map((folder) => folder.replace(/\/$/, ''));
}

function invalidArgument(name: string, actual: string, expected: string): TokenLensError {
  return new TokenLensError('invalid-argument', 'checkpoint', { name, actual, expected });
}

function checkEndpoint(endpoint: string): string {
  if (/^https?:/.test(endpoint) && URL.canParse(endpoint)) return endpoint.replace(/\/+$/, '');
  throw invalidArgument('endpoint', endpoint, 'the URL of a hub');
}

/**
 * A folder of a repository at one commit: the revision is resolved once, every file is then read at that commit.
 *
 * The files go through `openHttpFile` rather than the library's lazy Blob, which takes the whole file of a server that
 * ignores Range for the range it asked for, and can neither report bytes as they arrive nor go on after a break. The
 * plain `resolve` address is asked for, so that the hub answers with bytes and never with its xet protocol.
 *
 * @throws invalid-argument, hub-unauthorized, hub-forbidden, hub-repository-not-found, hub-rate-limited,
 * hub-server-error, hub-unreachable, file-is-html, json-invalid, load-cancelled; reading its files also range-ignored
 * and fetch-failed
 */
export async function openHubFolder(options: HubFolderOptions): Promise<PinnedFolder> {
  const { repository, folder = '', token, signal, patience, onBytes = () => {} } = options;
  const revision = options.revision ?? 'main';
  const endpoint = checkEndpoint(options.endpoint ?? publicHub);
  if (!isHubRepository(repository)) throw invalidArgument('repository', repository, 'owner/name');
  if (folder !== '' && !staysInside(folder)) {
    throw invalidArgument('folder', folder, 'the path of a folder in the repository');
  }
  const address = { endpoint, repository, revision };
  const requests: HubRequests = {
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    signal,
    patience,
    explain: (answer, reason) => explainAnswer(address, answer, reason),
  };
  const commit = commitPattern.test(revision) ? revision : await resolveCommit(address, requests);

  const encodePath = (path: string) => path.split('/').map(encodeURIComponent).join('/');
  const root = `${endpoint}/${repository}/resolve/${commit}/`;
  const name = folder === '' ? root : `${root}${encodePath(folder)}/`;
  const sourceOf = (path: string): HttpFileSource => {
    const url = name + encodePath(path);
    return { ...requests, url, name: url, onBytes, firstByteLength: firstByteLengthOf(path), maxWholeByteLength };
  };
  return {
    name,
    revision: commit,
    async open(path) {
      return optionalHttpFile(await openHttpFile(sourceOf(path)));
    },
    async openRequired(path) {
      const source = sourceOf(path);
      return requireHttpFile(await openHttpFile(source), source.name);
    },
    openKnown: (path, byteLength) => resumeHttpFile(sourceOf(path), byteLength),
    async findCheckpoints() {
      const { filePaths } = await askModelInfo({ ...address, revision: commit }, requests, 'filePaths');
      const below = foldersWithCheckpoint(filePaths).filter((found) => found !== folder);
      const asked = { kind: 'hub', repository, revision: options.revision ?? null } as const;
      return below.map((found) => formatModelName({ ...asked, folder: found }));
    },
  };
}
