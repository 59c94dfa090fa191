import { type ErrorCode, type ErrorDetails, reasonOf, TokenLensError } from '#errors.ts';
import { defaultStallTimeoutMs, type StallWatch, watchForStall } from '#stall.ts';
import type { Bytes } from './folder.ts';

/** Called with the bytes that have just arrived, as they arrive. */
export type OnBytes = (byteLength: number) => void;

/** How long to wait, and for what. */
export interface HttpPatience {
  /** A connection that brings no byte for this long counts as broken; 30 s where it is left out. */
  readonly stallTimeoutMs?: number;
  /** A server that asks for a longer pause is not asked again; 30 s where it is left out. */
  readonly maxRetryAfterSeconds?: number;
  /** The pause after a request without a byte, doubled after each further one in a row; 500 ms where it is left out. */
  readonly firstRetryDelayMs?: number;
}

const defaultPatience: Required<HttpPatience> = {
  stallTimeoutMs: defaultStallTimeoutMs,
  maxRetryAfterSeconds: 30,
  firstRetryDelayMs: 500,
};

/** Requests in a row without a single byte after which no other is made. */
const maxFruitlessRequests = 4;

/** What a server answered, but for the body. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: Headers;
}

/** Where requests go, and how they are made. */
export interface HttpSource {
  readonly url: string;
  /** What messages call it: the URL without its query, which may hold a token. */
  readonly name: string;
  readonly onBytes: OnBytes;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends requests and pauses at once; they fail with `load-cancelled`. */
  readonly signal?: AbortSignal | undefined;
  readonly patience?: HttpPatience | undefined;
  /** The error for an answer that is of no use, or for none at all (null); undefined leaves it as it is. */
  readonly explain?: (answer: AnswerHead | null, reason: string) => TokenLensError | undefined;
}

/** An answer whose body was not read yet: it is to be read or discarded at once, or counts as stalled. */
export interface Answer extends AnswerHead {
  /** The body as it arrives. @throws RequestInterrupted, load-cancelled */
  read(): AsyncGenerator<Bytes>;
  discard(): Promise<void>;
}

/** A request that ended too early for a reason that may pass: another may bring the rest. */
export class RequestInterrupted extends Error {
  /** What to throw when no other is made. */
  readonly failure: TokenLensError;
  /** The pause that the server asks for. */
  readonly pauseMs: number;

  constructor(failure: TokenLensError, pauseMs = 0) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.pauseMs = pauseMs;
  }
}

function patienceOf({ patience }: HttpSource): Required<HttpPatience> {
  return { ...defaultPatience, ...patience };
}

/** The error of a `source` that answers, but not as it should. */
export function fetchFailure({ name }: HttpSource, reason: string, options: ErrorOptions = {}): TokenLensError {
  return new TokenLensError('fetch-failed', 'checkpoint', { url: name, reason }, options);
}

/** The request brought nothing, or not all, for want of a connection. */
export function connectionBroken(source: HttpSource, reason: string, options: ErrorOptions = {}): RequestInterrupted {
  return new RequestInterrupted(source.explain?.(null, reason) ?? fetchFailure(source, reason, options));
}

/** The error for an answer whose status is of no use. */
export function statusFailure(source: HttpSource, answer: AnswerHead): TokenLensError {
  const { status } = answer;
  const reason = `HTTP status ${status}`;
  const explained = source.explain?.(answer, reason);
  if (explained !== undefined) return explained;
  const error = (code: ErrorCode, details: ErrorDetails) =>
    new TokenLensError(code, 'checkpoint', { url: source.name, ...details });
  if (status === 401 || status === 403) return error('server-refused', { status });
  if (status === 429 || status >= 500) return error('server-busy', { status });
  return fetchFailure(source, reason);
}

/** `Retry-After` in seconds; null where there is none that can be read. */
function retryAfter(headers: Headers): number | null {
  const text = headers.get('Retry-After');
  if (text === null) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(0, Math.ceil(seconds));
}

/**
 * Seconds until a server that counts requests (status 429) answers again, by `Retry-After` or by the hub's own
 * `RateLimit: "api";r=0;t=55`; null where it does not say.
 */
export function rateLimitSeconds(headers: Headers): number | null {
  const told = /;\s*t=(\d+)/.exec(headers.get('RateLimit') ?? '')?.[1];
  return retryAfter(headers) ?? (told === undefined ? null : Number(told));
}

/** The pause after which a refusal may have passed; null where it will not, or nobody knows when. */
function pauseSeconds({ status, headers }: AnswerHead): number | null {
  if (status === 429) return rateLimitSeconds(headers);
  return [500, 502, 503, 504].includes(status) ? (retryAfter(headers) ?? 0) : null;
}

/** One request under way, which `signal` ends. */
interface Connection extends StallWatch {
  /** What a request that threw `cause` ends with. */
  failure(cause: unknown): Error;
}

function openConnection(source: HttpSource): Connection {
  const stall = watchForStall(patienceOf(source).stallTimeoutMs);
  return {
    ...stall,
    signal: source.signal === undefined ? stall.signal : AbortSignal.any([source.signal, stall.signal]),
    failure(cause) {
      if (source.signal?.aborted) return new TokenLensError('load-cancelled', 'checkpoint', {}, { cause });
      // Browsers differ in what a body that was ended throws.
      const reason = stall.signal.aborted ? stall.signal.reason : cause;
      return connectionBroken(source, reasonOf(reason), { cause });
    },
  };
}

/**
 * The body is taken from the connection at once, however slow its reader is: what still waits in the stream when the
 * connection breaks is lost, and would have to be asked for again.
 */
async function* readBody(body: ReadableStream<Bytes>, connection: Connection, onBytes: OnBytes): AsyncGenerator<Bytes> {
  const reader = body.getReader();
  const arrived: Bytes[] = [];
  let wake = () => {};
  let hasEnded = false;
  const pump = async () => {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      connection.touch();
      onBytes(step.value.byteLength);
      arrived.push(step.value);
      wake();
    }
  };
  const pumped = pump().finally(() => {
    connection.release();
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
  await pumped.catch((cause) => {
    throw connection.failure(cause);
  });
}

/**
 * Makes one request. An answer that may pass (429 with a short pause, 500, 502, 503, 504) interrupts it as a broken
 * connection does; any other is handed over.
 * @throws RequestInterrupted, load-cancelled, and what `statusFailure` makes of an answer that asks for a long pause
 */
export async function request(source: HttpSource, method = 'GET', range?: string): Promise<Answer> {
  const connection = openConnection(source);
  const headers = range === undefined ? { ...source.headers } : { ...source.headers, Range: range };
  const response = await fetch(source.url, { method, headers, signal: connection.signal }).catch((cause) => {
    connection.release();
    throw connection.failure(cause);
  });
  connection.touch();
  const { status, body } = response;
  if (body === null) connection.release();
  const answer: Answer = {
    status,
    headers: response.headers,
    async *read() {
      if (body !== null) yield* readBody(body, connection, source.onBytes);
    },
    async discard() {
      connection.release();
      await body?.cancel().catch(() => {});
    },
  };
  const pause = pauseSeconds(answer);
  if (pause === null) return answer;
  await answer.discard();
  const failure = statusFailure(source, answer);
  const { maxRetryAfterSeconds } = patienceOf(source);
  throw pause > maxRetryAfterSeconds ? failure : new RequestInterrupted(failure, 1000 * pause);
}

/** Resolves after `delayMs`. @throws load-cancelled, as soon as `signal` says so */
function pauseFor(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      clearTimeout(timer);
      reject(new TokenLensError('load-cancelled', 'checkpoint'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', cancel);
      resolve();
    }, delayMs);
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
  });
}

/** Says, for the requests of one task, when the next is made and whether there is one. */
export function createRetries(source: HttpSource) {
  const { firstRetryDelayMs } = patienceOf(source);
  let fruitless = 0;
  return {
    /** Bytes arrived: the server is given its full number of requests again. */
    noteProgress() {
      fruitless = 0;
    },
    /**
     * Returns when the next request is to be made.
     * @throws load-cancelled, and what `thrown` stands for where no other request is made
     */
    async waitAfter(thrown: unknown): Promise<void> {
      if (!(thrown instanceof RequestInterrupted)) throw thrown;
      fruitless += 1;
      if (fruitless === maxFruitlessRequests) throw thrown.failure;
      await pauseFor(Math.max(thrown.pauseMs, firstRetryDelayMs * 2 ** (fruitless - 1)), source.signal);
    },
  };
}

/**
 * What `attempt` gives, which is made again where its request was interrupted.
 * @throws load-cancelled, and what `attempt` throws
 */
export async function withRetries<Result>(source: HttpSource, attempt: () => Promise<Result>): Promise<Result> {
  const retries = createRetries(source);
  for (;;) {
    try {
      return await attempt();
    } catch (thrown) {
      await retries.waitAfter(thrown);
    }
  }
}

/** Whether an answer is a page: a sign-in page, say, where a file should be. */
export function isPage({ headers }: AnswerHead): boolean {
  return headers.get('Content-Type')?.startsWith('text/html') === true;
}
