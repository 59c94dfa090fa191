import { checkIndex } from '#analysis/check-index.ts';
import { finishGroupLoss } from '#analysis/group-loss/finish-group-loss.ts';
import { encodeGroupLoss, type Grouping, planGroupLoss } from '#analysis/group-loss/group-loss.ts';
import { createTensor, readTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { runTimedPass } from '#gpu/timing.ts';
import { unshufflePixels } from '#reduction/pixel-shuffle/unshuffle-pixels.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import type { ReductionFigures, TokenLoss } from './protocol.ts';
import type { FinishedRun } from './run.ts';
import { shuffleSpecOf } from './shuffle-spec.ts';

/** Enough of a token to follow where it goes. */
const mostExcerptChannels = 4;

/**
 * What the reduction of one tile keeps: its shuffle taken back, and the tokens of a group held against their mean.
 *
 * @throws TokenLensError `invalid-argument` for a tile that does not exist.
 */
export async function measureReduction(gpu: Gpu, run: FinishedRun, tile: number): Promise<ReductionFigures> {
  checkIndex('tile', tile, run.tensors.tiles);
  const { grid } = run.model;
  const patches = run.tensors.slice('dropped', tile);
  const [, channels = 0] = patches.shape;
  const square = await readGroupLoss(gpu, patches, 'square', grid);
  const strip = await readGroupLoss(gpu, patches, 'strip', grid);
  const dropped = await readTensor(gpu, patches);
  const shuffled = await readTensor(gpu, run.tensors.slice('shuffled', tile));
  const classToken = await readTensor(gpu, run.tensors.classToken(tile));
  const restored = unshufflePixels(shuffled, shuffleSpecOf(run.model, channels));
  const count = Math.min(channels, mostExcerptChannels);
  return {
    runId: run.runId,
    tile,
    channels,
    shuffle: compareTokens(dropped, restored, channels),
    square: finishGroupLoss(square),
    strip: finishGroupLoss(strip),
    norms: square.filter((_, index) => index % 2 === 1).map(Math.sqrt),
    classNorm: Math.hypot(...classToken),
    excerpt: {
      count,
      dropped: firstChannels(dropped, channels, count),
      shuffled: firstChannels(shuffled, channels, count),
    },
  };
}

/** [tokens, 2]: squared distance of each token to the mean of its group, squared norm. */
async function readGroupLoss(
  gpu: Gpu,
  input: GpuTensor,
  grouping: Grouping,
  { patchGridSize, shuffleFactor }: TokenGrid,
): Promise<Float32Array> {
  const spec = { shape: input.shape, gridSide: patchGridSize, factor: shuffleFactor, grouping };
  const plan = planGroupLoss(spec, gpu.device.limits);
  const output = createTensor(gpu, 'group loss', plan.outputShape);
  try {
    await runTimedPass(gpu, 'group loss', (pass) => encodeGroupLoss(gpu, pass, plan, { input, output }));
    return await readTensor(gpu, output);
  } finally {
    output.buffer.destroy();
  }
}

/** How far each token of `restored` [tokens, channels] is from the same one of `tokens`, summed in double precision. */
export function compareTokens(tokens: Float32Array, restored: Float32Array, channels: number): TokenLoss {
  const relativeErrors = new Float32Array(tokens.length / channels);
  let allDistances = 0;
  let allSquares = 0;
  for (const token of relativeErrors.keys()) {
    let distance = 0;
    let square = 0;
    for (let index = token * channels; index < (token + 1) * channels; index++) {
      const value = tokens[index] ?? Number.NaN;
      distance += ((restored[index] ?? Number.NaN) - value) ** 2;
      square += value ** 2;
    }
    relativeErrors[token] = distance === 0 ? 0 : Math.sqrt(distance / square);
    allDistances += distance;
    allSquares += square;
  }
  return { relativeErrors, relativeError: allDistances === 0 ? 0 : Math.sqrt(allDistances / allSquares) };
}

/** The first `count` of every `channels` values. */
export function firstChannels(values: Float32Array, channels: number, count: number): Float32Array {
  return values.filter((_, index) => index % channels < count);
}
