import { checkIndex } from '#analysis/check-index.ts';
import { finishPca } from '#analysis/pca/finish-pca.ts';
import { createPcaTensors, encodePca, planPca } from '#analysis/pca/pca.ts';
import { TokenLensError } from '#errors.ts';
import { readTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { runTimedPass } from '#gpu/timing.ts';
import {
  patchCount,
  patchesOfShuffledToken,
  patchGridSize,
  rowOfShuffledCell,
  shuffledCount,
  shuffledGridSize,
  shuffledTokenOfPatch,
  transposeGrid,
} from '#tensor/grid.ts';
import { computeBlockMaps, isBlockKind } from './block-maps.ts';
import { gatherLayer, type LayerTensor } from './layer-tensor.ts';
import {
  type MapRequest,
  type MapSet,
  type Selection,
  type TokenMap,
  type TokenStage,
  tokenStages,
} from './protocol.ts';
import type { FinishedRun } from './run.ts';
import { measureChannel, measureCosines, measureNorms } from './token-values.ts';

/** Kinds of maps that every stage has. */
type TokenKind = 'norm' | 'channel' | 'cosine' | 'pca';

const units = { norm: 'L2 norm', channel: 'activation', cosine: 'cosine', pca: 'PCA score' } as const;

/** One value (or three) a token of one stage, all tiles of a tensor, in its order. */
interface TokenValues {
  readonly values: Float32Array;
  readonly components: number;
  readonly explainedVariance: readonly number[] | null;
}

/** The tokens of a stage: of all tiles of the run, or of some where a layer was gathered for them. */
interface StageTokens {
  readonly stage: TokenStage;
  readonly tensor: GpuTensor;
  /** [tiles in the tensor] */
  readonly tiles: readonly number[];
}

/**
 * Maps of one kind for every stage of `run` on which it means something, of all its tiles: PCA axes are fitted on all of
 * them together, so that a colour means the same everywhere. Of another layer than the one that goes on the encoder's
 * square alone has maps of its own.
 *
 * @throws TokenLensError `invalid-argument` for a tile, layer, channel or token that does not exist, or a similarity to
 * nothing; what encoding again throws.
 */
export async function computeMaps(gpu: Gpu, run: FinishedRun, request: MapRequest): Promise<MapSet> {
  const { kind, selection = null } = request;
  const startMs = performance.now();
  if (kind === 'cosine' || kind === 'attention' || kind === 'rollout') checkSelection(selection, run.tensors.tiles);
  const { maps, heads } = isBlockKind(kind)
    ? await computeBlockMaps(gpu, run, { ...request, kind })
    : { maps: await computeTokenMaps(gpu, run, { ...request, kind }), heads: null };
  return {
    runId: run.runId,
    kind,
    maps,
    selection: kind === 'cosine' || kind === 'attention' || kind === 'rollout' ? selection : null,
    request,
    heads,
    elapsedMs: performance.now() - startMs,
  };
}

async function computeTokenMaps(
  gpu: Gpu,
  run: FinishedRun,
  request: MapRequest & { readonly kind: TokenKind },
): Promise<readonly TokenMap[]> {
  const { kind, selection = null, layer, channel = 0 } = request;
  const { tiles } = run.tensors;
  const all = Array.from({ length: tiles }, (_, tile) => tile);
  const gathered = await gatherOtherLayer(gpu, run, layer, request.tiles ?? all);
  const maps: TokenMap[] = [];
  /** What holds for the patch tokens of the encoder holds for them without the class token: computed once. */
  let ofPatches: TokenValues | null = null;
  try {
    for (const stage of tokenStages) {
      const own = run.tensors.all(stage);
      if (!own) continue;
      const isOther = stage === 'selected' && gathered !== null;
      const tokens: StageTokens = isOther
        ? { stage, tensor: gathered.tokens, tiles: request.tiles ?? all }
        : { stage, tensor: own, tiles: all };
      let values: TokenValues | null;
      if (stage === 'dropped' && ofPatches) values = withoutClassTokens(ofPatches, tiles);
      else if (kind === 'norm') values = oneAToken(await measureNorms(gpu, tokens.tensor));
      else if (kind === 'channel') values = await computeChannel(gpu, tokens.tensor, channel);
      else if (kind === 'cosine') values = await computeCosine(gpu, run, tokens, selection);
      else values = await computePca(gpu, tokens.tensor, stage === 'selected' ? tokens.tiles.length : 0);
      if (stage === 'selected' && !isOther) ofPatches = values;
      if (values) maps.push(...placeOnGrids(run, tokens, kind, values));
    }
  } finally {
    gathered?.dispose();
  }
  if (kind === 'channel' && maps.length === 0) {
    const [, channels = 0] = run.tensors.all('selected')?.shape ?? [];
    throw invalid('channel', String(channel), `an integer from 0 to ${4 * channels - 1}`);
  }
  return maps;
}

/** The tokens of `layer`, where it is not the one that goes on and lies in the run already. */
async function gatherOtherLayer(
  gpu: Gpu,
  run: FinishedRun,
  layer: number | undefined,
  tiles: readonly number[],
): Promise<LayerTensor | null> {
  if (layer === undefined || layer === run.model.selectedLayer) return null;
  for (const tile of tiles) checkIndex('tile', tile, run.tensors.tiles);
  return gatherLayer(gpu, run, layer, tiles);
}

function oneAToken(values: Float32Array): TokenValues {
  return { values, components: 1, explainedVariance: null };
}

/** null where the stage has no such channel: the stages are of different widths. */
async function computeChannel(gpu: Gpu, tokens: GpuTensor, channel: number): Promise<TokenValues | null> {
  const [, channels = 0] = tokens.shape;
  if (Number.isInteger(channel) && channel >= channels) return null;
  return oneAToken(await measureChannel(gpu, tokens, channel));
}

/** null where the selected token has no part in the stage: the class token goes no further than the encoder. */
async function computeCosine(
  gpu: Gpu,
  run: FinishedRun,
  { stage, tensor, tiles }: StageTokens,
  selection: Selection | null,
): Promise<TokenValues | null> {
  const rows = selection && rowsOfSelection(run, stage, selection, tiles);
  if (!rows) return null;
  return oneAToken(await measureCosines(gpu, tensor, rows));
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
function rowsOfSelection(
  run: FinishedRun,
  stage: TokenStage,
  selection: Selection,
  tiles: readonly number[],
): readonly number[] | null {
  const place = tiles.indexOf(selection.tile);
  if (place < 0) return null;
  if (selection.kind === 'class') return stage === 'selected' ? [place] : null;
  if (stage === 'selected' || stage === 'dropped') {
    const patches = selection.kind === 'patch' ? [selection.index] : patchesOfShuffledToken(selection.index);
    const firstRow = (stage === 'selected' ? tiles.length : 0) + place * patchCount;
    return patches.map((patch) => firstRow + patch);
  }
  const cell = selection.kind === 'patch' ? shuffledTokenOfPatch(selection.index) : selection.index;
  return [place * shuffledCount + rowOfShuffledCell(cell, run.model.psVersion)];
}

/** Values in the order of a stage's tensor to one map a tile, in image order. */
function placeOnGrids(
  run: FinishedRun,
  { stage, tiles }: StageTokens,
  kind: TokenKind,
  { values, components, explainedVariance }: TokenValues,
): readonly TokenMap[] {
  const classTokens = stage === 'selected' ? values.subarray(0, tiles.length * components) : null;
  const cells = classTokens ? values.subarray(classTokens.length) : values;
  const isShuffled = stage === 'shuffled' || stage === 'tokens';
  const side = isShuffled ? shuffledGridSize : patchGridSize;
  const isTransposed = isShuffled && run.model.psVersion === 'v1';
  const valuesPerTile = side * side * components;
  return tiles.map((tile, place) => {
    const ofTile = cells.slice(place * valuesPerTile, (place + 1) * valuesPerTile);
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
      classToken: classTokens?.slice(place * components, (place + 1) * components) ?? null,
      explainedVariance,
    };
  });
}

function checkSelection(selection: Selection | null, tiles: number): void {
  if (!selection) throw invalid('selection', 'missing', 'a token to compare with');
  checkIndex('selection tile', selection.tile, tiles);
  if (selection.kind !== 'class') {
    checkIndex('selection', selection.index, selection.kind === 'patch' ? patchCount : shuffledCount);
  }
}

function invalid(name: string, actual: string, expected: string): TokenLensError {
  return new TokenLensError('invalid-argument', 'analysis', { name, actual, expected });
}
