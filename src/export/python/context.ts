import type { AttentionDirection, ModelReport, TensorName } from '#engine/protocol.ts';
import type { TileSource } from './image-part.ts';

/** Where a script finds a checkpoint. */
export type CheckpointSource =
  | {
      readonly kind: 'hub';
      /** `owner/name` */
      readonly repository: string;
      /** Branch, tag or commit; null: the main branch. */
      readonly revision: string | null;
    }
  /** On the disk of whoever runs it: a folder in the hub's file layout, or an `.onnx` file. */
  | { readonly kind: 'disk'; readonly path: string };

/** Whose attention. */
export interface AttentionQuery {
  /** [1..4] places in the sequence, 0: the class token; of several the mean. */
  readonly rows: readonly number[];
  readonly direction: AttentionDirection;
  /** null: every head. */
  readonly head: number | null;
}

/** All that decides what a tensor holds. */
export interface PythonContext extends TileSource {
  readonly layout: ModelReport['layout'];
  readonly model: CheckpointSource;
  /** Of `vita`, which keeps the connector apart; else null. */
  readonly connector: CheckpointSource | null;
  readonly stage: TensorName;
  /** Of `attention`, else null. */
  readonly query: AttentionQuery | null;
  /**
   * Of `hiddenState` (0 = embeddings, n = after block n, one more after a final norm), `classAttention` and `attention`
   * (block 1..L); null: the last.
   */
  readonly layer: number | null;
  /** Index into [embeddings, layer 1, ...] of the hidden state that goes on; null: the last. */
  readonly selectLayer: number | null;
  /** Whether a norm follows the last block, whose hidden state is then the last. */
  readonly hasFinalNorm: boolean;
  readonly psVersion: ModelReport['psVersion'];
  /** What the features are multiplied by before the shuffle. */
  readonly featureScale: number;
}

/** A context whose stage takes a model. */
export type ModelContext = PythonContext & { readonly stage: Exclude<TensorName, 'resizedRgb'> };
