import { reasonOf, TokenLensError } from '#errors.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import type { Timing } from '#gpu/timing.ts';
import { pixelValuesName } from '#onnx/vision-graph.ts';
import type { Shape } from '#tensor/shape.ts';
import { inTurn, ort } from './ort.ts';

/** A model as the session takes it: the protobuf, and the weights it refers to unless it holds its own. */
export interface EncoderModel {
  readonly model: Uint8Array;
  readonly weights?: readonly WeightSource[];
}

/** A weight outside of the protobuf. It is read once, while the session is created, in an order of onnxruntime's own. */
export interface WeightSource {
  readonly name: string;
  readonly byteLength: number;
  /** The weight as the graph wants it; copied before the next one is read, so that one buffer may serve all of them. */
  read(): Uint8Array;
}

/** One output of a run: on the GPU (WebGPU) or in the worker's memory (WASM). Valid until `dispose` of its run. */
export type EncoderOutput =
  | { readonly location: 'gpu'; readonly tensor: GpuTensor }
  | { readonly location: 'cpu'; readonly values: Float32Array; readonly shape: Shape };

export interface EncoderRun {
  readonly outputs: ReadonlyMap<string, EncoderOutput>;
  readonly timing: Timing;
  /** Frees the outputs. */
  dispose(): void;
}

/** An encoder ready to run, one tile at a time. */
export interface EncoderSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs one tile of [1, 3, S, S] f32 and keeps the outputs called `wanted`.
   *
   * @throws TokenLensError `encoder-failed`.
   */
  run(pixelValues: GpuTensor | Float32Array, pixelShape: Shape, wanted: readonly string[]): Promise<EncoderRun>;
  release(): Promise<void>;
}

/** Where a session computes: on a device of ours, or in WASM. */
export type EncoderTarget = { readonly backend: 'webgpu'; readonly gpu: Gpu } | { readonly backend: 'wasm' };

/** The one place that knows how onnxruntime is told which device to use. */
function providerFor(target: EncoderTarget): ort.InferenceSession.ExecutionProviderConfig {
  if (target.backend === 'wasm') return 'wasm';
  // The option exists since 1.23 but is missing from the published types.
  const provider: ort.InferenceSession.WebGpuExecutionProviderOption & { device: GPUDevice } = {
    name: 'webgpu',
    device: target.gpu.device,
  };
  return provider;
}

/**
 * Compiles `model` for `target`.
 *
 * @throws TokenLensError `session-failed`; what reading a weight throws.
 */
export function createEncoderSession(model: EncoderModel, target: EncoderTarget): Promise<EncoderSession> {
  return inTurn(async () => {
    const failures: unknown[] = [];
    const externalData = (model.weights ?? []).map((weight) => ({
      path: weight.name,
      data: new ReadOnDemand(weight, (thrown) => failures.push(thrown)),
    }));
    let session: ort.InferenceSession;
    try {
      session = await ort.InferenceSession.create(model.model, {
        executionProviders: [providerFor(target)],
        graphOptimizationLevel: 'all',
        externalData,
        ...(target.backend === 'webgpu' ? { preferredOutputLocation: 'gpu-buffer' } : { extra: keepWeightsAsTheyAre }),
      });
    } catch (cause) {
      // What the runtime makes of a weight that could not be read is an error without its reason.
      if (failures.length > 0) throw failures[0];
      const details = { backend: target.backend, reason: reasonOf(cause) };
      throw new TokenLensError('session-failed', 'encoder', details, { cause });
    }
    return wrapSession(session, target);
  });
}

/** Without this the WASM provider keeps a second, reordered copy of every matrix: 1.9 times the weights instead of 1.2. */
const keepWeightsAsTheyAre = { session: { disable_prepacking: '1' } };

/**
 * A weight in place of its bytes: onnxruntime-web asks for the length, then once for the part it needs, which is all of
 * it, and copies that. So no more than one weight has to be there in the graph's form at a time.
 */
class ReadOnDemand extends Uint8Array<ArrayBuffer> {
  readonly #weight: WeightSource;
  readonly #onFailure: (thrown: unknown) => void;

  constructor(weight: WeightSource, onFailure: (thrown: unknown) => void) {
    super(new ArrayBuffer(0));
    this.#weight = weight;
    this.#onFailure = onFailure;
  }

  override get byteLength(): number {
    return this.#weight.byteLength;
  }

  override subarray(): Uint8Array<ArrayBuffer> {
    try {
      return this.#weight.read() as Uint8Array<ArrayBuffer>;
    } catch (thrown) {
      this.#onFailure(thrown);
      throw thrown;
    }
  }
}

function wrapSession(session: ort.InferenceSession, target: EncoderTarget): EncoderSession {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: (pixelValues, pixelShape, wanted) =>
      inTurn(async () => {
        const inputName = session.inputNames[0] ?? pixelValuesName;
        const input = describeInput(pixelValues, pixelShape);
        try {
          const startMs = performance.now();
          const results = await session.run({ [inputName]: input }, [...wanted]);
          if (target.backend === 'webgpu') await target.gpu.device.queue.onSubmittedWorkDone();
          const timing: Timing = { elapsedMs: performance.now() - startMs, clock: 'wall' };
          const outputs = new Map(Object.entries(results).map(([name, tensor]) => [name, describeOutput(tensor)]));
          const dispose = () => {
            for (const tensor of Object.values(results)) tensor.dispose();
          };
          return { outputs, timing, dispose };
        } catch (cause) {
          const details = { backend: target.backend, reason: reasonOf(cause) };
          throw new TokenLensError('encoder-failed', 'encoder', details, { cause });
        }
      }),
    release: () => inTurn(() => session.release()),
  };
}

function describeInput(pixelValues: GpuTensor | Float32Array, shape: Shape): ort.Tensor {
  if (pixelValues instanceof Float32Array) return new ort.Tensor('float32', pixelValues, shape);
  return ort.Tensor.fromGpuBuffer(pixelValues.buffer, { dataType: 'float32', dims: [...shape] });
}

function describeOutput(tensor: ort.Tensor): EncoderOutput {
  if (tensor.location === 'gpu-buffer') {
    return { location: 'gpu', tensor: { buffer: tensor.gpuBuffer, shape: tensor.dims } };
  }
  const values = tensor.data;
  if (!(values instanceof Float32Array)) throw new TypeError(`output of type ${tensor.type} instead of float32`);
  return { location: 'cpu', values, shape: tensor.dims };
}
