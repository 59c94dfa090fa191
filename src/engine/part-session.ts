import { readWeights } from '#checkpoint/read-weights.ts';
import type { VisionCheckpoint } from '#checkpoint/vision-checkpoint.ts';
import { createEncoderSession, type EncoderSession, type EncoderTarget } from '#encoder/encoder-session.ts';
import type { BuiltGraph } from '#onnx/graph-builder.ts';
import { WeightPool } from './weight-pool.ts';

/**
 * Compiles a part of the encoder, for which its weights are read anew from the checkpoint.
 *
 * @throws TokenLensError of the checkpoint and encoder stages, `load-cancelled` after `signal`.
 */
export async function openPart(
  checkpoint: VisionCheckpoint,
  graph: BuiltGraph,
  target: EncoderTarget,
  signal?: AbortSignal,
): Promise<EncoderSession> {
  const pool = new WeightPool(graph);
  try {
    await readWeights(checkpoint, pool.names, (weight) => void pool.take(weight), undefined, signal);
    return await createEncoderSession({ model: graph.model, weights: pool.sources() }, target);
  } finally {
    pool.clear();
  }
}
