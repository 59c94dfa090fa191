import { checkIndex } from '#analysis/check-index.ts';
import { TokenLensError } from '#errors.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { blockCountOf, patchesOfToken, rowOfShuffledCell, shuffledTokenOf } from '#tensor/grid.ts';
import { computeBlockMaps, isBlockKind } from './block-maps.ts';
import { checkSelection } from './check-selection.ts';
import { computeClassMaps } from './class-maps.ts';
import { type AxesOfStage, freeAxes, KeptAxes } from './kept-axes.ts';
import { gatherLayer, type LayerTensor } from './layer-tensor.ts';
import { computePcaMaps } from './pca-maps.ts';
import { placeOnGrids, type TokenKind, type TokenValues, withoutClassTokens } from './place-maps.ts';
import {
  type KeptAxesReport,
  type MapRequest,
  type MapSet,
  type Selection,
  type TokenMap,
  type TokenStage,
  tokenStages,
} from './protocol.ts';
import type { FinishedRun } from './run.ts';
import { measureChannel, measureCosines, measureNorms } from './token-values.ts';

/** The tokens of a stage: of all tiles of the run, or of some where a layer was gathered for them. */
interface StageTokens {
  readonly stage: TokenStage;
  readonly tensor: GpuTensor;
  /** [tiles in the tensor] */
  readonly tiles: readonly number[];
}

/**
 * Maps of one kind for every stage of `run` on which it means something, of all its tiles. Of another layer than the one that
 * goes on the encoder's square alone has maps of its own.
 *
 * @throws TokenLensError `invalid-argument` for a tile, layer, channel or token that does not exist, or a similarity to
 * nothing; what encoding again throws.
 */
export async function computeMaps(
  gpu: Gpu,
  run: FinishedRun,
  request: MapRequest,
  keptAxes: KeptAxes,
): Promise<MapSet> {
  const { kind, selection = null } = request;
  const startMs = performance.now();
  const encodedBefore = run.encoderOutputs.encodedAgain;
  if (kind === 'cosine' || kind === 'attention' || kind === 'rollout') checkSelection(selection, run);
  const { maps, heads, axes } = isBlockKind(kind)
    ? { ...(await computeBlockMaps(gpu, run, { ...request, kind })), axes: [] }
    : { ...(await computeTokenMaps(gpu, run, { ...request, kind }, keptAxes)), heads: null };
  return {
    runId: run.runId,
    kind,
    maps,
    selection: kind === 'cosine' || kind === 'attention' || kind === 'rollout' ? selection : null,
    request,
    heads,
    axes,
    encodedAgain: run.encoderOutputs.encodedAgain - encodedBefore,
    elapsedMs: performance.now() - startMs,
  };
}

/**
 * Keeps the PCA axes that `request` is answered with in `keptAxes`; a basis of `kept` counts as `run`.
 *
 * @throws TokenLensError as `computeMaps` does; what was kept before then stays.
 */
export async function keepAxes(
  gpu: Gpu,
  run: FinishedRun,
  request: MapRequest,
  keptAxes: KeptAxes,
): Promise<KeptAxesReport> {
  const { model } = run;
  const { layer = model.selectedLayer } = request;
  const fitted = new Map<TokenStage, AxesOfStage>();
  const gathered = await gatherShown(gpu, run, request);
  try {
    const basis = request.basis === 'tile' ? 'tile' : 'run';
    await computePcaMaps({ gpu, run, keptAxes: new KeptAxes(), gathered }, { ...request, basis }, (stage, axes) =>
      fitted.set(stage, { ...axes, model }),
    );
  } catch (thrown) {
    freeAxes(fitted);
    throw thrown;
  } finally {
    gathered?.dispose();
  }
  keptAxes.replace(fitted);
  return {
    runId: run.runId,
    imageName: run.prepared.image.name,
    layer: layer === model.selectedLayer ? null : layer,
    stages: keptAxes.stages,
  };
}

async function computeTokenMaps(
  gpu: Gpu,
  run: FinishedRun,
  request: MapRequest & { readonly kind: TokenKind },
  keptAxes: KeptAxes,
): Promise<Pick<MapSet, 'maps' | 'axes'>> {
  const { kind } = request;
  const gathered = await gatherShown(gpu, run, request);
  try {
    if (kind === 'pca') return await computePcaMaps({ gpu, run, keptAxes, gathered }, request);
    const tiles = request.tiles ?? tilesOf(run);
    if (kind === 'class') return { maps: await computeClassMaps(gpu, run, gathered, tiles), axes: [] };
    return { maps: await computeStageMaps(gpu, run, { ...request, kind }, gathered), axes: [] };
  } finally {
    gathered?.dispose();
  }
}

async function computeStageMaps(
  gpu: Gpu,
  run: FinishedRun,
  request: MapRequest & { readonly kind: Exclude<TokenKind, 'class' | 'pca'> },
  gathered: LayerTensor | null,
): Promise<readonly TokenMap[]> {
  const { kind, selection = null, channel = 0 } = request;
  const all = tilesOf(run);
  const maps: TokenMap[] = [];
  /** What holds for the patch tokens of the encoder holds for them without the class token: computed once. */
  let ofPatches: TokenValues | null = null;
  for (const stage of tokenStages) {
    const own = run.tensors.all(stage);
    if (!own) continue;
    const other = stage === 'selected' ? gathered : null;
    const tokens: StageTokens = other
      ? { stage, tensor: other.tokens, tiles: request.tiles ?? all }
      : { stage, tensor: own, tiles: all };
    let values: TokenValues | null;
    if (stage === 'dropped' && ofPatches) values = withoutClassTokens(ofPatches, all.length);
    else if (kind === 'norm') values = oneAToken(await measureNorms(gpu, tokens.tensor));
    else if (kind === 'channel') values = await computeChannel(gpu, tokens.tensor, channel);
    else values = await computeCosine(gpu, run, tokens, selection);
    if (stage === 'selected' && !other) ofPatches = values;
    if (values) maps.push(...placeOnGrids(run, kind, stage, tokens.tiles, values));
  }
  if (kind === 'channel' && maps.length === 0) {
    const [, channels = 0] = run.tensors.all('selected')?.shape ?? [];
    throw invalid('channel', String(channel), `an integer from 0 to ${blockCountOf(run.model.grid) * channels - 1}`);
  }
  return maps;
}

function tilesOf({ tensors }: FinishedRun): readonly number[] {
  return Array.from({ length: tensors.tiles }, (_, tile) => tile);
}

/** The tokens of the layer that is asked for, where it is not the one that goes on and lies in the run already. */
async function gatherShown(
  gpu: Gpu,
  run: FinishedRun,
  { layer, tiles = tilesOf(run) }: MapRequest,
): Promise<LayerTensor | null> {
  for (const tile of tiles) checkIndex('tile', tile, run.tensors.tiles);
  if (layer === undefined || layer === run.model.selectedLayer) return null;
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
  return rows && oneAToken(await measureCosines(gpu, tensor, rows));
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
  const { grid, psVersion } = run.model;
  if (stage === 'selected' || stage === 'dropped') {
    const firstRow = (stage === 'selected' ? tiles.length : 0) + place * grid.patchCount;
    return patchesOfToken(selection, grid).map((patch) => firstRow + patch);
  }
  return [place * grid.shuffledCount + rowOfShuffledCell(shuffledTokenOf(selection, grid), psVersion, grid)];
}

function invalid(name: string, actual: string, expected: string): TokenLensError {
  return new TokenLensError('invalid-argument', 'analysis', { name, actual, expected });
}
