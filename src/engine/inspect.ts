import { inspectCheckpoint } from '#checkpoint/checkpoint-report.ts';
import { planSpans, type Span, selectWeights } from '#checkpoint/read-plan.ts';
import { openSources, type SourceContext } from './checkpoint-sources.ts';
import { requireCheckpoint } from './load.ts';
import { fitPrecisions, type PrecisionTarget } from './precision-fit.ts';
import type { CheckpointInspection, CheckpointRequest } from './protocol.ts';

export interface InspectContext {
  readonly cache: SourceContext['cache'];
  /** Where the encoder would run. */
  readonly target: PrecisionTarget;
}

/**
 * Reads the configurations and headers of what `request` names and says what loading it takes here.
 *
 * @throws TokenLensError of the checkpoint stage that is not about one tensor.
 */
export async function inspectModel(
  request: CheckpointRequest,
  { cache, target }: InspectContext,
): Promise<CheckpointInspection> {
  const sources = await openSources(requireCheckpoint(request), { cache });
  const { name, connectorName, revision, connectorRevision } = sources;
  const { report, checkpoint, vision, tokenSize } = await inspectCheckpoint(sources.model, sources.connector);
  const spans = checkpoint === null ? [] : planSpans(selectWeights(checkpoint, () => true));
  return {
    name,
    connectorName,
    revision,
    connectorRevision,
    report,
    hiddenSize: vision.hiddenSize,
    layers: vision.layers,
    tokenSize,
    fetchByteLength: await unstoredByteLength(spans),
    fits: checkpoint === null ? [] : fitPrecisions(checkpoint, target),
  };
}

async function unstoredByteLength(spans: readonly Span[]): Promise<number> {
  let byteLength = 0;
  for (const { file, start, end } of spans) {
    byteLength += (await file.unstoredByteLength?.(start, end)) ?? end - start;
  }
  return byteLength;
}
