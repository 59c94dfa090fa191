import type { CheckpointFile } from './folder.ts';
import type { VisionCheckpoint, Weight } from './vision-checkpoint.ts';

/** Longest range of one request: a few of them are in memory at a time, beside weights of 170 MB where they are rounded. */
export const maxRequestByteLength = 16 * 1024 * 1024;
/** A gap between two weights is read along where it is at most this long: cheaper than another request, */
const maxGapByteLength = 64 * 1024;
/** and while all such gaps are at most this share of the weights: the promise is 2 %, and headers count too. */
const maxGapShare = 0.01;

export interface NamedWeight extends Weight {
  readonly name: string;
}

/** Neighbouring weights of one file that are read together. */
export interface Span {
  readonly file: CheckpointFile;
  readonly start: number;
  readonly end: number;
  readonly weights: readonly NamedWeight[];
}

/** The weights of `checkpoint` whose names pass `isSelected`, each with its name. */
export function selectWeights(
  checkpoint: Pick<VisionCheckpoint, 'weights'>,
  isSelected: (name: string) => boolean,
): readonly NamedWeight[] {
  return [...checkpoint.weights].filter(([name]) => isSelected(name)).map(([name, weight]) => ({ name, ...weight }));
}

/** The longest gap that may be read along, so that all of them together stay within their share. */
function longestGap(inOrder: readonly NamedWeight[]): number {
  const allowed = maxGapShare * inOrder.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const gaps = inOrder.flatMap(({ file, start }, index) => {
    const before = inOrder[index - 1];
    const gap = before?.file === file ? start - before.start - before.byteLength : 0;
    return gap > 0 && gap <= maxGapByteLength ? [gap] : [];
  });
  let longest = 0;
  let total = 0;
  for (const gap of gaps.sort((a, b) => a - b)) {
    total += gap;
    // Of gaps of one length, all are read along or none.
    if (total > allowed) return gap === longest ? longest - 1 : longest;
    longest = gap;
  }
  return longest;
}

/** Cuts `weights`, in the order of their bytes in each file, into spans of at most `maxRequestByteLength` or one weight. */
export function planSpans(weights: readonly NamedWeight[]): readonly Span[] {
  const files = [...new Set(weights.map(({ file }) => file))];
  const inOrder = files.flatMap((file) =>
    weights.filter((weight) => weight.file === file).sort((a, b) => a.start - b.start),
  );
  const maxGap = longestGap(inOrder);
  const spans: { file: CheckpointFile; start: number; end: number; weights: NamedWeight[] }[] = [];
  for (const weight of inOrder) {
    const { file, start } = weight;
    const end = start + weight.byteLength;
    const span = spans.at(-1);
    const isNeighbour = span?.file === file && start - span.end <= maxGap;
    if (span !== undefined && isNeighbour && end - span.start <= maxRequestByteLength) {
      span.end = end;
      span.weights.push(weight);
    } else {
      spans.push({ file, start, end, weights: [weight] });
    }
  }
  return spans;
}
