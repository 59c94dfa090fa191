import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { patchesOfShuffledToken, type TokenGrid } from '#tensor/grid.ts';
import type { LayerTensor } from './layer-tensor.ts';
import { placeOnGrids, type TokenValues, withoutClassTokens } from './place-maps.ts';
import type { TokenMap } from './protocol.ts';
import type { FinishedRun } from './run.ts';
import { copySequence } from './tile-sequence.ts';
import { measureCosines } from './token-values.ts';

/**
 * The cosine of every token to the class token of its own tile. Behind the pixel shuffle, where no class token is, a token has
 * the mean of its patches' cosines; the connector's tokens are of another space and have none.
 *
 * @param gathered the hidden state that the encoder's square shows, of `tiles`; null: the one that goes on
 * @throws TokenLensError `gpu-limit-exceeded`.
 */
export async function computeClassMaps(
  gpu: Gpu,
  run: FinishedRun,
  gathered: LayerTensor | null,
  tiles: readonly number[],
): Promise<readonly TokenMap[]> {
  const all = Array.from({ length: run.tensors.tiles }, (_, tile) => tile);
  const selected = run.tensors.all('selected');
  if (selected === undefined) throw new Error('a finished run has the encoder’s tokens');
  const { grid } = run.model;
  const own = await computeClassCosines(gpu, selected, all.length, grid);
  const patches = withoutClassTokens(own, all.length);
  const shown = gathered ? await computeClassCosines(gpu, gathered.tokens, tiles.length, grid) : own;
  return [
    ...placeOnGrids(run, 'class', 'selected', gathered ? tiles : all, shown),
    ...placeOnGrids(run, 'class', 'dropped', all, patches),
    ...placeOnGrids(run, 'class', 'shuffled', all, meanOfBlocks(patches, grid)),
  ];
}

/** `tensor` is laid out as `RunTensors` lays out `selected`, and so are the cosines. */
async function computeClassCosines(
  gpu: Gpu,
  tensor: GpuTensor,
  tiles: number,
  { patchCount }: TokenGrid,
): Promise<TokenValues> {
  const values = new Float32Array(tiles * (1 + patchCount));
  for (let place = 0; place < tiles; place++) {
    const sequence = copySequence(gpu, tensor, tiles, place);
    try {
      const cosines = await measureCosines(gpu, sequence, [0]);
      values.set(cosines.subarray(0, 1), place);
      values.set(cosines.subarray(1), tiles + place * patchCount);
    } finally {
      sequence.buffer.destroy();
    }
  }
  return { values, components: 1, explainedVariance: null };
}

/** [tiles * patches] → [tiles * shuffled tokens], in image order. */
function meanOfBlocks(patches: TokenValues, grid: TokenGrid): TokenValues {
  const { patchCount, shuffledCount } = grid;
  const tiles = patches.values.length / patchCount;
  const values = Float32Array.from({ length: tiles * shuffledCount }, (_, at) => {
    const firstPatch = Math.floor(at / shuffledCount) * patchCount;
    const folded = patchesOfShuffledToken(at % shuffledCount, grid);
    return folded.reduce((sum, patch) => sum + (patches.values[firstPatch + patch] ?? Number.NaN), 0) / folded.length;
  });
  return { ...patches, values, isInImageOrder: true };
}
