import type { VisionConfig } from '#checkpoint/config.ts';

/** InternViT-300M-448px, as its `config.json` describes it. */
export const internVit300M: VisionConfig = {
  hiddenSize: 1024,
  layers: 24,
  heads: 16,
  intermediateSize: 4096,
  imageSize: 448,
  positionImageSize: 448,
  patchSize: 14,
  positionEmbeddings: true,
  finalNorm: false,
  qkvBias: true,
  qkNormalization: false,
  qkNormEps: 1e-6,
  normType: 'layer_norm',
  layerNormEps: 1e-6,
  activation: 'gelu',
};
