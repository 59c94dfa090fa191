import { checkIndex } from '#analysis/check-index.ts';
import { TokenLensError } from '#errors.ts';
import { createTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import {
  gridSideOf,
  patchesOfToken,
  rowOfShuffledCell,
  sequencePlacesOf,
  shuffledTokenOf,
  type TokenGrid,
  tokenCountOf,
} from '#tensor/grid.ts';
import { float32ByteLength, shapesEqual } from '#tensor/shape.ts';
import type { CompareRequest, Comparison, Selection, TileDifference, TokenMap, TokenStage } from './protocol.ts';
import type { FinishedRun } from './run.ts';
import { measureChannel, measureCosines, measureDifferences, measureNorms } from './token-values.ts';

/** What comparing needs of a run. */
type ComparedRun = Pick<FinishedRun, 'runId' | 'model' | 'tensors'>;

/**
 * One tile of `own` beside one tile of `other`: a map of each, how far their tokens are from one another, and which of the
 * other's are most like the selected one.
 *
 * @throws TokenLensError `invalid-argument` for a tile, token or channel that does not exist, `tensor-unavailable` for a
 * stage that one of the runs lacks.
 */
export async function compareRuns(
  gpu: Gpu,
  own: ComparedRun,
  other: ComparedRun,
  request: CompareRequest,
): Promise<Comparison> {
  const startMs = performance.now();
  const { tile, otherTile, stage, channel, selection } = request;
  checkIndex('tile', tile, own.tensors.tiles);
  checkIndex('otherTile', otherTile, other.tensors.tiles);
  if (selection) checkSelection(selection, tile, own.model.grid);
  const parts = [tokensOf(own, stage, tile), tokensOf(other, stage, otherTile)] as const;
  const [first, second] = [stackTokens(gpu, parts[0]), stackTokens(gpu, parts[1])];
  try {
    const ofOwn = { runId: own.runId, tile, stage, grid: own.model.grid };
    const ofOther = { runId: other.runId, tile: otherTile, stage, grid: other.model.grid };
    const drawn =
      channel === undefined
        ? { kind: 'norm' as const, measure: (tokens: GpuTensor) => measureNorms(gpu, tokens) }
        : { kind: 'channel' as const, measure: (tokens: GpuTensor) => measureChannel(gpu, tokens, channel) };
    const maps = [
      placeTokens(ofOwn, drawn.kind, await drawn.measure(first)),
      placeTokens(ofOther, drawn.kind, await drawn.measure(second)),
    ] as const;
    const isOneWidth = first.shape[1] === second.shape[1];
    const rows = isOneWidth && selection ? rowsOfSelection(stage, selection, own.model.grid) : null;
    return {
      request,
      maps,
      shapes: [first.shape, second.shape],
      difference: shapesEqual(first.shape, second.shape)
        ? await measureTileDifference(gpu, ofOwn, first, second)
        : null,
      similarity: rows && placeTokens(ofOther, 'cosine', await measureCosinesTo(gpu, first, rows, second)),
      elapsedMs: performance.now() - startMs,
    };
  } finally {
    first.buffer.destroy();
    second.buffer.destroy();
  }
}

/** The tokens of a tile in image order, the class token first where the stage has one: tensors to be put below each other. */
function tokensOf({ runId, tensors, model }: ComparedRun, stage: TokenStage, tile: number): readonly GpuTensor[] {
  if (!tensors.all(stage)) {
    const reason = `run ${runId} was made without a connector`;
    throw new TokenLensError('tensor-unavailable', 'analysis', { tensor: stage, reason });
  }
  const tokens = tensors.slice(stage, tile);
  if (stage === 'selected') return [tensors.classToken(tile), tokens];
  if (stage === 'dropped' || model.psVersion === 'v2') return [tokens];
  const { grid, psVersion } = model;
  return Array.from({ length: grid.shuffledCount }, (_, cell) =>
    rowOf(tokens, rowOfShuffledCell(cell, psVersion, grid)),
  );
}

/** One row of [tokens, channels]: [1, channels]. Not to be bound: its offset is not aligned. */
function rowOf({ buffer, shape, byteOffset = 0 }: GpuTensor, row: number): GpuTensor {
  const [, channels = 0] = shape;
  return { buffer, shape: [1, channels], byteOffset: byteOffset + float32ByteLength([row, channels]) };
}

/** A tensor of its own with `parts`, each [tokens, channels], below each other. */
function stackTokens(gpu: Gpu, parts: readonly GpuTensor[]): GpuTensor {
  const tokens = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const stacked = createTensor(gpu, 'compared tokens', [tokens, parts[0]?.shape[1] ?? 0]);
  const commands = gpu.device.createCommandEncoder({ label: 'compared tokens' });
  let byteOffset = 0;
  for (const { buffer, shape, byteOffset: from = 0 } of parts) {
    const byteLength = float32ByteLength(shape);
    commands.copyBufferToBuffer(buffer, from, stacked.buffer, byteOffset, byteLength);
    byteOffset += byteLength;
  }
  gpu.device.queue.submit([commands.finish()]);
  return stacked;
}

/**
 * The cosine of each token of `second` to the mean of the tokens `rows` of `first`: [tokens]. The kernel selects rows of the
 * tensor that it measures, so they are put below `second` for it, and their own cosines left out.
 */
async function measureCosinesTo(
  gpu: Gpu,
  first: GpuTensor,
  rows: readonly number[],
  second: GpuTensor,
): Promise<Float32Array> {
  const [tokens = 0] = second.shape;
  const stacked = stackTokens(gpu, [second, ...rows.map((row) => rowOf(first, row))]);
  try {
    const cosines = await measureCosines(
      gpu,
      stacked,
      rows.map((_, place) => tokens + place),
    );
    return cosines.slice(0, tokens);
  } finally {
    stacked.buffer.destroy();
  }
}

/** Rows, in image order, that a selection stands for at a stage; null for the class token where there is none. */
function rowsOfSelection(stage: TokenStage, selection: Selection, grid: TokenGrid): readonly number[] | null {
  if (stage === 'selected') return sequencePlacesOf(selection, grid);
  if (selection.kind === 'class') return null;
  return stage === 'dropped' ? patchesOfToken(selection, grid) : [shuffledTokenOf(selection, grid)];
}

const units = { norm: 'L2 norm', channel: 'activation', cosine: 'cosine' } as const;

/** Which tokens a map is of. */
type Place = Pick<TokenMap, 'runId' | 'tile' | 'stage'> & { readonly grid: TokenGrid };

/** A value a token, in image order, as a map. */
function placeTokens({ grid, ...place }: Place, kind: keyof typeof units, values: Float32Array): TokenMap {
  const hasClassToken = place.stage === 'selected';
  const side = gridSideOf(hasClassToken || place.stage === 'dropped' ? 'patch' : 'shuffled', grid);
  return {
    ...place,
    kind,
    rows: side,
    columns: side,
    components: 1,
    unit: units[kind],
    values: hasClassToken ? values.slice(1) : values,
    classToken: hasClassToken ? values.slice(0, 1) : null,
    explainedVariance: null,
  };
}

async function measureTileDifference(
  gpu: Gpu,
  place: Place,
  first: GpuTensor,
  second: GpuTensor,
): Promise<TileDifference> {
  const { norms, cosines } = await measureDifferences(gpu, first, second);
  return {
    norms: placeTokens(place, 'norm', norms),
    cosines: placeTokens(place, 'cosine', cosines),
    relative: lengthOf(norms) / lengthOf(await measureNorms(gpu, first)),
  };
}

/** The L2 norm of a tensor from those of its tokens. */
function lengthOf(norms: Float32Array): number {
  return Math.sqrt(norms.reduce((sum, norm) => sum + norm * norm, 0));
}

function checkSelection(selection: Selection, tile: number, grid: TokenGrid): void {
  if (selection.tile !== tile) {
    const details = { name: 'selection tile', actual: selection.tile, expected: `${tile}, the tile that is compared` };
    throw new TokenLensError('invalid-argument', 'analysis', details);
  }
  if (selection.kind === 'class') return;
  checkIndex('selection', selection.index, tokenCountOf(selection.kind, grid));
}
