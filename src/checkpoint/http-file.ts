import { reasonOf, TokenLensError } from '#errors.ts';
import type { CheckpointFile } from './folder.ts';

/** Called with the bytes that have just arrived, as they arrive. */
export type OnBytes = (byteLength: number) => void;

/** A file to be fetched. */
export interface HttpSource {
  readonly url: string;
  /** What messages call it: the URL without its query, which may hold a token. */
  readonly name: string;
  readonly onBytes: OnBytes;
}

/** Why there is no file at a URL: status 404, or a page where a file should be. */
export type Absence = 'not-found' | 'html';

/**
 * The first request asks for this much, which tells the length of the file, holds all of a `config.json` and the
 * whole header of most `.safetensors` files.
 */
const headByteLength = 256 * 1024;

function fail({ name }: HttpSource, reason: string, options: ErrorOptions = {}): TokenLensError {
  return new TokenLensError('fetch-failed', 'checkpoint', { url: name, reason }, options);
}

async function request(source: HttpSource, init: RequestInit): Promise<Response> {
  try {
    return await fetch(source.url, init);
  } catch (cause) {
    throw fail(source, reasonOf(cause), { cause });
  }
}

function requestRange(source: HttpSource, start: number, end: number): Promise<Response> {
  return request(source, { headers: { Range: `bytes=${start}-${end - 1}` } });
}

async function readBody(response: Response, source: HttpSource): Promise<Blob> {
  const counted = response.body?.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        source.onBytes(chunk.byteLength);
        controller.enqueue(chunk);
      },
    }),
  );
  try {
    return await new Response(counted ?? null).blob();
  } catch (cause) {
    throw fail(source, reasonOf(cause), { cause });
  }
}

async function sliceBlob(blob: Blob, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.slice(start, end).arrayBuffer());
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
      return sliceBlob(body, start, end);
    },
  };
}

/** A file read by Range requests; `head` holds its first bytes. */
function rangedFile(source: HttpSource, byteLength: number, head: Blob): CheckpointFile {
  let whole: Promise<CheckpointFile> | null = null;

  async function keepWhole(response: Response): Promise<CheckpointFile> {
    const body = await readBody(response, source);
    if (body.size !== byteLength) throw fail(source, `its length changed from ${byteLength} to ${body.size} bytes`);
    return wholeFile(source, body);
  }

  async function fetchRange(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const response = await requestRange(source, start, end);
    if (response.status === 200) {
      if (whole === null) whole = keepWhole(response);
      else await response.body?.cancel();
      return (await whole).read(start, end);
    }
    if (response.status !== 206) throw fail(source, `HTTP status ${response.status}`);
    const range = contentRangeOf(response);
    if (range?.total != null && range.total !== byteLength) {
      throw fail(source, `its length changed from ${byteLength} to ${range.total} bytes`);
    }
    const body = await readBody(response, source);
    if (body.size !== end - start || (range !== null && (range.start !== start || range.end !== end))) {
      const answered = range === null ? `${body.size} bytes` : `bytes ${range.start} to ${range.end}`;
      throw fail(source, `the server answered ${answered} where ${start} to ${end} were asked for`);
    }
    return sliceBlob(body, 0, body.size);
  }

  return {
    name: source.name,
    byteLength,
    async read(start, end) {
      if (start >= end) return new Uint8Array(0);
      if (end <= head.size) return sliceBlob(head, start, end);
      return whole === null ? fetchRange(start, end) : (await whole).read(start, end);
    },
  };
}

/**
 * Opens the file at `source.url`, which is absolute, with one Range request. A server that ignores Range sends the whole file: that
 * body is kept and nothing is fetched again.
 * @throws fetch-failed
 */
export async function openHttpFile(source: HttpSource): Promise<CheckpointFile | Absence> {
  const response = await requestRange(source, 0, headByteLength);
  if (response.status === 404) return 'not-found';
  // No byte of an empty file can be asked for.
  if (response.status === 416 && response.headers.get('Content-Range') === 'bytes */0') {
    return wholeFile(source, new Blob());
  }
  if (response.status !== 200 && response.status !== 206) throw fail(source, `HTTP status ${response.status}`);
  if (response.headers.get('Content-Type')?.startsWith('text/html')) {
    await response.body?.cancel();
    return 'html';
  }
  const body = await readBody(response, source);
  if (response.status === 200) return wholeFile(source, body);
  const range = contentRangeOf(response);
  const byteLength = range?.total ?? (await requestByteLength(source));
  const expected = Math.min(headByteLength, byteLength);
  if (body.size !== expected || (range !== null && range.start !== 0)) {
    throw fail(source, `the server answered ${body.size} bytes where the first ${expected} were asked for`);
  }
  return rangedFile(source, byteLength, body);
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
