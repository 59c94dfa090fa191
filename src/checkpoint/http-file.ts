import { reasonOf, TokenLensError } from '#errors.ts';
import { type Bytes, type CheckpointFile, collect } from './folder.ts';

/** Called with the bytes that have just arrived, as they arrive. */
export type OnBytes = (byteLength: number) => void;

/** A file to be fetched. */
export interface HttpSource {
  readonly url: string;
  /** What messages call it: the URL without its query, which may hold a token. */
  readonly name: string;
  readonly onBytes: OnBytes;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** The longest file taken whole from a server that ignores Range; any where it is left out. */
  readonly maxWholeByteLength?: number;
  /** The error for an answer that is none of 2xx and 416, or for none at all (null); undefined leaves it as it is. */
  readonly explain?: (response: Response | null, reason: string) => TokenLensError | undefined;
}

/** Why there is no file at a URL: status 404, or a page where a file should be. */
export type Absence = 'not-found' | 'html';

/**
 * The first request asks for this much, which tells the length of the file, holds all of a `config.json` and the
 * whole header of most `.safetensors` files.
 */
const headByteLength = 256 * 1024;

/** Requests in a row without a single byte after which a range is given up. */
const maxFruitlessRequests = 4;
const firstRetryDelayMs = 250;

/** The connection broke, or nobody answered: the rest may be asked for again. */
class ConnectionBroken extends Error {}

function fail({ name }: HttpSource, reason: string, options: ErrorOptions = {}): TokenLensError {
  return new TokenLensError('fetch-failed', 'checkpoint', { url: name, reason }, options);
}

function failUnanswered(source: HttpSource, cause: ConnectionBroken): TokenLensError {
  return source.explain?.(null, cause.message) ?? fail(source, cause.message, { cause });
}

/** @throws load-cancelled, ConnectionBroken */
function brokenOff({ signal }: HttpSource, cause: unknown): never {
  if (signal?.aborted) throw new TokenLensError('load-cancelled', 'checkpoint', {}, { cause });
  throw new ConnectionBroken(reasonOf(cause), { cause });
}

async function request(source: HttpSource, init: RequestInit): Promise<Response> {
  const headers = { ...source.headers, ...init.headers };
  try {
    return await fetch(source.url, { ...init, headers, signal: source.signal ?? null });
  } catch (cause) {
    return brokenOff(source, cause);
  }
}

function requestRange(source: HttpSource, start: number, end: number): Promise<Response> {
  return request(source, { headers: { Range: `bytes=${start}-${end - 1}` } });
}

async function failStatus(response: Response, source: HttpSource): Promise<TokenLensError> {
  await response.body?.cancel();
  const reason = `HTTP status ${response.status}`;
  return source.explain?.(response, reason) ?? fail(source, reason);
}

/**
 * The body of `response` as it arrives. It is taken from the connection at once, however slow its reader is: what still
 * waits in the stream when the connection breaks is lost, and would have to be asked for again.
 */
async function* readBody(response: Response, source: HttpSource): AsyncGenerator<Bytes> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  const arrived: Bytes[] = [];
  let wake = () => {};
  let hasEnded = false;
  const pump = async () => {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      source.onBytes(step.value.byteLength);
      arrived.push(step.value);
      wake();
    }
  };
  const pumped = pump().finally(() => {
    hasEnded = true;
    wake();
  });
  // Whoever reads to the end gets the failure; who stops before it has nobody waiting.
  pumped.catch(() => {});
  try {
    while (arrived.length > 0 || !hasEnded) {
      const chunk = arrived.shift();
      if (chunk !== undefined) yield chunk;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  await pumped.catch((cause) => brokenOff(source, cause));
}

/** The body of `response`, as far as it came: where the connection breaks, the file is read on from there. */
async function readHead(response: Response, source: HttpSource): Promise<Bytes> {
  const chunks: Bytes[] = [];
  try {
    for await (const chunk of readBody(response, source)) chunks.push(chunk);
  } catch (cause) {
    if (!(cause instanceof ConnectionBroken)) throw cause;
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

interface ContentRange {
  readonly start: number;
  readonly end: number;
  readonly total: number | null;
}

/** `Content-Range: bytes 0-99/1000` as [start, end); null where the header is absent, or hidden by CORS. */
function contentRangeOf(response: Response): ContentRange | null {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '');
  if (match === null) return null;
  return { start: Number(match[1]), end: Number(match[2]) + 1, total: match[3] === '*' ? null : Number(match[3]) };
}

/** Length of the file by a HEAD request: `Content-Length`, unlike `Content-Range`, is readable across origins. */
async function requestByteLength(source: HttpSource): Promise<number> {
  const response = await request(source, { method: 'HEAD' });
  const length = response.headers.get('Content-Length');
  if (!response.ok || length === null) throw fail(source, 'the server does not tell its length');
  return Number(length);
}

/** A file of which the whole body is here, because it is short or because the server ignores Range. */
function wholeFile(source: HttpSource, body: Blob): CheckpointFile {
  return {
    name: source.name,
    byteLength: body.size,
    async read(start, end) {
      if (end > body.size) throw fail(source, `it has ${body.size} bytes and ${end} were asked for`);
      return new Uint8Array(await body.slice(start, end).arrayBuffer());
    },
  };
}

function isPage(response: Response): boolean {
  return response.headers.get('Content-Type')?.startsWith('text/html') === true;
}

/** The whole body of an answer with status 200; a file that is too long for that is broken off. */
async function readWhole(response: Response, source: HttpSource): Promise<CheckpointFile> {
  const { maxWholeByteLength = Number.POSITIVE_INFINITY } = source;
  const chunks: Bytes[] = [];
  let byteLength = Number(response.headers.get('Content-Length') ?? 0);
  if (byteLength <= maxWholeByteLength) {
    byteLength = 0;
    for await (const chunk of readBody(response, source)) {
      chunks.push(chunk);
      byteLength += chunk.byteLength;
      if (byteLength > maxWholeByteLength) break;
    }
  }
  if (byteLength <= maxWholeByteLength) return wholeFile(source, new Blob(chunks));
  if (!response.bodyUsed) await response.body?.cancel();
  throw new TokenLensError('range-ignored', 'checkpoint', { url: source.name });
}

/** Waits before the next request; longer after each that brought nothing. */
async function delayRetry(source: HttpSource, fruitless: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, firstRetryDelayMs * 2 ** (fruitless - 1)));
  if (source.signal?.aborted) throw new TokenLensError('load-cancelled', 'checkpoint');
}

/** A file read by Range requests; `head` holds its first bytes. */
function rangedFile(source: HttpSource, byteLength: number, head: Bytes): CheckpointFile {
  let whole: Promise<CheckpointFile> | null = null;

  function requireLength(actual: number): void {
    if (actual !== byteLength) throw fail(source, `its length changed from ${byteLength} to ${actual} bytes`);
  }

  async function keepWhole(response: Response): Promise<CheckpointFile> {
    try {
      const file = await readWhole(response, source);
      requireLength(file.byteLength);
      return file;
    } catch (thrown) {
      whole = null;
      throw thrown;
    }
  }

  /** What one request brings of [start, end): all of it, or less where the connection breaks. */
  async function* streamOnce(start: number, end: number): AsyncGenerator<Bytes> {
    if (whole !== null) {
      yield await (await whole).read(start, end);
      return;
    }
    const response = await requestRange(source, start, end);
    if (response.ok && isPage(response)) {
      await response.body?.cancel();
      throw new TokenLensError('file-is-html', 'checkpoint', { url: source.name });
    }
    if (response.status === 200) {
      if (whole === null) whole = keepWhole(response);
      else await response.body?.cancel();
      yield await (await whole).read(start, end);
      return;
    }
    if (response.status !== 206) throw await failStatus(response, source);
    const range = contentRangeOf(response);
    if (range?.total != null) requireLength(range.total);
    const wrong = (answered: string) =>
      fail(source, `the server answered ${answered} where ${start} to ${end} were asked for`);
    if (range !== null && (range.start !== start || range.end !== end)) {
      await response.body?.cancel();
      throw wrong(`bytes ${range.start} to ${range.end}`);
    }
    let arrived = 0;
    for await (const chunk of readBody(response, source)) {
      arrived += chunk.byteLength;
      if (arrived > end - start) throw wrong(`${arrived} bytes`);
      yield chunk;
    }
    if (arrived < end - start) throw new ConnectionBroken(`the answer ended after ${arrived} bytes`);
  }

  /** [start, end) as it arrives; after a break it goes on with the first byte that has not arrived. */
  async function* stream(start: number, end: number): AsyncGenerator<Bytes> {
    let at = start;
    if (at < Math.min(end, head.byteLength)) {
      yield head.slice(at, end);
      at = Math.min(end, head.byteLength);
    }
    for (let fruitless = 0; at < end; ) {
      try {
        for await (const chunk of streamOnce(at, end)) {
          at += chunk.byteLength;
          fruitless = 0;
          yield chunk;
        }
      } catch (cause) {
        if (!(cause instanceof ConnectionBroken)) throw cause;
        fruitless += 1;
        if (fruitless === maxFruitlessRequests) throw failUnanswered(source, cause);
        await delayRetry(source, fruitless);
      }
    }
  }

  return {
    name: source.name,
    byteLength,
    stream,
    read: (start, end) => collect(stream(start, end), end - start),
  };
}

/**
 * Opens the file at `source.url`, which is absolute, with one Range request. A server that ignores Range sends the whole file: that
 * body is kept and nothing is fetched again. A connection that breaks later is taken up again where it broke.
 * @throws fetch-failed, range-ignored, load-cancelled, and what `source.explain` makes
 */
export async function openHttpFile(source: HttpSource): Promise<CheckpointFile | Absence> {
  try {
    return await open(source);
  } catch (cause) {
    throw cause instanceof ConnectionBroken ? failUnanswered(source, cause) : cause;
  }
}

async function open(source: HttpSource): Promise<CheckpointFile | Absence> {
  const response = await requestRange(source, 0, headByteLength);
  // No byte of an empty file can be asked for.
  if (response.status === 416 && response.headers.get('Content-Range') === 'bytes */0') {
    return wholeFile(source, new Blob());
  }
  if (response.status !== 200 && response.status !== 206) {
    const error = await failStatus(response, source);
    if (response.status === 404 && error.code === 'fetch-failed') return 'not-found';
    throw error;
  }
  if (isPage(response)) {
    await response.body?.cancel();
    return 'html';
  }
  if (response.status === 200) return readWhole(response, source);
  const range = contentRangeOf(response);
  const byteLength = range?.total ?? (await requestByteLength(source));
  const expected = Math.min(headByteLength, byteLength);
  const head = await readHead(response, source);
  if (head.byteLength > expected || (range !== null && range.start !== 0)) {
    throw fail(source, `the server answered ${head.byteLength} bytes where the first ${expected} were asked for`);
  }
  return rangedFile(source, byteLength, head);
}

/** The file at `source.url`, of which `byteLength` bytes are known to be there: the first request is for what is read. */
export function resumeHttpFile(source: HttpSource, byteLength: number): CheckpointFile {
  return rangedFile(source, byteLength, new Uint8Array(0));
}

/**
 * What `openHttpFile` found, where it must be a file.
 * @throws file-not-found, file-is-html
 */
export function requireHttpFile(found: CheckpointFile | Absence, name: string): CheckpointFile {
  if (found === 'not-found') throw new TokenLensError('file-not-found', 'checkpoint', { url: name });
  if (found === 'html') throw new TokenLensError('file-is-html', 'checkpoint', { url: name });
  return found;
}

/** What `openHttpFile` found, where it need not be there. */
export function optionalHttpFile(found: CheckpointFile | Absence): CheckpointFile | null {
  return typeof found === 'string' ? null : found;
}
