import type { VisionCheckpoint } from '#checkpoint/vision-checkpoint.ts';
import type { EncoderOutput, EncoderSession, EncoderTarget } from '#encoder/encoder-session.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import type { AttentionForm } from '#onnx/attention.ts';
import { keyName, queryName, writeQueryKeyGraph } from '#onnx/vision-graph.ts';
import { float32ByteLength } from '#tensor/shape.ts';
import { KeptSessions } from './kept-sessions.ts';
import { openPart } from './part-session.ts';
import { placeOutput } from './place-output.ts';

/** Queries and keys of one block, [tokens, C] f32 each. */
export interface QueryAndKey {
  readonly query: GpuTensor;
  readonly key: GpuTensor;
  dispose(): void;
}

/**
 * Computes what an encoder keeps to itself: queries and keys of a block from its hidden state. The weights that this takes
 * are read anew from the checkpoint, in f32 whatever the encoder computes in, and kept within a bound of 64 MiB.
 */
export class BlockInspector {
  readonly #checkpoint: VisionCheckpoint;
  readonly #gpu: Gpu;
  readonly #target: EncoderTarget;
  readonly #attention: AttentionForm;
  #isReleased = false;
  readonly #sessions = new KeptSessions<EncoderSession>();

  constructor(checkpoint: VisionCheckpoint, gpu: Gpu, target: EncoderTarget, attention: AttentionForm) {
    this.#checkpoint = checkpoint;
    this.#gpu = gpu;
    this.#target = target;
    this.#attention = attention;
  }

  /** What of blocks is kept. */
  get kept(): Pick<KeptSessions<EncoderSession>, 'blocks' | 'byteLength' | 'mostByteLength'> {
    return this.#sessions;
  }

  /**
   * Queries and keys of block `layer` (from 1).
   *
   * @param hidden hidden state `layer` - 1, [1, tokens, C]
   * @throws TokenLensError of the checkpoint and encoder stages.
   */
  async queryAndKey(layer: number, hidden: EncoderOutput): Promise<QueryAndKey> {
    const session = await this.#sessionOf(layer);
    const shape = hidden.location === 'gpu' ? hidden.tensor.shape : hidden.shape;
    const input = hidden.location === 'gpu' ? hidden.tensor : hidden.values;
    const run = await session.run(input, shape, [queryName, keyName]);
    const query = placeOutput(this.#gpu, run.outputs.get(queryName));
    const key = placeOutput(this.#gpu, run.outputs.get(keyName));
    return {
      query: query.tensor,
      key: key.tensor,
      dispose() {
        query.release();
        key.release();
        run.dispose();
      },
    };
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    await this.#sessions.release();
  }

  #sessionOf(layer: number): Promise<EncoderSession> {
    const form = { attention: this.#attention, precision: 'float32' } as const;
    const graph = writeQueryKeyGraph(this.#checkpoint.vision, form, layer);
    const byteLength = graph.weights.reduce((sum, { shape }) => sum + float32ByteLength(shape), 0);
    return this.#sessions.of(layer, byteLength, () => openPart(this.#checkpoint, graph, this.#target));
  }
}
