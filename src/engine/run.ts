import {
  type ConnectorPlan,
  type ConnectorScratch,
  createConnectorScratch,
  encodeConnector,
  planConnector,
} from '#connector/connector.ts';
import type { EncoderRun } from '#encoder/encoder-session.ts';
import { TokenLensError } from '#errors.ts';
import { createTensor, readTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { runTimedPass, type Timing } from '#gpu/timing.ts';
import { encodeDropClassToken, planDropClassToken } from '#reduction/drop-class-token/drop-class-token.ts';
import { encodePixelShuffle, planPixelShuffle } from '#reduction/pixel-shuffle/pixel-shuffle.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import { float32ByteLength, type Shape } from '#tensor/shape.ts';
import type { BlockInspector } from './block-inspector.ts';
import { byteLengthOf, EncoderOutputs } from './encoder-outputs.ts';
import type { FetchedRequest } from './fetch-source.ts';
import type { LoadedModel } from './load.ts';
import { placeOutput } from './place-output.ts';
import { normalizeTile, type PreparedTiles, prepareSource, releasePrepared } from './prepare.ts';
import { type ModelReport, type Progress, type StageReport, tokenStages } from './protocol.ts';
import { RunTensors, rowsOfTile } from './run-tensors.ts';
import { shuffleSpecOf } from './shuffle-spec.ts';

/** A finished run: everything it computed, still on the device, until `dispose`. */
export interface FinishedRun {
  readonly runId: number;
  readonly model: ModelReport;
  /** The image or the frames, as tiles on the device. */
  readonly prepared: PreparedTiles;
  readonly tensors: RunTensors;
  readonly encoderOutputs: EncoderOutputs;
  /** Computes what the encoder keeps to itself; null for an exported one. */
  readonly inspector: BlockInspector | null;
  /** null without one. Its weights are freed with the model. */
  readonly connector: LoadedModel['connector'];
  isModelReleased(): boolean;
  readonly hiddenStates: readonly string[];
  readonly classAttention: readonly string[];
  readonly stages: readonly StageReport[];
  readonly totalMs: number;
  /** Bytes that it holds now. */
  byteLength(): number;
  dispose(): void;
}

export interface RunContext {
  readonly gpu: Gpu;
  readonly model: LoadedModel;
  readonly runId: number;
  /** Bytes of the encoder's outputs that the run may keep. */
  readonly mostLayersByteLength: number;
  /** Whether the model has not run before: its shaders are still to be compiled. */
  readonly isFirstRun: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * Takes an image or a video through every stage, tile by tile: tiles → encoder → drop class token → pixel shuffle →
 * connector. The encoder's output stays where it is; kernels read it there.
 *
 * @throws TokenLensError of the stage that failed, `run-cancelled`; nothing of an earlier run is touched.
 */
export async function runPipeline(request: FetchedRequest, context: RunContext): Promise<FinishedRun> {
  const { gpu, model, signal, onProgress } = context;
  const startMs = performance.now();
  const { preprocessing: preprocessingDefault, grid } = model.report;
  const prepared = await prepareSource(request, { gpu, preprocessingDefault, grid, signal, onProgress });
  try {
    const finished = await runTiles(prepared, context);
    return { ...finished, totalMs: performance.now() - startMs };
  } catch (thrown) {
    releasePrepared(prepared);
    throw thrown;
  }
}

/** Takes prepared tiles through the stages behind them. */
async function runTiles(prepared: PreparedTiles, context: RunContext): Promise<Omit<FinishedRun, 'totalMs'>> {
  const { gpu, model, runId, signal, onProgress } = context;
  const { grid } = model.report;
  const { count } = prepared.tiles;
  const tensors = new RunTensors(gpu, count, grid);
  const pixelValues = createTensor(gpu, 'pixel_values', [3, grid.tileSizePx, grid.tileSizePx]);
  const encode = (tile: number, wanted: readonly string[]) =>
    encodeTile(context, prepared.rgba, tile, pixelValues, wanted);
  const everything = [...model.hiddenStates, ...model.classAttention];
  const encoderOutputs = new EncoderOutputs(encode, everything, context.mostLayersByteLength);
  const dispose = () => {
    prepared.rgba.buffer.destroy();
    pixelValues.buffer.destroy();
    tensors.dispose();
    encoderOutputs.dispose();
  };
  let reduce: Reduction | null = null;
  try {
    const timings = createTimings();
    let perTileByteLength = 0;
    for (let index = 0; index < count; index++) {
      await throwIfCancelled(signal);
      const report = (phase: Progress['phase'], done: number) =>
        onProgress({ operation: 'run', phase, fraction: (index + done) / count, tile: { index, count } });

      report(index === 0 && context.isFirstRun ? 'first-run' : 'encoding', 0);
      const isKept = encoderOutputs.hasRoomFor(perTileByteLength);
      const encoded = await encode(index, isKept ? everything : [model.selected]);
      if (isKept) {
        perTileByteLength = byteLengthOf(encoded);
        encoderOutputs.keep(index, encoded);
      }
      timings.add('selected', encoded.timing);
      try {
        const selected = placeOutput(gpu, encoded.outputs.get(model.selected));
        try {
          checkEncoderOutput(selected.tensor.shape, grid);
          report('reducing', 0.9);
          reduce ??= createReduction(context, tensors, selected.tensor.shape);
          tensors.store(index, selected.tensor);
          await reduce.run(index, selected.tensor, timings, () => report('connecting', 0.95));
        } finally {
          selected.release();
        }
      } finally {
        if (!isKept) encoded.dispose();
      }
    }

    const channels = tensors.all('selected')?.shape[1] ?? 0;
    return {
      runId,
      model: model.report.hiddenSize === null ? { ...model.report, hiddenSize: channels } : model.report,
      prepared,
      tensors,
      encoderOutputs,
      inspector: model.inspector,
      connector: model.connector,
      isModelReleased: model.isReleased,
      hiddenStates: model.hiddenStates,
      classAttention: model.classAttention,
      stages: reportStages(tensors, timings, grid),
      byteLength: () => tensors.byteLength + encoderOutputs.byteLength + float32ByteLength(prepared.rgba.shape),
      dispose,
    };
  } catch (thrown) {
    dispose();
    throw thrown;
  } finally {
    reduce?.dispose();
  }
}

/** Lets a message that says so arrive, and ends the run if it did. */
async function throwIfCancelled(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  if (signal.aborted) throw new TokenLensError('run-cancelled', 'engine');
}

/** Normalises one tile and runs the encoder where it lives; WASM takes the pixel values from the worker's memory. */
async function encodeTile(
  { gpu, model }: RunContext,
  rgba: GpuTensor,
  tile: number,
  pixelValues: GpuTensor,
  wanted: readonly string[],
): Promise<EncoderRun> {
  if (model.isReleased()) {
    const reason = `${model.report.name} is no longer loaded, and this tile was not kept`;
    throw new TokenLensError('tensor-unavailable', 'encoder', { tensor: 'hiddenState', reason });
  }
  await normalizeTile(gpu, model.normalization, rgba, tile, pixelValues);
  const input = model.choice.backend === 'webgpu' ? pixelValues : await readTensor(gpu, pixelValues);
  return model.session.run(input, [1, ...pixelValues.shape], wanted);
}

/** An exported encoder may give anything; what the pipeline needs is a class token and the patches of a tile. */
function checkEncoderOutput(shape: Shape, { patchCount }: TokenGrid): void {
  if (shape.length === 2 && shape[0] === patchCount + 1) return;
  throw new TokenLensError('shape-mismatch', 'encoder', {
    what: 'The encoder output',
    actual: shape.join(', '),
    expected: `${patchCount + 1}, channels`,
  });
}

/** The stages behind the encoder, planned once for all tiles. */
interface Reduction {
  run(tile: number, selected: GpuTensor, timings: Timings, onConnect: () => void): Promise<void>;
  /** Frees what is needed between the stages only. */
  dispose(): void;
}

function createReduction({ gpu, model }: RunContext, tensors: RunTensors, selectedShape: Shape): Reduction {
  const { limits } = gpu.device;
  const [, channels = 0] = selectedShape;
  const drop = planDropClassToken(selectedShape, limits);
  const shuffle = planPixelShuffle(shuffleSpecOf(model.report, channels), limits);
  tensors.allocate('selected', channels);
  tensors.allocate('dropped', drop.outputShape[1] ?? 0);
  tensors.allocate('shuffled', shuffle.outputShape[1] ?? 0);

  const { connector } = model;
  let connect: { plan: ConnectorPlan; scratch: ConnectorScratch } | null = null;
  if (connector) {
    const { config, weights } = connector;
    const plan = planConnector({ tokens: model.report.grid.shuffledCount, ...config, weights }, limits);
    tensors.allocate('tokens', plan.outputShape[1] ?? 0);
    connect = { plan, scratch: createConnectorScratch(gpu, plan) };
  }

  return {
    async run(tile, selected, timings, onConnect) {
      const dropped = tensors.slice('dropped', tile);
      timings.add(
        'dropped',
        await runTimedPass(gpu, 'drop class token', (pass) =>
          encodeDropClassToken(gpu, pass, drop, { input: selected, output: dropped }),
        ),
      );
      const shuffled = tensors.slice('shuffled', tile);
      timings.add(
        'shuffled',
        await runTimedPass(gpu, 'pixel shuffle', (pass) =>
          encodePixelShuffle(gpu, pass, shuffle, { input: dropped, output: shuffled }),
        ),
      );
      if (!connector || !connect) return;
      onConnect();
      const { plan, scratch } = connect;
      const bindings = { input: shuffled, weights: connector.weights, scratch, output: tensors.slice('tokens', tile) };
      timings.add('tokens', await runTimedPass(gpu, 'connector', (pass) => encodeConnector(gpu, pass, plan, bindings)));
    },
    dispose() {
      connect?.scratch.normed?.buffer.destroy();
      connect?.scratch.hidden.buffer.destroy();
    },
  };
}

/** The time of each stage over all tiles. */
interface Timings {
  add(stage: StageReport['stage'], timing: Timing): void;
  of(stage: StageReport['stage']): Timing | undefined;
}

function createTimings(): Timings {
  const sums = new Map<StageReport['stage'], Timing>();
  return {
    add(stage, { elapsedMs, clock }) {
      sums.set(stage, { elapsedMs: (sums.get(stage)?.elapsedMs ?? 0) + elapsedMs, clock });
    },
    of: (stage) => sums.get(stage),
  };
}

function reportStages(tensors: RunTensors, timings: Timings, grid: TokenGrid): readonly StageReport[] {
  return tokenStages.flatMap((stage) => {
    const timing = timings.of(stage);
    const channels = tensors.all(stage)?.shape[1];
    if (!timing || channels === undefined) return [];
    return [{ stage, shape: [rowsOfTile(stage, grid), channels], dtype: 'float32' as const, timing }];
  });
}
