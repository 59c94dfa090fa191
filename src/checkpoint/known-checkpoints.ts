/** A published checkpoint as its repository describes it. */
export interface KnownCheckpoint {
  /** Repository of the encoder. */
  readonly model: string;
  /** Repository of the connector where it has one of its own (VITA), with the folder in it where that is not the root. */
  readonly connector: string | null;
  readonly encoderParameters: number;
  readonly connectorParameters: number;
  /** Width of the language model's embeddings; null without a connector. */
  readonly connectorWidth: number | null;
  /** Bytes of the weights that are downloaded: bfloat16. */
  readonly downloadByteLength: number;
  /**
   * Bytes of all weights in the repositories, language model included, as their pages give them in three figures or as
   * sums of such; null where no page was read.
   */
  readonly repositoryByteLength: number | null;
}

const bfloat16ByteLength = 2;

const files = import.meta.glob<readonly Omit<KnownCheckpoint, 'downloadByteLength'>[]>('/models/known.json', {
  import: 'default',
  eager: true,
});

/**
 * The checkpoints of `models/known.json`, the smallest download first: those whose encoder is InternViT-300M by the table of
 * their family (the larger ones are on InternViT-6B). A connector is as wide as the language model that the table names,
 * whose `config.json` has the width as `hidden_size`.
 *
 * - InternVL 2: https://internvl.github.io/blog/2024-07-02-InternVL-2.0/ (internlm2-chat-1_8b, Phi-3-mini-128k,
 *   internlm2_5-7b-chat)
 * - InternVL 2.5: https://huggingface.co/OpenGVLab/InternVL2_5-Pretrain-Models (internlm2_5-1_8b-chat, Qwen2.5-3B,
 *   internlm2_5-7b-chat)
 * - InternVL 3: https://huggingface.co/OpenGVLab/InternVL3-8B (Qwen2.5-0.5B, -1.5B, -7B)
 * - InternVL 3.5: https://huggingface.co/OpenGVLab/InternVL3_5-8B (Qwen3-0.6B, -1.7B, -4B, -8B)
 * - VITA: https://huggingface.co/VITA-MLLM/VITA/tree/main/VITA_ckpt (Mixtral 8x7B), https://huggingface.co/VITA-MLLM/VITA-1.5
 *   (Qwen2.5-7B)
 */
export const knownCheckpoints: readonly KnownCheckpoint[] = Object.values(files)
  .flat()
  .map((known) => ({
    ...known,
    downloadByteLength: bfloat16ByteLength * (known.encoderParameters + known.connectorParameters),
  }));
