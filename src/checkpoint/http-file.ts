import { TokenLensError } from '#errors.ts';
import { type Bytes, type CheckpointFile, collect } from './folder.ts';
import {
  type Answer,
  type AnswerHead,
  connectionBroken,
  createRetries,
  fetchFailure,
  type HttpSource,
  isPage,
  RequestInterrupted,
  request,
  statusFailure,
  withRetries,
} from './http-request.ts';
import { headerLengthByteLength } from './safetensors.ts';

/** A file to be fetched. */
export interface HttpFileSource extends HttpSource {
  /** What the first request asks for, which tells the length of the file. */
  readonly firstByteLength: number;
  /** The longest file taken whole from a server that ignores Range; any where it is left out. */
  readonly maxWholeByteLength?: number;
}

/** Why there is no file at a URL: status 404, or a page where a file should be. */
export type Absence = 'not-found' | 'html';

/** Holds all of a `config.json` and of most indexes of shards. */
const documentByteLength = 256 * 1024;

/**
 * What the first request of the file at `path` asks for: of weights only the length of their header, because whatever
 * follows the header may be a language model; of anything else as much as makes a second request rare.
 */
export function firstByteLengthOf(path: string): number {
  return path.endsWith('.safetensors') ? headerLengthByteLength : documentByteLength;
}

function requestRange(source: HttpSource, start: number, end: number): Promise<Answer> {
  return request(source, 'GET', `bytes=${start}-${end - 1}`);
}

/**
 * The body of `answer`, as far as it came: where the connection breaks, the file is read on from there. Of a body that is
 * longer than it should be, no more is taken than shows it.
 */
async function readHead(answer: Answer, maxByteLength: number): Promise<Bytes> {
  const chunks: Bytes[] = [];
  let byteLength = 0;
  try {
    for await (const chunk of answer.read()) {
      chunks.push(chunk);
      byteLength += chunk.byteLength;
      if (byteLength > maxByteLength) break;
    }
  } catch (thrown) {
    if (!(thrown instanceof RequestInterrupted)) throw thrown;
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

interface ContentRange {
  readonly start: number;
  readonly end: number;
  readonly total: number | null;
}

/** `Content-Range: bytes 0-99/1000` as [start, end); null where the header is absent, or hidden by CORS. */
function contentRangeOf({ headers }: AnswerHead): ContentRange | null {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('Content-Range') ?? '');
  if (match === null) return null;
  return { start: Number(match[1]), end: Number(match[2]) + 1, total: match[3] === '*' ? null : Number(match[3]) };
}

/** Length of the file by a HEAD request: `Content-Length`, unlike `Content-Range`, is readable across origins. */
function requestByteLength(source: HttpSource): Promise<number> {
  return withRetries(source, async () => {
    const answer = await request(source, 'HEAD');
    await answer.discard();
    const length = answer.headers.get('Content-Length');
    if (answer.status !== 200 || length === null) throw fetchFailure(source, 'the server does not tell its length');
    return Number(length);
  });
}

/** A file of which the whole body is here, because it is short or because the server ignores Range. */
function wholeFile(source: HttpSource, body: Blob): CheckpointFile {
  return {
    name: source.name,
    byteLength: body.size,
    async read(start, end) {
      if (end > body.size) throw fetchFailure(source, `it has ${body.size} bytes and ${end} were asked for`);
      return new Uint8Array(await body.slice(start, end).arrayBuffer());
    },
  };
}

/** The whole body of an answer with status 200; a file that is too long for that is broken off. */
async function readWhole(answer: Answer, source: HttpFileSource): Promise<CheckpointFile> {
  const { maxWholeByteLength = Number.POSITIVE_INFINITY } = source;
  const chunks: Bytes[] = [];
  let byteLength = Number(answer.headers.get('Content-Length') ?? 0);
  if (byteLength <= maxWholeByteLength) {
    byteLength = 0;
    for await (const chunk of answer.read()) {
      chunks.push(chunk);
      byteLength += chunk.byteLength;
      if (byteLength > maxWholeByteLength) break;
    }
  }
  if (byteLength <= maxWholeByteLength) return wholeFile(source, new Blob(chunks));
  throw new TokenLensError('range-ignored', 'checkpoint', { url: source.name });
}

/** A file read by Range requests; `head` holds its first bytes. */
function rangedFile(source: HttpFileSource, byteLength: number, head: Bytes): CheckpointFile {
  let whole: Promise<CheckpointFile> | null = null;

  function requireLength(actual: number): void {
    if (actual !== byteLength) throw fetchFailure(source, `its length changed from ${byteLength} to ${actual} bytes`);
  }

  async function keepWhole(answer: Answer): Promise<CheckpointFile> {
    try {
      const file = await readWhole(answer, source);
      requireLength(file.byteLength);
      return file;
    } catch (thrown) {
      whole = null;
      throw thrown;
    }
  }

  /** What `answer` brings of [start, end): all of it, or less where it is interrupted. */
  async function* readRange(answer: Answer, start: number, end: number): AsyncGenerator<Bytes> {
    const { status } = answer;
    if (status !== 200 && status !== 206) throw statusFailure(source, answer);
    if (isPage(answer)) throw new TokenLensError('file-is-html', 'checkpoint', { url: source.name });
    if (status === 200) {
      whole ??= keepWhole(answer);
      yield await (await whole).read(start, end);
      return;
    }
    const range = contentRangeOf(answer);
    if (range?.total != null) requireLength(range.total);
    const wrong = (answered: string) =>
      fetchFailure(source, `the server answered ${answered} where ${start} to ${end} were asked for`);
    if (range !== null && (range.start !== start || range.end !== end)) {
      throw wrong(`bytes ${range.start} to ${range.end}`);
    }
    let arrived = 0;
    for await (const chunk of answer.read()) {
      arrived += chunk.byteLength;
      if (arrived > end - start) throw wrong(`${arrived} bytes`);
      yield chunk;
    }
    if (arrived < end - start) throw connectionBroken(source, `the answer ended after ${arrived} bytes`);
  }

  async function* streamOnce(start: number, end: number): AsyncGenerator<Bytes> {
    if (whole !== null) {
      yield await (await whole).read(start, end);
      return;
    }
    const answer = await requestRange(source, start, end);
    try {
      yield* readRange(answer, start, end);
    } finally {
      await answer.discard();
    }
  }

  /** [start, end) as it arrives; after an interruption it goes on with the first byte that has not arrived. */
  async function* stream(start: number, end: number): AsyncGenerator<Bytes> {
    let at = start;
    if (at < Math.min(end, head.byteLength)) {
      yield head.slice(at, end);
      at = Math.min(end, head.byteLength);
    }
    const retries = createRetries(source);
    while (at < end) {
      try {
        for await (const chunk of streamOnce(at, end)) {
          at += chunk.byteLength;
          retries.noteProgress();
          yield chunk;
        }
      } catch (thrown) {
        await retries.waitAfter(thrown);
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
 * Opens the file at `source.url`, which is absolute, with one Range request. A server that ignores Range sends the whole
 * file: that body is kept and nothing is fetched again, but for a body that broke off. Otherwise a connection that breaks
 * or stalls is taken up again where it broke, and a server in trouble is asked again a few times.
 * @throws fetch-failed, server-refused, server-busy, range-ignored, load-cancelled, and what `source.explain` makes
 */
export function openHttpFile(source: HttpFileSource): Promise<CheckpointFile | Absence> {
  return withRetries(source, () => openOnce(source));
}

async function openOnce(source: HttpFileSource): Promise<CheckpointFile | Absence> {
  const answer = await requestRange(source, 0, source.firstByteLength);
  try {
    return await takeFirst(answer, source);
  } finally {
    await answer.discard();
  }
}

/** The file, by the answer to its first request. */
async function takeFirst(answer: Answer, source: HttpFileSource): Promise<CheckpointFile | Absence> {
  const { status, headers } = answer;
  // No byte of an empty file can be asked for.
  if (status === 416 && headers.get('Content-Range') === 'bytes */0') return wholeFile(source, new Blob());
  if (status !== 200 && status !== 206) {
    const error = statusFailure(source, answer);
    if (status === 404 && error.code === 'fetch-failed') return 'not-found';
    throw error;
  }
  if (isPage(answer)) return 'html';
  if (status === 200) return readWhole(answer, source);
  const { firstByteLength } = source;
  const head = await readHead(answer, firstByteLength);
  const range = contentRangeOf(answer);
  const byteLength = range?.total ?? (await requestByteLength(source));
  const expected = Math.min(firstByteLength, byteLength);
  if (head.byteLength > expected || (range !== null && range.start !== 0)) {
    throw fetchFailure(
      source,
      `the server answered ${head.byteLength} bytes where the first ${expected} were asked for`,
    );
  }
  return rangedFile(source, byteLength, head);
}

/** The file at `source.url`, of which `byteLength` bytes are known to be there: the first request is for what is read. */
export function resumeHttpFile(source: HttpFileSource, byteLength: number): CheckpointFile {
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
