import { checkIndex } from '#analysis/check-index.ts';
import { createConnectorScratch, encodeConnector, planConnector } from '#connector/connector.ts';
import { createTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import { runTimedPass } from '#gpu/timing.ts';
import { encodePixelShuffle, planPixelShuffle } from '#reduction/pixel-shuffle/pixel-shuffle.ts';
import { rowOfShuffledCell } from '#tensor/grid.ts';
import type { FeatureScaleEffect, ModelReport } from './protocol.ts';
import { requireConnector } from './require-connector.ts';
import type { FinishedRun } from './run.ts';
import { shuffleSpecOf } from './shuffle-spec.ts';
import { measureDifferences, measureNorms } from './token-values.ts';

/**
 * Shuffles the tokens of one tile with the other feature scale, 1 for 0.5 and 0.5 for 1, takes them through the
 * connector, and says how far they are from the run's own.
 *
 * @throws TokenLensError `invalid-argument` for a tile that does not exist, `tensor-unavailable` without a connector or
 * when its model is no longer loaded.
 */
export async function measureFeatureScale(gpu: Gpu, run: FinishedRun, tile: number): Promise<FeatureScaleEffect> {
  checkIndex('tile', tile, run.tensors.tiles);
  const { config, weights } = requireConnector(run);
  const { limits } = gpu.device;
  const { featureScale: scale, grid } = run.model;
  const otherScale = scale === 1 ? 0.5 : 1;
  const dropped = run.tensors.slice('dropped', tile);
  const [, channels = 0] = dropped.shape;
  const shuffle = planPixelShuffle(shuffleSpecOf({ ...run.model, featureScale: otherScale }, channels), limits);
  const connect = planConnector({ tokens: grid.shuffledCount, ...config, weights }, limits);
  const shuffled = createTensor(gpu, 'shuffled with the other scale', shuffle.outputShape);
  const tokens = createTensor(gpu, 'tokens of the other scale', connect.outputShape);
  const scratch = createConnectorScratch(gpu, connect);
  try {
    await runTimedPass(gpu, 'other feature scale', (pass) => {
      encodePixelShuffle(gpu, pass, shuffle, { input: dropped, output: shuffled });
      encodeConnector(gpu, pass, connect, { input: shuffled, weights, scratch, output: tokens });
    });
    const own = run.tensors.slice('tokens', tile);
    const { norms: differences } = await measureDifferences(gpu, own, tokens);
    const norms = await measureNorms(gpu, own);
    return {
      runId: run.runId,
      tile,
      scale,
      otherScale,
      layerNormEps: config.layerNormEps,
      ...relateDifferences(differences, norms, run.model),
    };
  } finally {
    for (const tensor of [shuffled, tokens, scratch.hidden, scratch.normed]) tensor?.buffer.destroy();
  }
}

/** Norms of differences over norms, both [tokens] in the order of the tensor, to the same in image order. */
export function relateDifferences(
  differences: Float32Array,
  norms: Float32Array,
  { psVersion, grid }: Pick<ModelReport, 'psVersion' | 'grid'>,
): Pick<FeatureScaleEffect, 'relativeDifferences' | 'relativeDifference'> {
  const relativeDifferences = Float32Array.from(differences, (_, cell) => {
    const row = rowOfShuffledCell(cell, psVersion, grid);
    return ratioOf(differences[row] ?? Number.NaN, norms[row] ?? Number.NaN);
  });
  return { relativeDifferences, relativeDifference: ratioOf(Math.hypot(...differences), Math.hypot(...norms)) };
}

function ratioOf(difference: number, norm: number): number {
  return difference === 0 ? 0 : difference / norm;
}
