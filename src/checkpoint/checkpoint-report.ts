import type { ErrorReport } from '#errors.ts';
import { elementCount } from '#tensor/shape.ts';
import type { VisionConfig } from './config.ts';
import type { CheckpointFolder } from './folder.ts';
import type { Layout } from './layouts.ts';
import { planSpans, selectWeights } from './read-plan.ts';
import type { TensorStore } from './tensor-store.ts';
import { type CheckpointPart, examineCheckpoint, type VisionCheckpoint } from './vision-checkpoint.ts';

/** How many tensors, and their bytes in the files. */
export interface TensorTally {
  readonly count: number;
  /** null where an index of shards does not tell. */
  readonly byteLength: number | null;
}

/** What loading a checkpoint takes, known before a weight is fetched. Plain data. */
export interface CheckpointReport {
  readonly layout: Layout;
  /** dtypes of the weights, the one with most bytes first. */
  readonly storedDtype: string;
  /** Elements of all weights. */
  readonly parameters: number;
  readonly used: TensorTally & { readonly byteLength: number };
  /** Tensors of other parts, such as the language model, by the beginning of their names; bytes with the unusable ones. */
  readonly skipped: TensorTally & { readonly groups: readonly { readonly name: string; readonly count: number }[] };
  /** Tensors within the encoder or the connector that the configuration does not ask for, sorted. */
  readonly unexpected: TensorTally & { readonly tensors: readonly string[] };
  /** Tensors that should be there and are not. */
  readonly missing: readonly string[];
  /** Tensors that are there with a shape or dtype that cannot be used. */
  readonly unusable: readonly ErrorReport[];
  /** What will be asked for: neighbours are read together, and short gaps between them along. */
  readonly download: { readonly byteLength: number; readonly requests: number };
  /** The weight with most elements: a device's limit on one buffer applies to it. */
  readonly largestWeight: { readonly name: string; readonly elements: number } | null;
}

export interface InspectedCheckpoint {
  readonly report: CheckpointReport;
  /** null where a tensor is missing or unusable. */
  readonly checkpoint: VisionCheckpoint | null;
  /** As the configuration has it, whether or not the tensors are there. */
  readonly vision: VisionConfig;
  /** Width of the language model's embeddings; null without a connector. */
  readonly tokenSize: number | null;
}

/** A configuration may claim a billion layers; the list of what is missing ends here. */
const maxProblems = 10_000;

/**
 * Reads configurations and headers and says what loading would take; unlike `openCheckpoint` it lists every tensor that
 * is missing or unusable.
 * @throws what `openCheckpoint` throws that is not about one tensor
 */
export async function inspectCheckpoint(
  model: CheckpointFolder,
  connector: CheckpointFolder | null,
): Promise<InspectedCheckpoint> {
  const { checkpoint, problems, parts } = await examineCheckpoint(model, connector, maxProblems);
  const isMissing = ({ code }: { readonly code: string }) => code === 'tensor-missing';
  const weights = selectWeights(checkpoint, () => true);
  const spans = planSpans(weights);
  const sizes = weights.map(({ name, shape }) => ({ name, elements: elementCount(shape) }));
  const unexpected = await tallyUnexpected(parts);
  const used = { count: countUsed(parts), byteLength: checkpoint.byteLength };
  const report = {
    layout: checkpoint.layout,
    storedDtype: checkpoint.storedDtype,
    parameters: checkpoint.parameters,
    used,
    skipped: tallySkipped(parts, used, unexpected),
    unexpected,
    missing: problems.filter(isMissing).map(({ details }) => String(details.tensor)),
    unusable: problems.filter((problem) => !isMissing(problem)).map((problem) => problem.toReport()),
    download: { byteLength: spans.reduce((sum, { start, end }) => sum + end - start, 0), requests: spans.length },
    largestWeight: sizes.reduce<CheckpointReport['largestWeight']>(
      (largest, size) => (largest === null || size.elements > largest.elements ? size : largest),
      null,
    ),
  };
  return {
    report,
    checkpoint: problems.length === 0 ? checkpoint : null,
    vision: checkpoint.vision,
    tokenSize: checkpoint.connector?.outputSize ?? null,
  };
}

function countUsed(parts: readonly CheckpointPart[]): number {
  return parts.reduce((sum, { store, tensors }) => sum + store.names.filter((name) => tensors.has(name)).length, 0);
}

async function tallyUnexpected(parts: readonly CheckpointPart[]): Promise<CheckpointReport['unexpected']> {
  const tensors: string[] = [];
  let byteLength: number | null = 0;
  for (const { store, prefix, tensors: needed } of parts) {
    for (const name of store.names.filter((tensor) => tensor.startsWith(prefix) && !needed.has(tensor))) {
      // An index may list what its shards lack; of a tensor that nobody needs that is no failure.
      const found = await store.locate(name).catch(() => null);
      byteLength = found === null || byteLength === null ? null : byteLength + found.end - found.start;
      tensors.push(name);
    }
  }
  return { count: tensors.length, byteLength, tensors: tensors.sort() };
}

/** What a tensor is part of: `language_model`, or `model.layers` where everything is below `model`. */
function groupOf(tensor: string): string {
  return /^(?:model\.)?[^.]+/.exec(tensor)?.[0] ?? tensor;
}

function tallySkipped(
  parts: readonly CheckpointPart[],
  used: CheckpointReport['used'],
  unexpected: CheckpointReport['unexpected'],
): CheckpointReport['skipped'] {
  const stores = [...new Set<TensorStore>(parts.map(({ store }) => store))];
  const groups = new Map<string, number>();
  for (const store of stores) {
    const own = parts.filter((part) => part.store === store);
    for (const name of store.names.filter((tensor) => !own.some(({ prefix }) => tensor.startsWith(prefix)))) {
      groups.set(groupOf(name), (groups.get(groupOf(name)) ?? 0) + 1);
    }
  }
  const total = stores.reduce<number | null>(
    (sum, { byteLength }) => (sum === null || byteLength === null ? null : sum + byteLength),
    0,
  );
  return {
    count: [...groups.values()].reduce((sum, count) => sum + count, 0),
    byteLength:
      total === null || unexpected.byteLength === null ? null : total - used.byteLength - unexpected.byteLength,
    groups: [...groups].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count),
  };
}
