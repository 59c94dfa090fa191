import {
  encodeCosineSimilarity,
  packSelection,
  planCosineSimilarity,
  selectionShape,
} from '#analysis/cosine-similarity/cosine-similarity.ts';
import { finishPca } from '#analysis/pca/finish-pca.ts';
import { createPcaTensors, encodePca, planPca } from '#analysis/pca/pca.ts';
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

/** One value (or three) a token of one stage, in token order, class token first where the stage has one. */
interface TokenValues {
  readonly values: Float32Array;
  readonly components: number;
  readonly explainedVariance: readonly number[] | null;
}

/**
 * Maps of one kind for every stage of `run` on which it means something.
 *
 * @throws TokenLensError `invalid-argument` for a tile or token that does not exist, or a similarity to nothing.
 */
export async function computeMaps(gpu: Gpu, run: FinishedRun, request: MapRequest): Promise<MapSet> {
  const { kind, tile = 0, selection = null } = request;
  if (tile !== 0) throw invalid('tile', String(tile), '0');
  if (kind === 'cosine') checkSelection(selection);
  const startMs = performance.now();
  const maps: TokenMap[] = [];
  /** The axes are fitted on the patch tokens, which dropping the class token leaves as they are: computed once. */
  let patchPca: TokenValues | null = null;
  for (const stage of tokenStages) {
    const tensor = run.tensors.get(stage);
    if (!tensor) continue;
    let values: TokenValues | null;
    if (kind === 'norm') values = await computeNorms(gpu, tensor);
    else if (kind === 'cosine') values = await computeCosine(gpu, run, stage, tensor, selection);
    else if (stage === 'dropped' && patchPca) values = withoutClassToken(patchPca);
    else values = await computePca(gpu, tensor, stage === 'selected' ? 1 : 0);
    if (stage === 'selected') patchPca = values;
    if (values) maps.push(placeOnGrid(run, stage, kind, values));
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

function withoutClassToken(all: TokenValues): TokenValues {
  return { ...all, values: all.values.slice(all.components) };
}

/** Rows of the stage's tensor that a selection stands for: itself, what it was made of, or what it goes into. */
function rowsOfSelection(run: FinishedRun, stage: TokenStage, selection: Selection): readonly number[] | null {
  if (selection.kind === 'class') return stage === 'selected' ? [0] : null;
  if (stage === 'selected' || stage === 'dropped') {
    const patches = selection.kind === 'patch' ? [selection.index] : patchesOfShuffledToken(selection.index);
    return stage === 'selected' ? patches.map((patch) => patch + 1) : patches;
  }
  const cell = selection.kind === 'patch' ? shuffledTokenOfPatch(selection.index) : selection.index;
  return [run.model.psVersion === 'v1' ? transposeIndex(cell, shuffledGridSize) : cell];
}

/** Values in token order to values in image order. */
function placeOnGrid(run: FinishedRun, stage: TokenStage, kind: TokenMap['kind'], from: TokenValues): TokenMap {
  const { components, explainedVariance } = from;
  const hasClassToken = stage === 'selected';
  const classToken = hasClassToken ? from.values.slice(0, components) : null;
  const cells = hasClassToken ? from.values.slice(components) : from.values;
  const isShuffled = stage === 'shuffled' || stage === 'tokens';
  const side = isShuffled ? shuffledGridSize : patchGridSize;
  const isTransposed = isShuffled && run.model.psVersion === 'v1';
  const values = isTransposed
    ? Float32Array.from(cells, (_, index) => {
        const token = transposeIndex(Math.floor(index / components), side);
        return cells[token * components + (index % components)] ?? Number.NaN;
      })
    : cells;
  return {
    runId: run.runId,
    tile: 0,
    stage,
    kind,
    rows: side,
    columns: side,
    components,
    unit: units[kind],
    values,
    classToken,
    explainedVariance,
  };
}

function checkSelection(selection: Selection | null): void {
  if (!selection) throw invalid('selection', 'missing', 'a token to compare with');
  if (selection.kind === 'class') return;
  const count = selection.kind === 'patch' ? patchCount : shuffledGridSize ** 2;
  if (!(Number.isInteger(selection.index) && selection.index >= 0 && selection.index < count)) {
    throw invalid('selection', String(selection.index), `an integer from 0 to ${count - 1}`);
  }
}

function invalid(name: string, actual: string, expected: string): TokenLensError {
  return new TokenLensError('invalid-argument', 'analysis', { name, actual, expected });
}
