import { checkIndex } from '#analysis/check-index.ts';
import { TokenLensError } from '#errors.ts';
import type { Gpu } from '#gpu/gpu.ts';
import { gridSideOf, patchesOfShuffledToken, sequencePlacesOf } from '#tensor/grid.ts';
import { type AttentionContext, computeAttention, computeRollout } from './attention-maps.ts';
import { checkSelection } from './check-selection.ts';
import { measureAdded, requireBlocks } from './layer-tensor.ts';
import type { MapKind, MapRequest, MapSet, TensorCopy, TensorRequest, TokenMap, TokenStage } from './protocol.ts';
import type { FinishedRun } from './run.ts';

/** Kinds of maps of what goes on within a block. */
type BlockKind = 'attention' | 'rollout' | 'added';

/** Whether a map is of a block, rather than of the tokens that a stage holds. */
export function isBlockKind(kind: MapKind): kind is BlockKind {
  return kind === 'attention' || kind === 'rollout' || kind === 'added';
}

const units = { attention: 'attention', rollout: 'attention', added: 'L2 norm' } as const;

/**
 * Maps of what goes on within a block, on the patches of the selection's tile. Attention is carried on through the pixel
 * shuffle: a shuffled token has the sum of its patches, so that a row still adds up to the same.
 *
 * @throws TokenLensError `invalid-argument`, `tensor-unavailable`, of the checkpoint and encoder stages.
 */
export async function computeBlockMaps(
  gpu: Gpu,
  run: FinishedRun,
  request: MapRequest & { readonly kind: BlockKind },
): Promise<Pick<MapSet, 'maps' | 'heads'>> {
  requireBlocks(run);
  const { kind } = request;
  const layer = blockOf(run, request.layer);
  if (kind === 'added') {
    const maps: TokenMap[] = [];
    for (const tile of request.tiles ?? [0]) {
      const norms = await measureAdded(gpu, run, tile, layer, request.part ?? 'attention');
      maps.push(...placeSequence(run, kind, tile, norms, ['selected', 'dropped']));
    }
    return { maps, heads: null };
  }

  const { selection } = request;
  if (selection === undefined) throw new Error('the selection was checked before');
  const { tile } = selection;
  const rows = sequencePlacesOf(selection, run.model.grid);
  const context: AttentionContext = { gpu, inspector: requireInspector(run) };
  const stages = ['selected', 'dropped', 'shuffled', 'tokens'] as const;
  if (kind === 'rollout') {
    const { fusion = 'mean', discardRatio = 0 } = request;
    const values = await computeRollout(context, { run, tile, layer, fusion, discardRatio }, rows);
    return { maps: placeSequence(run, kind, tile, values, stages), heads: null };
  }
  const all = await computeAttention(context, { run, tile, layer }, rows, request.direction ?? 'from');
  const values = pickHead(all, request.head ?? 'mean');
  return {
    maps: placeSequence(run, kind, tile, values, stages),
    heads: { count: all.heads, values: all.values },
  };
}

/**
 * Attention of one selection in one block: [heads, 1 + patches], class token first, or [1 + patches] of one head; of a
 * shuffled token the mean of its patches.
 *
 * @throws TokenLensError `invalid-argument`, `tensor-unavailable`, of the checkpoint and encoder stages.
 */
export async function readAttention(gpu: Gpu, run: FinishedRun, request: TensorRequest): Promise<TensorCopy> {
  requireBlocks(run);
  const { selection, head, direction = 'from' } = request;
  const layer = blockOf(run, request.layer);
  checkSelection(selection, run);
  const context: AttentionContext = { gpu, inspector: requireInspector(run) };
  const block = { run, tile: selection.tile, layer };
  const all = await computeAttention(context, block, sequencePlacesOf(selection, run.model.grid), direction);
  const unit = 'attention probability';
  if (head !== undefined) {
    const data = pickHead(all, head);
    return { data, shape: [data.length], unit };
  }
  return { data: all.values, shape: [all.heads, all.values.length / all.heads], unit };
}

/** The block asked for, from 1; default the last. */
function blockOf(run: FinishedRun, asked: number | undefined): number {
  const blocks = run.classAttention.length;
  const layer = asked ?? blocks;
  if (Number.isInteger(layer) && layer >= 1 && layer <= blocks) return layer;
  const details = { name: 'layer', actual: layer, expected: `an integer from 1 to ${blocks}` };
  throw new TokenLensError('invalid-argument', 'analysis', details);
}

function requireInspector({ inspector, model }: FinishedRun) {
  if (inspector && !inspector.isReleased) return inspector;
  const reason = `${model.name} is no longer loaded`;
  throw new TokenLensError('tensor-unavailable', 'analysis', { tensor: 'attention', reason });
}

/** [heads, tokens] → [tokens] */
function pickHead(
  { values, heads }: { readonly values: Float32Array; readonly heads: number },
  head: number | 'mean',
): Float32Array {
  const size = values.length / heads;
  if (head !== 'mean') {
    checkIndex('head', head, heads);
    return values.slice(head * size, (head + 1) * size);
  }
  return Float32Array.from({ length: size }, (_, token) => {
    let sum = 0;
    for (let at = token; at < values.length; at += size) sum += values[at] ?? Number.NaN;
    return sum / heads;
  });
}

/** Values of a tile's sequence, class token first, as maps of `stages` in image order. */
function placeSequence(
  run: FinishedRun,
  kind: BlockKind,
  tile: number,
  sequence: Float32Array,
  stages: readonly TokenStage[],
): readonly TokenMap[] {
  const patches = sequence.slice(1);
  const { grid } = run.model;
  const carried = Float32Array.from({ length: grid.shuffledCount }, (_, token) =>
    patchesOfShuffledToken(token, grid).reduce((sum, patch) => sum + (patches[patch] ?? Number.NaN), 0),
  );
  return stages
    .filter((stage) => run.tensors.all(stage) !== undefined)
    .map((stage) => {
      const isShuffled = stage === 'shuffled' || stage === 'tokens';
      const side = gridSideOf(isShuffled ? 'shuffled' : 'patch', grid);
      return {
        runId: run.runId,
        tile,
        stage,
        kind,
        rows: side,
        columns: side,
        components: 1,
        unit: units[kind],
        values: isShuffled ? carried : patches,
        classToken: stage === 'selected' ? sequence.slice(0, 1) : null,
        explainedVariance: null,
      };
    });
}
