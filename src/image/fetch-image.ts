import { nameOfAddress } from '#address.ts';
import { reasonOf, TokenLensError } from '#errors.ts';
import { watchForStall } from '#stall.ts';

/** Called as bytes arrive: how many there are by now, and how many there will be; Infinity where the server does not say. */
export type OnBytes = (arrived: number, total: number) => void;

export interface FetchOptions {
  /** Ends the request, and the wait for its body, at once. */
  readonly signal: AbortSignal;
  readonly onBytes?: OnBytes;
  /** A server that sends nothing for this long is given up; 30 s where it is left out. */
  readonly stallTimeoutMs?: number;
}

/**
 * The bytes behind an image URL.
 *
 * @throws TokenLensError `fetch-failed`, `file-not-found`, `file-is-html`; `run-cancelled` once `signal` is aborted.
 */
export async function fetchImage(url: string, options: FetchOptions): Promise<Blob> {
  const { signal, onBytes = () => {}, stallTimeoutMs } = options;
  const stall = watchForStall(stallTimeoutMs);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, stall.signal]) });
    stall.touch();
    if (response.status === 404) throw new TokenLensError('file-not-found', 'image', { url });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const blob = await readBody(response, (arrived, total) => {
      stall.touch();
      onBytes(arrived, total);
    });
    if (blob.type.startsWith('text/html')) throw new TokenLensError('file-is-html', 'image', { url });
    return blob;
  } catch (cause) {
    if (cause instanceof TokenLensError) throw cause;
    if (signal.aborted) throw new TokenLensError('run-cancelled', 'engine', {}, { cause });
    // Browsers differ in what a request that was ended throws.
    const reason = reasonOf(stall.signal.aborted ? stall.signal.reason : cause);
    throw new TokenLensError('fetch-failed', 'image', { url, reason }, { cause });
  } finally {
    stall.release();
  }
}

function readBody({ body, headers }: Response, onBytes: OnBytes): Promise<Blob> {
  const total = Number(headers.get('Content-Length') ?? Number.POSITIVE_INFINITY);
  let arrived = 0;
  const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, out) {
      arrived += chunk.byteLength;
      onBytes(arrived, total);
      out.enqueue(chunk);
    },
  });
  return new Response(body?.pipeThrough(count), { headers }).blob();
}

/** What an image at `url` is called that nobody has named: as its file, or `image` where its pixels are in the address. */
export function nameOfUrl(url: string): string {
  return /^(?:data|blob):/i.test(url) ? 'image' : nameOfAddress(url);
}
