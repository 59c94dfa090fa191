import { encodeAttentionColumns, planAttentionColumns } from '#analysis/attention-columns/attention-columns.ts';
import { encodeAttentionLogSum, planAttentionLogSum } from '#analysis/attention-log-sum/attention-log-sum.ts';
import {
  encodeRolloutMatrix,
  encodeRolloutStep,
  planAttentionRollout,
} from '#analysis/attention-rollout/attention-rollout.ts';
import type { HeadFusion } from '#analysis/attention-rollout/head-fusion.ts';
import { encodeAttentionRows, planAttentionRows } from '#analysis/attention-rows/attention-rows.ts';
import { packSelection } from '#analysis/selection.ts';
import { TokenLensError } from '#errors.ts';
import { createTensor, readTensor, uploadTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { runTimedPass } from '#gpu/timing.ts';
import { hiddenStateName } from '#onnx/vision-graph.ts';
import { blockCountOf, type TokenGrid } from '#tensor/grid.ts';
import { float32ByteLength } from '#tensor/shape.ts';
import type { BlockInspector, QueryAndKey } from './block-inspector.ts';
import type { AttentionDirection } from './protocol.ts';
import type { FinishedRun } from './run.ts';

/** Attention of one selection in one block: every head's values of every token. */
export interface AttentionOfSelection {
  /** [heads, tokens]; of several selected tokens (the patches of a shuffled one) the mean. */
  readonly values: Float32Array;
  readonly heads: number;
}

/** What of a run is looked into. */
type InspectedRun = Pick<FinishedRun, 'model' | 'encoderOutputs'>;

interface BlockOfRun {
  readonly run: InspectedRun;
  readonly tile: number;
  /** From 1. */
  readonly layer: number;
}

/** What inspecting a run's blocks takes: the run, and the weights of its model. */
export interface AttentionContext {
  readonly gpu: Gpu;
  readonly inspector: Pick<BlockInspector, 'queryAndKey'>;
}

/** What of a model the memory for looking into it depends on. */
export interface InspectedSizes {
  readonly heads: number;
  readonly hiddenSize: number;
  readonly grid: TokenGrid;
}

/**
 * Bytes of GPU memory that `computeAttention` and `computeRollout` take at most while they work: queries and keys of one
 * block at a time, log sums, and either a rollout's matrix or the columns of a shuffled token's patches. Blocks come one after
 * the other, so that their number does not count. What onnxruntime needs between its three nodes is its own.
 */
export function scratchByteLengthOf({ heads, hiddenSize, grid }: InspectedSizes): number {
  const [tokens, selected] = [grid.patchCount + 1, blockCountOf(grid)];
  const parts = float32ByteLength([tokens, 2 * hiddenSize]) + float32ByteLength([heads, tokens]);
  const rollout = float32ByteLength([tokens, tokens]) + 2 * float32ByteLength([tokens]);
  // Once as the output, once where it is read back.
  const columns = 2 * float32ByteLength([selected, heads, tokens]) + float32ByteLength([1 + selected]);
  return parts + Math.max(rollout, columns);
}

/**
 * Attention from or to `rows` in block `layer`, each head by itself.
 *
 * @param rows tokens of the tile's sequence, 0: the class token
 * @returns from: softmax rows, what the selected tokens look at; to: how much every token looks at the selected ones
 * @throws TokenLensError of the checkpoint, encoder and analysis stages.
 */
export async function computeAttention(
  { gpu, inspector }: AttentionContext,
  block: BlockOfRun,
  rows: readonly number[],
  direction: AttentionDirection,
): Promise<AttentionOfSelection> {
  const heads = requireHeads(block.run);
  const parts = await queriesAndKeys(inspector, block);
  const scratch: GpuTensor[] = [];
  const make = (label: string, shape: readonly number[]) => {
    const tensor = createTensor(gpu, label, shape);
    scratch.push(tensor);
    return tensor;
  };
  try {
    const spec = specOf(parts, heads);
    const packed = new Float32Array(packSelection(rows, spec.tokens).buffer);
    const selection = uploadTensor(gpu, 'selected tokens', [packed.length], packed);
    scratch.push(selection);
    let output: GpuTensor;
    if (direction === 'from') {
      const plan = planAttentionRows({ ...spec, queries: rows.length }, gpu.device.limits);
      output = make('attention rows', plan.outputShape);
      await runTimedPass(gpu, 'attention rows', (pass) =>
        encodeAttentionRows(gpu, pass, plan, { ...parts, selection, output }),
      );
    } else {
      const logSumPlan = planAttentionLogSum(spec, gpu.device.limits);
      const plan = planAttentionColumns({ ...spec, keys: rows.length }, gpu.device.limits);
      const logSum = make('attention log sum', logSumPlan.outputShape);
      output = make('attention columns', plan.outputShape);
      await runTimedPass(gpu, 'attention columns', (pass) => {
        encodeAttentionLogSum(gpu, pass, logSumPlan, { ...parts, output: logSum });
        encodeAttentionColumns(gpu, pass, plan, { ...parts, selection, logSum, output });
      });
    }
    return { values: meanOfSelected(await readTensor(gpu, output), rows.length), heads };
  } finally {
    parts.dispose();
    for (const { buffer } of scratch) buffer.destroy();
  }
}

export interface RolloutRequest {
  readonly run: InspectedRun;
  readonly tile: number;
  /** Rolled out through blocks 1 to this one. */
  readonly layer: number;
  readonly fusion: HeadFusion;
  readonly discardRatio: number;
}

/**
 * Attention rollout: what reaches the selected tokens through blocks `layer` to 1, residual connections counted.
 *
 * @param rows tokens of the tile's sequence; of several the mean
 * @returns [tokens], which sum to 1
 * @throws TokenLensError of the checkpoint, encoder and analysis stages.
 */
export async function computeRollout(
  { gpu, inspector }: AttentionContext,
  { run, tile, layer, fusion, discardRatio }: RolloutRequest,
  rows: readonly number[],
): Promise<Float32Array> {
  const heads = requireHeads(run);
  const tokens = run.model.grid.patchCount + 1;
  const start = new Float32Array(tokens);
  for (const row of rows) start[row] = 1 / rows.length;
  let row = uploadTensor(gpu, 'rollout row', [tokens], start);
  try {
    // From the last block down: a row vector times the product of all matrices, one matrix at a time.
    for (let block = layer; block >= 1; block--) {
      const parts = await queriesAndKeys(inspector, { run, tile, layer: block });
      const spec = specOf(parts, heads);
      const logSumPlan = planAttentionLogSum(spec, gpu.device.limits);
      const plan = planAttentionRollout({ ...spec, fusion, discardRatio }, gpu.device.limits);
      const logSum = createTensor(gpu, 'attention log sum', logSumPlan.outputShape);
      const matrix = createTensor(gpu, 'rollout matrix', plan.matrixShape);
      const output = createTensor(gpu, 'rollout row', plan.rowShape);
      const input = row;
      try {
        await runTimedPass(gpu, 'attention rollout', (pass) => {
          encodeAttentionLogSum(gpu, pass, logSumPlan, { ...parts, output: logSum });
          encodeRolloutMatrix(gpu, pass, plan, { ...parts, logSum, matrix });
          encodeRolloutStep(gpu, pass, plan, { row: input, matrix, output });
        });
        row = output;
      } finally {
        input.buffer.destroy();
        logSum.buffer.destroy();
        matrix.buffer.destroy();
        parts.dispose();
      }
    }
    return await readTensor(gpu, row);
  } finally {
    row.buffer.destroy();
  }
}

async function queriesAndKeys(
  inspector: AttentionContext['inspector'],
  { run, tile, layer }: BlockOfRun,
): Promise<QueryAndKey> {
  const hidden = (await run.encoderOutputs.of(tile)).get(hiddenStateName(layer - 1));
  if (hidden === undefined) throw new Error(`the run has no hidden state ${layer - 1}`);
  return inspector.queryAndKey(layer, hidden);
}

function specOf({ query }: QueryAndKey, heads: number) {
  const [rows = 0, channels = 0] = query.shape;
  return { tokens: rows, heads, headSize: channels / heads };
}

function requireHeads({ model }: InspectedRun): number {
  if (model.heads !== null) return model.heads;
  const reason = 'an exported encoder keeps its attention to itself';
  throw new TokenLensError('tensor-unavailable', 'analysis', { tensor: 'attention', reason });
}

/** [selected, heads * tokens] → [heads * tokens] */
function meanOfSelected(values: Float32Array, selected: number): Float32Array {
  const size = values.length / selected;
  return Float32Array.from({ length: size }, (_, index) => {
    let sum = 0;
    for (let row = 0; row < selected; row++) sum += values[row * size + index] ?? Number.NaN;
    return sum / selected;
  });
}
