import { encodeCosineSimilarity, planCosineSimilarity } from '#analysis/cosine-similarity/cosine-similarity.ts';
import { finishPca } from '#analysis/pca/finish-pca.ts';
import { createPcaTensors, encodePca, planPca } from '#analysis/pca/pca.ts';
import { packSelection, selectionShape } from '#analysis/selection.ts';
import { encodeTokenNorm, planTokenNorm } from '#analysis/token-norm/token-norm.ts';
import { TokenLensError } from '#errors.ts';
import { createTensor, readTensor, uploadTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { runTimedPass } from '#gpu/timing.ts';
import {
  patchCount,
  patchesOfShuffledToken,
  patchGridSize,
  shuffledCount,
  shuffledGridSize,
  shuffledTokenOfPatch,
  transposeIndex,
} from '#tensor/grid.ts';
import {
  type MapRequest,
  type MapSet,
  type Selection,
  type TokenMap,
  type TokenStage,
  tokenStages,
} from './protocol.ts';
import type { FinishedRun } from './run.ts';

const units = { norm: 'L2 norm', cosine: 'cosine', pca: 'PCA score' } as const;

/** One value (or three) a token of one stage, all tiles, in the order of the run's tensor. */
interface TokenValues {
  readonly values: Float32Array;
  readonly components: number;
  readonly explainedVariance: readonly number[] | null;
}

/**
 * Maps of one kind for every stage of `run` on which it means something, of all its tiles: PCA axes are fitted on all of
 * them together, so that a colour means the same everywhere.
 *
 * @throws TokenLensError `invalid-argument` for a tile or token that does not exist, or a similarity to nothing.
 */
export async function computeMaps(gpu: Gpu, run: FinishedRun, request: MapRequest): Promise<MapSet> {
  const { kind, selection = null } = request;
  const { tiles } = run.tensors;
  if (kind === 'cosine') checkSelection(selection, tiles);
  const startMs = performance.now();
  const maps: TokenMap[] = [];
  /** The axes are fitted on the patch tokens, which dropping the class token leaves as they are: computed once. */
  let patchPca: TokenValues | null = null;
  for (const stage of tokenStages) {
    const tensor = run.tensors.all(stage);
    if (!tensor) continue;
    let values: TokenValues | null;
    if (kind === 'norm') values = await computeNorms(gpu, tensor);
    else if (kind === 'cosine') values = await computeCosine(gpu, run, stage, tensor, selection);
    else if (stage === 'dropped' && patchPca) values = withoutClassTokens(patchPca, tiles);
    else values = await computePca(gpu, tensor, stage === 'selected' ? tiles : 0);
    if (stage === 'selected') patchPca = values;
    if (values) maps.push(...placeOnGrids(run, stage, kind, values));
  }
  return {
    runId: run.runId,
    kind,
    maps,
    selection: kind === 'cosine' ? selection : null,
    elapsedMs: performance.now() - startMs,
  };
}

async function computeNorms(gpu: Gpu, tokens: GpuTensor): Promise<TokenValues> {
  const plan = planTokenNorm(tokens.shape, gpu.device.limits);
  const norms = createTensor(gpu, 'token norms', plan.outputShape);
  try {
    await runTimedPass(gpu, 'token norm', (pass) => encodeTokenNorm(gpu, pass, plan, { input: tokens, output: norms }));
    return { values: await readTensor(gpu, norms), components: 1, explainedVariance: null };
  } finally {
    norms.buffer.destroy();
  }
}

/** null where the selected token has no part in the stage: the class token goes no further than the encoder. */
async function computeCosine(
  gpu: Gpu,
  run: FinishedRun,
  stage: TokenStage,
  tokens: GpuTensor,
  selection: Selection | null,
): Promise<TokenValues | null> {
  const rows = selection && rowsOfSelection(run, stage, selection);
  if (!rows) return null;
  const plan = planCosineSimilarity(tokens.shape, gpu.device.limits);
  const packed = new Float32Array(packSelection(rows, tokens.shape[0] ?? 0).buffer);
  const selected = uploadTensor(gpu, 'selected rows', selectionShape, packed);
  const similarities = createTensor(gpu, 'cosine similarities', plan.outputShape);
  try {
    await runTimedPass(gpu, 'cosine similarity', (pass) =>
      encodeCosineSimilarity(gpu, pass, plan, { input: tokens, selection: selected, output: similarities }),
    );
    return { values: await readTensor(gpu, similarities), components: 1, explainedVariance: null };
  } finally {
    selected.buffer.destroy();
    similarities.buffer.destroy();
  }
}

async function computePca(gpu: Gpu, tokens: GpuTensor, firstFittedRow: number): Promise<TokenValues> {
  const plan = planPca({ shape: tokens.shape, firstFittedRow }, gpu.device.limits);
  const tensors = createPcaTensors(gpu, plan);
  try {
    await runTimedPass(gpu, 'pca', (pass) => encodePca(gpu, pass, plan, { tokens, ...tensors }));
    const { scores, explainedVariance } = finishPca(
      plan,
      await readTensor(gpu, tensors.scores),
      await readTensor(gpu, tensors.moments),
    );
    return { values: scores, components: 3, explainedVariance };
  } finally {
    for (const { buffer } of Object.values(tensors)) buffer.destroy();
  }
}

function withoutClassTokens(all: TokenValues, tiles: number): TokenValues {
  return { ...all, values: all.values.slice(tiles * all.components) };
}

/** Rows of the stage's tensor that a selection stands for: itself, what it was made of, or what it goes into. */
function rowsOfSelection(run: FinishedRun, stage: TokenStage, selection: Selection): readonly number[] | null {
  const { tile } = selection;
  if (selection.kind === 'class') return stage === 'selected' ? [tile] : null;
  if (stage === 'selected' || stage === 'dropped') {
    const patches = selection.kind === 'patch' ? [selection.index] : patchesOfShuffledToken(selection.index);
    const firstRow = (stage === 'selected' ? run.tensors.tiles : 0) + tile * patchCount;
    return patches.map((patch) => firstRow + patch);
  }
  const cell = selection.kind === 'patch' ? shuffledTokenOfPatch(selection.index) : selection.index;
  return [tile * shuffledCount + (run.model.psVersion === 'v1' ? transposeIndex(cell, shuffledGridSize) : cell)];
}

/** Values in the order of the run's tensor to one map a tile, in image order. */
function placeOnGrids(
  run: FinishedRun,
  stage: TokenStage,
  kind: TokenMap['kind'],
  { values, components, explainedVariance }: TokenValues,
): readonly TokenMap[] {
  const { tiles } = run.tensors;
  const classTokens = stage === 'selected' ? values.subarray(0, tiles * components) : null;
  const cells = classTokens ? values.subarray(classTokens.length) : values;
  const isShuffled = stage === 'shuffled' || stage === 'tokens';
  const side = isShuffled ? shuffledGridSize : patchGridSize;
  const isTransposed = isShuffled && run.model.psVersion === 'v1';
  const valuesPerTile = side * side * components;
  return Array.from({ length: tiles }, (_, tile) => {
    const ofTile = cells.slice(tile * valuesPerTile, (tile + 1) * valuesPerTile);
    return {
      runId: run.runId,
      tile,
      stage,
      kind,
      rows: side,
      columns: side,
      components,
      unit: units[kind],
      values: isTransposed ? transposeGrid(ofTile, side, components) : ofTile,
      classToken: classTokens?.slice(tile * components, (tile + 1) * components) ?? null,
      explainedVariance,
    };
  });
}

/** [side, side, components] with rows and columns exchanged. */
function transposeGrid(cells: Float32Array, side: number, components: number): Float32Array {
  return Float32Array.from(cells, (_, index) => {
    const token = transposeIndex(Math.floor(index / components), side);
    return cells[token * components + (index % components)] ?? Number.NaN;
  });
}

function checkSelection(selection: Selection | null, tiles: number): void {
  if (!selection) throw invalid('selection', 'missing', 'a token to compare with');
  checkIndex('selection tile', selection.tile, tiles);
  if (selection.kind !== 'class') {
    checkIndex('selection', selection.index, selection.kind === 'patch' ? patchCount : shuffledCount);
  }
}

function checkIndex(name: string, index: number, count: number): void {
  if (Number.isInteger(index) && index >= 0 && index < count) return;
  throw invalid(name, String(index), `an integer from 0 to ${count - 1}`);
}

function invalid(name: string, actual: string, expected: string): TokenLensError {
  return new TokenLensError('invalid-argument', 'analysis', { name, actual, expected });
}
