import { finishPca, finishProjection, measureShares, shownComponents } from '#analysis/pca/finish-pca.ts';
import {
  createPcaTensors,
  encodeChannelMoments,
  encodePca,
  type PcaBasis,
  planPca,
  takePcaBasis,
} from '#analysis/pca/pca.ts';
import { encodeProjection, planProjection } from '#analysis/pca/projection.ts';
import { createTensor, readTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { runTimedPass } from '#gpu/timing.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import { float32ByteLength } from '#tensor/shape.ts';
import { type AxesOfStage, freeAxes, type KeptAxes } from './kept-axes.ts';
import type { LayerTensor } from './layer-tensor.ts';
import { placeOnGrids, type TokenValues, withoutClassTokens } from './place-maps.ts';
import {
  type MapRequest,
  type MapSet,
  type PcaBasisChoice,
  type ScoreRange,
  type StageAxes,
  type TokenMap,
  type TokenStage,
  tokenStages,
} from './protocol.ts';
import type { FinishedRun } from './run.ts';
import { rowsOfTile } from './run-tensors.ts';
import { copySequence } from './tile-sequence.ts';

export interface PcaContext {
  readonly gpu: Gpu;
  readonly run: FinishedRun;
  readonly keptAxes: KeptAxes;
  /** The hidden state that the encoder's square shows, of the tiles of the request; null: the one that goes on. */
  readonly gathered: LayerTensor | null;
}

/** Scores of one stage, and what they are on. */
interface StageScores {
  readonly scores: TokenValues;
  /** Tiles that the scores are of. */
  readonly tiles: readonly number[];
  readonly basis: PcaBasisChoice;
  /** The range of each score over the tiles, of axes by tile over the first. */
  readonly ranges: readonly ScoreRange[];
}

/** What to do with axes that were fitted; without it they are freed. */
type OnFit = (stage: TokenStage, axes: Pick<AxesOfStage, 'basis' | 'ranges' | 'layer'>) => void;

/**
 * PCA scores of every stage, on axes of each tile, of all tiles together, or on those that are kept. Axes of the encoder are
 * fitted on the patch tokens, and the class token is scored on them.
 *
 * @throws TokenLensError `gpu-limit-exceeded`.
 */
export async function computePcaMaps(
  { gpu, run, keptAxes, gathered }: PcaContext,
  request: MapRequest,
  onFit?: OnFit,
): Promise<Pick<MapSet, 'maps' | 'axes'>> {
  const { basis = 'run' } = request;
  const all = Array.from({ length: run.tensors.tiles }, (_, tile) => tile);
  const wanted = request.tiles ?? all;
  const maps: TokenMap[] = [];
  const axes: StageAxes[] = [];
  /** What is fitted to the patch tokens of the encoder holds for them without the class token. */
  let ofPatches: StageScores | null = null;
  for (const stage of tokenStages) {
    const own = run.tensors.all(stage);
    if (!own) continue;
    const other = stage === 'selected' ? gathered : null;
    const layer = other ? (request.layer ?? null) : null;
    const tensor = other?.tokens ?? own;
    const held = other ? wanted : all;
    const kept = basis === 'kept' && keptAxes.find(stage, { model: run.model, layer, channels: tensor.shape[1] ?? 0 });
    let found: StageScores;
    if (kept) {
      found = await scoreOnKept(gpu, stage, tensor, held, kept);
    } else if (stage === 'dropped' && ofPatches) {
      found = { ...ofPatches, scores: withoutClassTokens(ofPatches.scores, ofPatches.tiles.length) };
    } else {
      const fitted: PcaBasis[] = [];
      const ofTiles = basis === 'tile' ? wanted : null;
      found = await fitAxes(gpu, run, stage, tensor, held, ofTiles, onFit && ((taken) => fitted.push(taken)));
      const [first, ...rest] = fitted;
      for (const unused of rest) freeAxes(new Map([[stage, { basis: unused }]]));
      if (first) {
        const taken = { basis: first, ranges: found.ranges, layer };
        onFit?.(stage, taken);
        if (stage === 'selected' && !other) onFit?.('dropped', taken);
      }
      if (stage === 'selected' && !other) ofPatches = found;
    }
    maps.push(...placeOnGrids(run, 'pca', stage, found.tiles, found.scores));
    axes.push({ stage, basis: found.basis, ranges: kept ? kept.ranges : null });
  }
  return { maps, axes };
}

/** Scores on axes fitted to all tiles that `tensor` holds, or to each of `ofTiles` by itself. */
async function fitAxes(
  gpu: Gpu,
  { model: { grid } }: FinishedRun,
  stage: TokenStage,
  tensor: GpuTensor,
  held: readonly number[],
  ofTiles: readonly number[] | null,
  take: ((basis: PcaBasis) => void) | undefined,
): Promise<StageScores> {
  if (!ofTiles) {
    const classTokens = stage === 'selected' ? held.length : 0;
    const { values, shares } = await fitTokens(gpu, tensor, classTokens, take);
    return {
      scores: scoresOf(
        values,
        held.map(() => shares),
      ),
      tiles: held,
      basis: 'run',
      ranges: rangesOf(values, classTokens),
    };
  }
  const isSequence = stage === 'selected';
  const perTile: { readonly values: Float32Array; readonly shares: readonly number[] }[] = [];
  for (const tile of ofTiles) {
    const place = held.indexOf(tile);
    const tokens = isSequence ? copySequence(gpu, tensor, held.length, place) : sliceTile(tensor, stage, place, grid);
    try {
      perTile.push(await fitTokens(gpu, tokens, isSequence ? 1 : 0, take));
    } finally {
      if (isSequence) tokens.buffer.destroy();
    }
  }
  const first = isSequence ? shownComponents : 0;
  const parts = [
    ...(isSequence ? perTile.map(({ values }) => values.subarray(0, first)) : []),
    ...perTile.map(({ values }) => values.subarray(first)),
  ];
  return {
    scores: scoresOf(
      joinValues(parts),
      perTile.map(({ shares }) => shares),
    ),
    tiles: ofTiles,
    basis: 'tile',
    ranges: rangesOf(perTile[0]?.values ?? new Float32Array(), isSequence ? 1 : 0),
  };
}

/** Scores on axes fitted to the rows of `tokens` from `firstFittedRow` on; `take` is handed the axes, else they are freed. */
async function fitTokens(
  gpu: Gpu,
  tokens: GpuTensor,
  firstFittedRow: number,
  take: ((basis: PcaBasis) => void) | undefined,
): Promise<{ readonly values: Float32Array; readonly shares: readonly number[] }> {
  const plan = planPca({ shape: tokens.shape, firstFittedRow }, gpu.device.limits);
  const tensors = createPcaTensors(gpu, plan);
  let isTaken = false;
  try {
    await runTimedPass(gpu, 'pca', (pass) => encodePca(gpu, pass, plan, { tokens, ...tensors }));
    const fit = finishPca(plan, await readTensor(gpu, tensors.scores), await readTensor(gpu, tensors.moments));
    if (take) {
      take(takePcaBasis(tensors, fit.rotation));
      isTaken = true;
    }
    return { values: fit.scores, shares: fit.explainedVariance };
  } finally {
    if (!isTaken) for (const { buffer } of Object.values(tensors)) buffer.destroy();
  }
}

/** Scores of all tiles that `tensor` holds on `kept` axes, with the share of their own variance along these. */
async function scoreOnKept(
  gpu: Gpu,
  stage: TokenStage,
  tensor: GpuTensor,
  held: readonly number[],
  { basis, ranges }: AxesOfStage,
): Promise<StageScores> {
  const firstFittedRow = stage === 'selected' ? held.length : 0;
  const { limits } = gpu.device;
  const plan = planPca({ shape: tensor.shape, firstFittedRow }, limits);
  const projection = planProjection({ shape: tensor.shape, axesShape: basis.axes.shape }, limits);
  const block = createTensor(gpu, 'PCA scores', projection.scoresShape);
  const moments = createTensor(gpu, 'PCA moments', plan.momentsShape);
  try {
    await runTimedPass(gpu, 'pca', (pass) => {
      encodeChannelMoments(gpu, pass, plan, { tokens: tensor, moments });
      encodeProjection(gpu, pass, projection, { ...basis, tokens: tensor, scores: block });
    });
    const values = finishProjection(await readTensor(gpu, block), basis.rotation);
    const shares = measureShares(values, firstFittedRow, await readTensor(gpu, moments));
    return {
      scores: scoresOf(
        values,
        held.map(() => shares),
      ),
      tiles: held,
      basis: 'kept',
      ranges,
    };
  } finally {
    block.buffer.destroy();
    moments.buffer.destroy();
  }
}

/** The rows of one tile of a stage without class tokens. */
function sliceTile({ buffer, shape }: GpuTensor, stage: TokenStage, place: number, grid: TokenGrid): GpuTensor {
  const [, channels = 0] = shape;
  const rows = rowsOfTile(stage, grid);
  return { buffer, shape: [rows, channels], byteOffset: float32ByteLength([place * rows, channels]) };
}

function scoresOf(values: Float32Array, explainedVariance: readonly (readonly number[])[]): TokenValues {
  return { values, components: shownComponents, explainedVariance };
}

function joinValues(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}

/** [3]: of the rows of `scores` [rows, 3] from `firstRow` on. */
function rangesOf(scores: Float32Array, firstRow: number): readonly ScoreRange[] {
  return Array.from({ length: shownComponents }, (_, component) => {
    const column = scores.subarray(firstRow * shownComponents).filter((_, at) => at % shownComponents === component);
    return { min: column.reduce((a, b) => Math.min(a, b)), max: column.reduce((a, b) => Math.max(a, b)) };
  });
}
