import type { Shape } from '#tensor/shape.ts';
import { toFloat32 } from './dtype.ts';
import type { CheckpointFile } from './folder.ts';
import type { VisionCheckpoint, Weight } from './vision-checkpoint.ts';

/** Names of weights, or a test that names pass. */
export type WeightSelection = Iterable<string> | ((name: string) => boolean);
/** Takes one weight as f32, row-major, in a buffer of its own; reading goes on when it has returned. */
export type OnWeight = (name: string, values: Float32Array<ArrayBuffer>, shape: Shape) => void | Promise<void>;
export type OnReadProgress = (bytesRead: number, bytesTotal: number) => void;

/** Longest range of one request. */
const maxRequestByteLength = 32 * 1024 * 1024;
/** A gap between two weights up to this long is read along: cheaper than another request. */
const maxGapByteLength = 64 * 1024;
/** Requests under way at once. */
const maxRequests = 4;
/** Bytes under way at once, but for a single weight that is longer still. */
const maxBytesInFlight = maxRequests * maxRequestByteLength;

interface NamedWeight extends Weight {
  readonly name: string;
}

/** Neighbouring weights of one file that are read together. */
interface Span {
  readonly file: CheckpointFile;
  readonly start: number;
  end: number;
  readonly weights: NamedWeight[];
}

function selectWeights(checkpoint: VisionCheckpoint, selection: WeightSelection): NamedWeight[] {
  const names = typeof selection === 'function' ? null : new Set(selection);
  const isSelected = typeof selection === 'function' ? selection : (name: string) => names?.has(name) === true;
  return [...checkpoint.weights].filter(([name]) => isSelected(name)).map(([name, weight]) => ({ name, ...weight }));
}

/** Cuts the weights of each file, in the order of their bytes, into spans of at most `maxRequestByteLength`. */
function planSpans(weights: readonly NamedWeight[]): Span[] {
  const files = [...new Set(weights.map(({ file }) => file))];
  const inOrder = files.flatMap((file) =>
    weights.filter((weight) => weight.file === file).sort((a, b) => a.start - b.start),
  );
  const spans: Span[] = [];
  for (const weight of inOrder) {
    const { file, start } = weight;
    const end = start + weight.byteLength;
    const span = spans.at(-1);
    const isNeighbour = span?.file === file && start - span.end <= maxGapByteLength;
    if (span !== undefined && isNeighbour && end - span.start <= maxRequestByteLength) {
      span.end = end;
      span.weights.push(weight);
    } else {
      spans.push({ file, start, end, weights: [weight] });
    }
  }
  return spans;
}

/** The bytes of `span`; a weight longer than one request is put together from several. */
async function readSpan({ file, start, end }: Span): Promise<Uint8Array<ArrayBuffer>> {
  if (end - start <= maxRequestByteLength) return file.read(start, end);
  const bytes = new Uint8Array(end - start);
  for (let from = start; from < end; from += maxRequestByteLength) {
    bytes.set(await file.read(from, Math.min(from + maxRequestByteLength, end)), from - start);
  }
  return bytes;
}

/** Reads `spans` ahead of the one that is being used, within the limits above, and gives their bytes in order. */
async function* readAhead(spans: readonly Span[]): AsyncGenerator<readonly [Span, Uint8Array<ArrayBuffer>]> {
  const underWay: { readonly span: Span; readonly bytes: Promise<Uint8Array<ArrayBuffer>> }[] = [];
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
    yield [first.span, await first.bytes];
    bytesInFlight -= first.span.end - first.span.start;
  }
}

/**
 * Reads the selected weights, coalescing neighbours into few requests, and hands them over as f32 one at a time, in the
 * order of their bytes. `onProgress` counts the bytes of the weights handed over.
 * @throws fetch-failed
 */
export async function readWeights(
  checkpoint: VisionCheckpoint,
  selection: WeightSelection,
  onWeight: OnWeight,
  onProgress: OnReadProgress = () => {},
): Promise<void> {
  const weights = selectWeights(checkpoint, selection);
  const bytesTotal = weights.reduce((sum, { byteLength }) => sum + byteLength, 0);
  let bytesRead = 0;
  for await (const [span, bytes] of readAhead(planSpans(weights))) {
    for (const { name, start, byteLength, dtype, shape } of span.weights) {
      const from = start - span.start;
      await onWeight(name, toFloat32(bytes.subarray(from, from + byteLength), dtype), shape);
      bytesRead += byteLength;
      onProgress(bytesRead, bytesTotal);
    }
  }
}
