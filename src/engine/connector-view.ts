import { encodeAblateBlocks, planAblateBlocks } from '#analysis/ablate-blocks/ablate-blocks.ts';
import { finishAblation } from '#analysis/ablate-blocks/finish-ablation.ts';
import { checkIndex } from '#analysis/check-index.ts';
import { strongestUnits } from '#analysis/strongest-units.ts';
import {
  createConnectorScratch,
  encodeConnector,
  encodeHidden,
  planBeforeActivation,
  planConnector,
} from '#connector/connector.ts';
import { encodeLinear } from '#connector/linear/linear.ts';
import { TokenLensError } from '#errors.ts';
import { createTensor, readTensor, uploadTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { runTimedPass } from '#gpu/timing.ts';
import { blockCountOf, rowOfShuffledCell, shuffledTokenOf, type TokenGrid, transposeGrid } from '#tensor/grid.ts';
import { checkSelection } from './check-selection.ts';
import type {
  ConnectorLayer,
  ConnectorMap,
  ConnectorMaps,
  ConnectorMapsRequest,
  ConnectorToken,
  Selection,
  TensorCopy,
} from './protocol.ts';
import { requireConnector } from './require-connector.ts';
import type { FinishedRun } from './run.ts';
import { measureChannel, measureNorms } from './token-values.ts';

/** What of a run it takes to look into its connector. */
export type ConnectorRun = Pick<FinishedRun, 'runId' | 'tensors' | 'connector' | 'isModelReleased'> & {
  readonly model: Pick<FinishedRun['model'], 'name' | 'psVersion' | 'grid'>;
};

const unitsListed = 10;

/**
 * Maps of what the connector computes on its way, of one tile in image order. The layers are computed anew and not kept.
 *
 * @throws TokenLensError `tensor-unavailable` without a connector or once its model is gone, `invalid-argument` for a
 * tile, unit or channel that does not exist, `gpu-limit-exceeded`.
 */
export async function computeConnectorMaps(
  gpu: Gpu,
  run: ConnectorRun,
  request: ConnectorMapsRequest,
): Promise<ConnectorMaps> {
  const { config } = requireConnector(run);
  const { tile, unit, channel } = request;
  checkIndex('tile', tile, run.tensors.tiles);
  if (unit !== undefined) checkIndex('unit', unit, config.hiddenSize);
  if (channel !== undefined) {
    if (config.layerNormEps === null) throw invalid('channel', channel, 'none: this connector has no LayerNorm');
    checkIndex('channel', channel, config.inputSize);
  }

  const { shuffledGridSize } = run.model.grid;
  return withLayers(gpu, run, tile, async (layers) => {
    const maps: ConnectorMap[] = [];
    for (const [layer, tensor] of layers) {
      const shown = layer === 'normed' ? channel : unit;
      const values = shown === undefined ? await measureNorms(gpu, tensor) : await measureChannel(gpu, tensor, shown);
      maps.push({
        layer,
        tile,
        shape: tensor.shape,
        rows: shuffledGridSize,
        columns: shuffledGridSize,
        components: 1,
        unit: shown === undefined ? 'L2 norm' : 'activation',
        channel: shown ?? null,
        values: run.model.psVersion === 'v1' ? transposeGrid(values, shuffledGridSize) : values,
      });
    }
    return { runId: run.runId, tile, maps, request };
  });
}

/**
 * One layer of the connector, of one tile, in the order of the tokens' tensor: [shuffled tokens, channels].
 *
 * @throws TokenLensError `tensor-unavailable` without a connector, for the LayerNorm of one that has none or once its
 * model is gone, `invalid-argument` for a tile that does not exist, `gpu-limit-exceeded`.
 */
export async function readConnectorLayer(
  gpu: Gpu,
  run: ConnectorRun,
  layer: ConnectorLayer,
  tile: number,
): Promise<TensorCopy> {
  const { config } = requireConnector(run);
  checkIndex('tile', tile, run.tensors.tiles);
  if (layer === 'normed' && config.layerNormEps === null) {
    const reason = 'this connector has no LayerNorm';
    throw new TokenLensError('tensor-unavailable', 'connector', { tensor: layer, reason });
  }
  return withLayers(gpu, run, tile, async (layers) => {
    const tensor = layers.get(layer);
    if (!tensor) throw new Error(`the connector has no layer ${layer}`);
    return { data: await readTensor(gpu, tensor), shape: tensor.shape, unit: 'activation' };
  });
}

/** Computes the layers of one tile anew, in their order, and lets them go after `use`. */
async function withLayers<Result>(
  gpu: Gpu,
  run: ConnectorRun,
  tile: number,
  use: (layers: ReadonlyMap<ConnectorLayer, GpuTensor>) => Promise<Result>,
): Promise<Result> {
  const { config, weights } = requireConnector(run);
  const { limits } = gpu.device;
  const { shuffledCount } = run.model.grid;
  const spec = { tokens: shuffledCount, ...config, weights };
  const plan = planConnector(spec, limits);
  const beforeActivation = planBeforeActivation(spec, limits);
  const input = run.tensors.slice('shuffled', tile);
  const scratch = createConnectorScratch(gpu, plan);
  const hidden = createTensor(gpu, 'connector before activation', beforeActivation.outputShape);
  try {
    await runTimedPass(gpu, 'connector layers', (pass) => {
      encodeHidden(gpu, pass, plan, { input, weights, scratch });
      encodeLinear(gpu, pass, beforeActivation, { input: scratch.normed ?? input, ...weights.first, output: hidden });
    });
    return await use(
      new Map([
        ...(scratch.normed ? [['normed', scratch.normed] as const] : []),
        ['hidden', hidden] as const,
        ['activated', scratch.hidden] as const,
      ]),
    );
  } finally {
    scratch.normed?.buffer.destroy();
    scratch.hidden.buffer.destroy();
    hidden.buffer.destroy();
  }
}

/**
 * The strongest hidden units of one token, and what each of its blocks does to the output: the token and the token
 * without each block go through the connector together.
 *
 * @throws TokenLensError `tensor-unavailable` without a connector or once its model is gone, `invalid-argument` for a
 * token that does not exist or the class token, `gpu-limit-exceeded`.
 */
export async function inspectConnectorToken(
  gpu: Gpu,
  run: ConnectorRun,
  selection: Selection,
): Promise<ConnectorToken> {
  const { config, weights } = requireConnector(run);
  const { tile } = selection;
  checkSelection(selection, run);
  const { psVersion, grid } = run.model;
  const index = connectorTokenOf(selection, grid);

  const { limits } = gpu.device;
  const shuffled = run.tensors.slice('shuffled', tile);
  const row = rowOfShuffledCell(index, psVersion, grid);
  const ablate = planAblateBlocks({ shape: shuffled.shape, blocks: blockCountOf(grid), row }, limits);
  const [tokens = 0] = ablate.outputShape;
  const plan = planConnector({ tokens, ...config, weights }, limits);
  const beforeActivation = planBeforeActivation({ tokens: 1, ...config, weights }, limits);
  const selected = uploadTensor(gpu, 'selected token', [1], new Float32Array(ablate.selection.buffer));
  const input = createTensor(gpu, 'token without its blocks', ablate.outputShape);
  const scratch = createConnectorScratch(gpu, plan);
  const hidden = createTensor(gpu, 'connector before activation', beforeActivation.outputShape);
  const output = createTensor(gpu, 'connector output', plan.outputShape);
  try {
    await runTimedPass(gpu, 'connector of one token', (pass) => {
      encodeAblateBlocks(gpu, pass, ablate, { input: shuffled, selection: selected, output: input });
      encodeConnector(gpu, pass, plan, { input, weights, scratch, output });
      encodeLinear(gpu, pass, beforeActivation, { input: scratch.normed ?? input, ...weights.first, output: hidden });
    });
    const before = await readTensor(gpu, hidden);
    const after = await readTensor(gpu, { ...scratch.hidden, shape: beforeActivation.outputShape });
    return {
      runId: run.runId,
      selection: { kind: 'shuffled', tile, index },
      units: strongestUnits(after, unitsListed).map((unit) => ({
        unit,
        before: before[unit] ?? Number.NaN,
        after: after[unit] ?? Number.NaN,
      })),
      blockShares: finishAblation(await readTensor(gpu, output), config.outputSize),
    };
  } finally {
    for (const tensor of [selected, input, scratch.normed, scratch.hidden, hidden, output]) tensor?.buffer.destroy();
  }
}

/** The shuffled token, in image order, that a selection stands for. */
function connectorTokenOf(selection: Selection, grid: TokenGrid): number {
  if (selection.kind === 'class') {
    throw invalid('selection', 'the class token', 'a token that reaches the connector');
  }
  return shuffledTokenOf(selection, grid);
}

function invalid(name: string, actual: string | number, expected: string): TokenLensError {
  return new TokenLensError('invalid-argument', 'connector', { name, actual, expected });
}
