import { TokenLensError } from '#errors.ts';
import type { Shape } from '#tensor/shape.ts';
import type { FloatDtype } from './dtype.ts';
import { type Bytes, free } from './folder.ts';
import { maxRequestByteLength, planSpans, type Span, selectWeights } from './read-plan.ts';
import { fitPositions } from './resize-positions.ts';
import type { VisionCheckpoint } from './vision-checkpoint.ts';

/** Names of weights, or a test that names pass. */
export type WeightSelection = Iterable<string> | ((name: string) => boolean);
/** One weight as the file has it, row-major; position embeddings for the tiles of the encoder. */
export interface StoredWeight {
  readonly name: string;
  /** Part of a larger buffer that is gone once the weight was taken: whoever keeps it copies it. */
  readonly bytes: Bytes;
  readonly dtype: FloatDtype;
  readonly shape: Shape;
}
/** Takes one weight; reading goes on when it has returned. */
export type OnWeight = (weight: StoredWeight) => void | Promise<void>;
export type OnReadProgress = (bytesRead: number, bytesTotal: number) => void;

/** Requests under way at once. */
const maxRequests = 4;
/** Bytes under way at once, but for a single weight that is longer still. */
const maxBytesInFlight = maxRequests * maxRequestByteLength;

/** The bytes of `span`; a weight longer than one request is put together from several. */
async function readSpan({ file, start, end }: Span): Promise<Bytes> {
  if (end - start <= maxRequestByteLength) return file.read(start, end);
  const bytes = new Uint8Array(end - start);
  for (let from = start; from < end; from += maxRequestByteLength) {
    bytes.set(await file.read(from, Math.min(from + maxRequestByteLength, end)), from - start);
  }
  return bytes;
}

/** Reads `spans` ahead of the one that is being used, within the limits above, and gives their bytes in order. */
async function* readAhead(spans: readonly Span[]): AsyncGenerator<readonly [Span, Bytes]> {
  const underWay: { readonly span: Span; readonly bytes: Promise<Bytes> }[] = [];
  let bytesInFlight = 0;
  let next = 0;
  while (next < spans.length || underWay.length > 0) {
    for (let span = spans[next]; span !== undefined && underWay.length < maxRequests; span = spans[next]) {
      const byteLength = span.end - span.start;
      if (underWay.length > 0 && bytesInFlight + byteLength > maxBytesInFlight) break;
      const bytes = readSpan(span);
      // Whoever waits for this span gets the failure; one that comes after an earlier failure has nobody waiting.
      bytes.catch(() => {});
      underWay.push({ span, bytes });
      bytesInFlight += byteLength;
      next += 1;
    }
    const first = underWay.shift();
    if (first === undefined) return;
    const bytes = await first.bytes;
    yield [first.span, bytes];
    free(bytes);
    bytesInFlight -= first.span.end - first.span.start;
  }
}

/**
 * Reads the selected weights, coalescing neighbours into few requests, and hands them over one at a time, in the order
 * of their bytes. `onProgress` counts the bytes of the weights handed over. After `signal` no further weight is
 * handed over; requests under way end with the signal their folder was opened with.
 * @throws load-cancelled, and what reading the files throws
 */
export async function readWeights(
  checkpoint: VisionCheckpoint,
  selection: WeightSelection,
  onWeight: OnWeight,
  onProgress: OnReadProgress = () => {},
  signal?: AbortSignal,
): Promise<void> {
  const throwIfCancelled = () => {
    if (signal?.aborted) throw new TokenLensError('load-cancelled', 'checkpoint');
  };
  throwIfCancelled();
  const names = typeof selection === 'function' ? null : new Set(selection);
  const isSelected = typeof selection === 'function' ? selection : (name: string) => names?.has(name) === true;
  const weights = selectWeights(checkpoint, isSelected);
  const bytesTotal = weights.reduce((sum, { byteLength }) => sum + byteLength, 0);
  let bytesRead = 0;
  for await (const [span, bytes] of readAhead(planSpans(weights))) {
    for (const { name, start, byteLength, dtype, shape } of span.weights) {
      throwIfCancelled();
      const from = start - span.start;
      const weight = { name, bytes: bytes.subarray(from, from + byteLength), dtype, shape };
      await onWeight(fitPositions(checkpoint.vision, weight));
      bytesRead += byteLength;
      onProgress(bytesRead, bytesTotal);
    }
  }
}
