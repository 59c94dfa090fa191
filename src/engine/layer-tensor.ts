import { checkIndex } from '#analysis/check-index.ts';
import { TokenLensError } from '#errors.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { afterAttentionName, hiddenStateName } from '#onnx/vision-graph.ts';
import { placeOutput } from './place-output.ts';
import type { BlockPart, LayerChanges, LayerChangesRequest } from './protocol.ts';
import type { FinishedRun } from './run.ts';
import { RunTensors } from './run-tensors.ts';
import { measureDifferences, measureNorms } from './token-values.ts';

/** Some tiles' tokens of one hidden state, laid out as `RunTensors` lays out `selected`, until `dispose`. */
export interface LayerTensor {
  readonly tokens: GpuTensor;
  dispose(): void;
}

/**
 * Hidden state `layer` of `tiles`: [tiles + tiles * patches, C], class tokens first. Tiles that the run does not keep are
 * encoded again.
 *
 * @throws TokenLensError `invalid-argument`, `tensor-unavailable` for an exported encoder, what encoding throws.
 */
export async function gatherLayer(
  gpu: Gpu,
  run: FinishedRun,
  layer: number,
  tiles: readonly number[],
): Promise<LayerTensor> {
  requireBlocks(run);
  checkIndex('layer', layer, run.hiddenStates.length);
  const gathered = new RunTensors(gpu, tiles.length, run.model.grid);
  try {
    for (const [place, tile] of tiles.entries()) {
      const placed = placeOutput(gpu, (await run.encoderOutputs.of(tile)).get(hiddenStateName(layer)));
      gathered.allocate('selected', placed.tensor.shape[1] ?? 0);
      gathered.store(place, placed.tensor);
      placed.release();
    }
    const tokens = gathered.all('selected');
    if (tokens === undefined) throw new Error('no tile was asked for');
    return { tokens, dispose: () => gathered.dispose() };
  } catch (thrown) {
    gathered.dispose();
    throw thrown;
  }
}

/**
 * How much each block changes the tokens of one tile; nothing of a tile that is not kept, where it is `onlyIfKept`.
 *
 * @throws TokenLensError `tensor-unavailable` for an exported encoder, what encoding throws.
 */
export async function measureLayerChanges(
  gpu: Gpu,
  run: FinishedRun,
  { tile, onlyIfKept = false }: LayerChangesRequest,
): Promise<LayerChanges> {
  requireBlocks(run);
  const { runId, encoderOutputs } = run;
  if (onlyIfKept && !encoderOutputs.has(tile)) return { runId, tile, changes: [], encodedAgain: 0 };
  const encodedBefore = encoderOutputs.encodedAgain;
  const outputs = await encoderOutputs.of(tile);
  const changes: number[] = [];
  let before = placeOutput(gpu, outputs.get(hiddenStateName(0)));
  try {
    // A norm that follows the blocks is none of them.
    for (let layer = 1; layer <= run.classAttention.length; layer++) {
      const after = placeOutput(gpu, outputs.get(hiddenStateName(layer)));
      const { norms: differences } = await measureDifferences(gpu, before.tensor, after.tensor);
      const norms = await measureNorms(gpu, before.tensor);
      changes.push(sumOf(differences) / sumOf(norms));
      before.release();
      before = after;
    }
  } finally {
    before.release();
  }
  return { runId, tile, changes, encodedAgain: encoderOutputs.encodedAgain - encodedBefore };
}

/**
 * L2 norms of what one half of block `layer` adds to each token of `tile`, after LayerScale: [1 + patches], class token first.
 *
 * @throws TokenLensError `tensor-unavailable` for an exported encoder, what encoding throws.
 */
export async function measureAdded(
  gpu: Gpu,
  run: FinishedRun,
  tile: number,
  layer: number,
  part: BlockPart,
): Promise<Float32Array> {
  requireBlocks(run);
  const [from, to] =
    part === 'attention'
      ? [hiddenStateName(layer - 1), afterAttentionName(layer)]
      : [afterAttentionName(layer), hiddenStateName(layer)];
  // What lies between the halves of a block is not kept: the tile is encoded again for it.
  const encoded = await run.encoderOutputs.encodeAgain(tile, [from, to]);
  const [first, second] = [placeOutput(gpu, encoded.outputs.get(from)), placeOutput(gpu, encoded.outputs.get(to))];
  try {
    return (await measureDifferences(gpu, first.tensor, second.tensor)).norms;
  } finally {
    first.release();
    second.release();
    encoded.dispose();
  }
}

/** Hidden states of an exported encoder are its own. */
export function requireBlocks({ model }: FinishedRun): void {
  if (model.layers !== null) return;
  const reason = 'an exported encoder gives its last hidden state only';
  throw new TokenLensError('tensor-unavailable', 'analysis', { tensor: 'hiddenState', reason });
}

function sumOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
