import { type ConnectorPlan, createConnectorScratch, encodeConnector, planConnector } from '#connector/connector.ts';
import type { EncoderOutput, EncoderRun } from '#encoder/encoder-session.ts';
import { TokenLensError } from '#errors.ts';
import { createTensor, readTensor, uploadTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import { runTimedPass, type Timing } from '#gpu/timing.ts';
import { decodeImage } from '#image/decode.ts';
import { fetchImage, nameOfUrl } from '#image/fetch-image.ts';
import { encodeNormalize, imagenetNormalization, planNormalize } from '#image/normalize/normalize.ts';
import { createWholeImageTile, type Tile } from '#image/tile.ts';
import { encodeDropClassToken, planDropClassToken } from '#reduction/drop-class-token/drop-class-token.ts';
import { encodePixelShuffle, planPixelShuffle } from '#reduction/pixel-shuffle/pixel-shuffle.ts';
import { patchCount, patchGridSize, shuffledCount, tileSizePx } from '#tensor/grid.ts';
import type { Shape } from '#tensor/shape.ts';
import type { LoadedModel } from './load.ts';
import type { ImageReport, ModelReport, Progress, RunRequest, StageReport, TokenStage } from './protocol.ts';

/** A finished run: everything it computed, still on the device, until `dispose`. */
export interface FinishedRun {
  readonly runId: number;
  readonly model: ModelReport;
  readonly image: ImageReport;
  readonly tile: Tile;
  /** Hidden states and class-attention rows of the encoder, by their names in the graph. */
  readonly encoderOutputs: ReadonlyMap<string, EncoderOutput>;
  readonly hiddenStates: readonly string[];
  readonly classAttention: readonly string[];
  /** Tensors of the stages; `tokens` is absent without a connector. */
  readonly tensors: ReadonlyMap<TokenStage, GpuTensor>;
  readonly stages: readonly StageReport[];
  readonly preprocessing: Timing;
  readonly totalMs: number;
  dispose(): void;
}

export interface RunContext {
  readonly gpu: Gpu;
  readonly model: LoadedModel;
  readonly runId: number;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * Takes one image through every stage, in order: image → encoder → drop class token → pixel shuffle → connector. The
 * encoder's output stays where it is; kernels read it there.
 *
 * @throws TokenLensError of the stage that failed; nothing of an earlier run is touched.
 */
export async function runPipeline(request: RunRequest, context: RunContext): Promise<FinishedRun> {
  const { gpu, model, runId, onProgress } = context;
  const { limits } = gpu.device;
  const report = (phase: Progress['phase']) => onProgress({ operation: 'run', phase, fraction: null });
  const startMs = performance.now();
  /** What is freed when a later stage fails, or when the run is no longer wanted. */
  const owned: { destroy(): void }[] = [];
  const create = (label: string, shape: Shape) => {
    const tensor = createTensor(gpu, label, shape);
    owned.push(tensor.buffer);
    return tensor;
  };
  try {
    report('decoding');
    const { file, name } = await openImage(request);
    const decoded = await decodeImage(file, name);
    const image: ImageReport = { name, width: decoded.width, height: decoded.height };
    const tile = await createWholeImageTile(gpu, decoded);
    owned.push(tile.rgba.buffer);
    decoded.close();

    const normalize = planNormalize(tileSizePx, imagenetNormalization, limits);
    const pixelValues = create('pixel_values', normalize.outputShape);
    await runTimedPass(gpu, 'normalize', (pass) =>
      encodeNormalize(gpu, pass, normalize, { rgba: tile.rgba, pixelValues }),
    );
    const preprocessing: Timing = { elapsedMs: performance.now() - startMs, clock: 'wall' };

    report('encoding');
    const encoded = await runEncoder(context, pixelValues);
    owned.push({ destroy: encoded.dispose });
    const selected = placeOnGpu(gpu, encoded, model.selected, owned);
    checkEncoderOutput(selected.shape);
    const [, channels = 0] = selected.shape;

    report('reducing');
    const drop = planDropClassToken(selected.shape, limits);
    const dropped = create('dropped', drop.outputShape);
    const dropTiming = await runTimedPass(gpu, 'drop class token', (pass) =>
      encodeDropClassToken(gpu, pass, drop, { input: selected, output: dropped }),
    );
    const { psVersion, featureScale } = model.report;
    const grid = { rows: patchGridSize, columns: patchGridSize, channels };
    const shuffle = planPixelShuffle({ ...grid, psVersion, scale: featureScale }, limits);
    const shuffled = create('shuffled', shuffle.outputShape);
    const shuffleTiming = await runTimedPass(gpu, 'pixel shuffle', (pass) =>
      encodePixelShuffle(gpu, pass, shuffle, { input: dropped, output: shuffled }),
    );

    const finished: { stage: TokenStage; tensor: GpuTensor; timing: Timing }[] = [
      { stage: 'selected', tensor: selected, timing: encoded.timing },
      { stage: 'dropped', tensor: dropped, timing: dropTiming },
      { stage: 'shuffled', tensor: shuffled, timing: shuffleTiming },
    ];
    if (model.connector) {
      report('connecting');
      const { config, weights } = model.connector;
      const plan: ConnectorPlan = planConnector({ tokens: shuffledCount, ...config }, limits);
      const scratch = createConnectorScratch(gpu, plan);
      const tokens = create('tokens', plan.outputShape);
      const timing = await runTimedPass(gpu, 'connector', (pass) =>
        encodeConnector(gpu, pass, plan, { input: shuffled, weights, scratch, output: tokens }),
      );
      scratch.normed?.buffer.destroy();
      scratch.hidden.buffer.destroy();
      finished.push({ stage: 'tokens', tensor: tokens, timing });
    }

    return {
      runId,
      model: model.report.hiddenSize === null ? { ...model.report, hiddenSize: channels } : model.report,
      image,
      tile,
      encoderOutputs: encoded.outputs,
      hiddenStates: model.hiddenStates,
      classAttention: model.classAttention,
      tensors: new Map(finished.map(({ stage, tensor }) => [stage, tensor])),
      stages: finished.map(({ stage, tensor, timing }) => ({ stage, shape: tensor.shape, dtype: 'float32', timing })),
      preprocessing,
      totalMs: performance.now() - startMs,
      dispose: () => destroyAll(owned),
    };
  } catch (thrown) {
    destroyAll(owned);
    throw thrown;
  }
}

function destroyAll(owned: readonly { destroy(): void }[]): void {
  for (const resource of owned) resource.destroy();
}

async function openImage({ image, name }: RunRequest): Promise<{ file: Blob; name: string }> {
  if (typeof image === 'string') return { file: await fetchImage(image), name: name ?? nameOfUrl(image) };
  return { file: image, name: name ?? (image instanceof File ? image.name : 'image') };
}

/** Runs the encoder where it lives; WASM takes the pixel values from the worker's memory. */
async function runEncoder({ gpu, model }: RunContext, pixelValues: GpuTensor): Promise<EncoderRun> {
  const input = model.choice.backend === 'webgpu' ? pixelValues : await readTensor(gpu, pixelValues);
  return model.session.run(input, [1, ...pixelValues.shape], [...model.hiddenStates, ...model.classAttention]);
}

/** Output `name` of the encoder as [tokens, C] on the GPU: where it is already, or uploaded. */
function placeOnGpu(gpu: Gpu, run: EncoderRun, name: string, owned: { destroy(): void }[]): GpuTensor {
  const output = run.outputs.get(name);
  if (!output) throw new Error(`the encoder gave no ${name}`);
  if (output.location === 'gpu') return { ...output.tensor, shape: withoutBatch(output.tensor.shape) };
  const tensor = uploadTensor(gpu, name, withoutBatch(output.shape), output.values);
  owned.push(tensor.buffer);
  return tensor;
}

/** [1, tokens, C] as [tokens, C]; other shapes as they are. */
export function withoutBatch(shape: Shape): Shape {
  return shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
}

/** An exported encoder may give anything; what the pipeline needs is a class token and 32x32 patches. */
function checkEncoderOutput(shape: Shape): void {
  if (shape.length === 2 && shape[0] === patchCount + 1) return;
  throw new TokenLensError('shape-mismatch', 'encoder', {
    what: 'The encoder output',
    actual: shape.join(', '),
    expected: `${patchCount + 1}, channels`,
  });
}
