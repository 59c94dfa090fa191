import type { VisionCheckpoint } from '#checkpoint/vision-checkpoint.ts';
import type { EncoderTarget } from '#encoder/encoder-session.ts';
import { readTensor } from '#gpu/buffers.ts';
import type { AttentionForm } from '#onnx/attention.ts';
import type { BuiltGraph } from '#onnx/graph-builder.ts';
import { hiddenStateName, writeBlockGraph, writeEmbeddingsGraph } from '#onnx/vision-graph.ts';
import type { Shape } from '#tensor/shape.ts';
import { openPart } from './part-session.ts';

export interface ByBlockContext {
  readonly target: EncoderTarget;
  readonly attention: AttentionForm;
  readonly signal: AbortSignal;
  /** Blocks that are done, of how many. */
  readonly onBlock: (done: number, count: number) => void;
}

/**
 * The encoder in f32 with one block in memory at a time: slow, and small enough for a device that holds the whole encoder
 * only in another precision.
 *
 * @param pixelValues [3, tile, tile] f32
 * @param layer index of the hidden state, 0: the embeddings
 * @returns that hidden state, [tokens, C] f32
 * @throws TokenLensError of the checkpoint and encoder stages.
 */
export async function encodeByBlock(
  checkpoint: VisionCheckpoint,
  pixelValues: Float32Array,
  layer: number,
  { target, attention, signal, onBlock }: ByBlockContext,
): Promise<Float32Array> {
  const { vision } = checkpoint;
  const form = { attention, precision: 'float32' } as const;

  async function runPart(graph: BuiltGraph, input: Float32Array, shape: Shape, output: string): Promise<Float32Array> {
    const session = await openPart(checkpoint, graph, target, signal);
    try {
      const run = await session.run(input, shape, [output]);
      try {
        const value = run.outputs.get(output);
        if (value?.location === 'cpu') return value.values.slice();
        if (value === undefined || target.backend === 'wasm') throw new Error(`the block gave no ${output}`);
        return await readTensor(target.gpu, value.tensor);
      } finally {
        run.dispose();
      }
    } finally {
      await session.release();
    }
  }

  const embeddings = writeEmbeddingsGraph(vision, form);
  let hidden = await runPart(embeddings, pixelValues, [1, 3, vision.imageSize, vision.imageSize], hiddenStateName(0));
  const shape = [1, hidden.length / vision.hiddenSize, vision.hiddenSize];
  for (let block = 1; block <= layer; block++) {
    onBlock(block - 1, layer);
    hidden = await runPart(writeBlockGraph(vision, form, block), hidden, shape, hiddenStateName(block));
  }
  return hidden;
}
