import { modelInfo } from '@huggingface/hub';
import { type ErrorCode, type ErrorDetails, reasonOf, TokenLensError } from '#errors.ts';
import type { CheckpointFile, CheckpointFolder } from './folder.ts';
import {
  type HttpSource,
  type OnBytes,
  openHttpFile,
  optionalHttpFile,
  requireHttpFile,
  resumeHttpFile,
} from './http-file.ts';
import { isHubRepository } from './hub-id.ts';

/** The hub that is asked where no other is named. */
export const publicHub = 'https://huggingface.co';

export interface HubFolderOptions {
  /** `owner/name` */
  readonly repository: string;
  /** Branch, tag or commit; the main branch where it is left out. */
  readonly revision?: string | null;
  /** Origin of the hub, or of a mirror that speaks its API. */
  readonly endpoint?: string;
  /** Access token for private and gated repositories; it is sent to `endpoint` and appears nowhere else. */
  readonly token?: string | null;
  readonly onBytes?: OnBytes;
  /** Ends every request under way; they fail with `load-cancelled`. */
  readonly signal?: AbortSignal;
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

/** What a request to the hub is about, for messages and headers; the token is in no message. */
interface HubRequest {
  readonly endpoint: string;
  readonly repository: string;
  readonly revision: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/** Seconds until the hub answers again, by `Retry-After` or by its own `RateLimit: "api";r=0;t=55`. */
function waitSeconds(headers: Headers): number {
  const retryAfter = headers.get('Retry-After');
  const seconds = Number(retryAfter ?? /;\s*t=(\d+)/.exec(headers.get('RateLimit') ?? '')?.[1] ?? rateWindowSeconds);
  if (Number.isFinite(seconds)) return seconds;
  const until = Date.parse(retryAfter ?? '');
  return Number.isNaN(until) ? rateWindowSeconds : Math.max(0, Math.ceil((until - Date.now()) / 1000));
}

/** The hub's refusals, each with its own way out; undefined: the file alone is missing, or it is none of the hub's. */
function explainAnswer(hub: HubRequest, response: Response | null, reason: string): TokenLensError | undefined {
  const { endpoint, repository, revision } = hub;
  const error = (code: ErrorCode, details: ErrorDetails) => new TokenLensError(code, 'checkpoint', details);
  if (response === null) return error('hub-unreachable', { endpoint, reason });
  if (response.status === 401) return error('hub-unauthorized', { endpoint, repository });
  if (response.status === 403) return error('hub-forbidden', { endpoint, repository });
  if (response.status === 429) return error('hub-rate-limited', { endpoint, seconds: waitSeconds(response.headers) });
  if (response.status >= 500) return error('hub-server-error', { endpoint, status: response.status });
  if (response.status === 404 && /^(Repo|Revision)NotFound$/.test(response.headers.get('X-Error-Code') ?? '')) {
    return error('hub-repository-not-found', { endpoint, repository, revision });
  }
  return undefined;
}

/** The commit that a revision is at, by the hub's own library. */
async function resolveCommit(hub: HubRequest): Promise<string> {
  const { endpoint, repository, revision, headers } = hub;
  const name = `${endpoint}/api/models/${repository}`;
  const fetchChecked: typeof fetch = async (input, init) => {
    let response: Response;
    try {
      response = await fetch(input, { ...init, headers, signal: hub.signal ?? null });
    } catch (cause) {
      if (hub.signal?.aborted) throw new TokenLensError('load-cancelled', 'checkpoint', {}, { cause });
      throw explainAnswer(hub, null, reasonOf(cause));
    }
    if (response.ok && response.headers.get('Content-Type')?.startsWith('text/html')) {
      await response.body?.cancel();
      throw new TokenLensError('file-is-html', 'checkpoint', { url: name });
    }
    if (response.ok) return response;
    await response.body?.cancel();
    const absent = response.status === 404;
    throw (
      explainAnswer(hub, response, '') ??
      (absent
        ? new TokenLensError('hub-repository-not-found', 'checkpoint', { endpoint, repository, revision })
        : new TokenLensError('fetch-failed', 'checkpoint', { url: name, reason: `HTTP status ${response.status}` }))
    );
  };
  const invalid = (reason: string, options?: ErrorOptions) =>
    new TokenLensError('json-invalid', 'checkpoint', { file: name, reason }, options);
  let sha: unknown;
  try {
    ({ sha } = await modelInfo({
      name: repository,
      revision,
      hubUrl: endpoint,
      additionalFields: ['sha'],
      fetch: fetchChecked,
    }));
  } catch (thrown) {
    throw thrown instanceof TokenLensError ? thrown : invalid(reasonOf(thrown), { cause: thrown });
  }
  if (typeof sha === 'string' && commitPattern.test(sha)) return sha;
  throw invalid('it names no commit');
}

function checkEndpoint(endpoint: string): string {
  if (/^https?:/.test(endpoint) && URL.canParse(endpoint)) return endpoint.replace(/\/+$/, '');
  throw new TokenLensError('invalid-argument', 'checkpoint', {
    name: 'endpoint',
    actual: endpoint,
    expected: 'the URL of a hub',
  });
}

/**
 * The folder of a repository at one commit: the revision is resolved once, every file is then read at that commit.
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
  const { repository, token, signal, onBytes = () => {} } = options;
  const revision = options.revision ?? 'main';
  const endpoint = checkEndpoint(options.endpoint ?? publicHub);
  if (!isHubRepository(repository)) {
    const details = { name: 'repository', actual: repository, expected: 'owner/name' };
    throw new TokenLensError('invalid-argument', 'checkpoint', details);
  }
  const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
  const hub: HubRequest = { endpoint, repository, revision, headers, signal };
  const commit = commitPattern.test(revision) ? revision : await resolveCommit(hub);

  const name = `${endpoint}/${repository}/resolve/${commit}/`;
  const sourceOf = (path: string): HttpSource => {
    const url = name + path.split('/').map(encodeURIComponent).join('/');
    const explain: HttpSource['explain'] = (response, reason) => explainAnswer(hub, response, reason);
    return { url, name: url, onBytes, headers, signal, maxWholeByteLength, explain };
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
  };
}
