/** A published checkpoint as its repository describes it. */
export interface KnownCheckpoint {
  /** Repository of the encoder. */
  readonly model: string;
  /** Repository of the connector where it has one of its own (VITA). */
  readonly connector: string | null;
  readonly encoderParameters: number;
  readonly connectorParameters: number;
  /** Width of the language model's embeddings; null without a connector. */
  readonly connectorWidth: number | null;
  /** Bytes of the weights that are downloaded: bfloat16. */
  readonly downloadByteLength: number;
  /** Bytes of all weights in the repositories, language model included, as their pages give them in three figures. */
  readonly repositoryByteLength: number;
}

const bfloat16ByteLength = 2;

const files = import.meta.glob<readonly Omit<KnownCheckpoint, 'downloadByteLength'>[]>('/models/known.json', {
  import: 'default',
  eager: true,
});

/** The checkpoints of `models/known.json`, the smallest download first. */
export const knownCheckpoints: readonly KnownCheckpoint[] = Object.values(files)
  .flat()
  .map((known) => ({
    ...known,
    downloadByteLength: bfloat16ByteLength * (known.encoderParameters + known.connectorParameters),
  }));
