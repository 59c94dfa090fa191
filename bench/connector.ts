import { createConnectorScratch, encodeConnector, planConnector } from '#connector/connector.ts';
import { createEncoderSession } from '#encoder/encoder-session.ts';
import { createNumberSequence } from '#encoder/trial.ts';
import { createTensor, readTensor, uploadTensor, uploadWeight } from '#gpu/buffers.ts';
import { requestAdapter, requestGpu } from '#gpu/device.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor, WeightTensor } from '#gpu/kernel.ts';
import { type BuiltGraph, GraphBuilder } from '#onnx/graph-builder.ts';
import { packWeight } from '#onnx/pack-weights.ts';
import { encodeDropClassToken, planDropClassToken } from '#reduction/drop-class-token/drop-class-token.ts';
import { encodePixelShuffle, planPixelShuffle } from '#reduction/pixel-shuffle/pixel-shuffle.ts';
import { publishedGrid } from '#tensor/grid.ts';
import { elementCount, type Shape } from '#tensor/shape.ts';

const { patchCount, patchGridSize, shuffledCount, shuffledGridSize, shuffleFactor } = publishedGrid;

/** Sizes of a published connector: 4C → hidden → tokens. */
export interface ConnectorCase {
  readonly name: string;
  readonly channels: number;
  readonly hiddenSize: number;
  readonly outputSize: number;
  readonly layerNormEps: number | null;
}

/** Times of one case in ms, in the order in which they were taken, and how far the results lie apart. */
export interface ConnectorTimes {
  readonly kernelsMs: readonly number[];
  /** The same kernels on the same weights, stored as bf16. */
  readonly kernelsBf16Ms: readonly number[];
  readonly onnxruntimeMs: readonly number[];
  readonly maxAbsDifference: number;
  readonly maxAbsValue: number;
}

/**
 * Drop, shuffle and connector for one tile, by this app's kernels and as an ONNX graph on onnxruntime's WebGPU
 * provider: the same device, the same tokens and weights (values that bf16 holds, f32 for onnxruntime), all on the GPU;
 * they take turns, after one run each that is not counted. Wall clock from submission until the queue reports it done.
 */
export async function measureConnector(size: ConnectorCase, repetitions: number): Promise<ConnectorTimes> {
  const gpu = await requestGpu(await requestAdapter(), []);
  const { channels } = size;
  const draw = createNumberSequence();
  const weights = new Map(
    weightShapes(size).map(([name, shape]) => {
      const scale = shape.length === 2 ? 1 / Math.sqrt(shape[1] ?? 1) : 1;
      const drawn = Float32Array.from({ length: elementCount(shape) }, () => draw() * scale);
      const words = Uint16Array.from(new Uint32Array(drawn.buffer), (bits) => bits >>> 16);
      const values = new Float32Array(Uint32Array.from(words, (word) => word << 16).buffer);
      return [name, { shape, values, bf16: new Uint8Array(words.buffer) }];
    }),
  );
  const tokensShape = [1, patchCount + 1, channels];
  const tokens = Float32Array.from({ length: elementCount(tokensShape) }, draw);

  const graph = writeConnectorGraph(size);
  const sources = graph.weights.map((slot) => ({
    ...slot,
    read() {
      const packed = new Uint8Array(slot.byteLength);
      packWeight(slot, weights.get(slot.name)?.values ?? new Float32Array(), packed);
      return packed;
    },
  }));
  const session = await createEncoderSession({ model: graph.model, weights: sources }, { backend: 'webgpu', gpu });
  const input = uploadTensor(gpu, 'tokens', tokensShape.slice(1), tokens);
  const prepare = (dtype: 'f32' | 'bf16') => {
    const uploaded = [...weights].map(([name, { shape, values, bf16 }]) => {
      const bytes = dtype === 'bf16' ? bf16 : new Uint8Array(values.buffer);
      return [name, uploadWeight(gpu, name, shape, dtype, bytes)] as const;
    });
    return prepareKernels(gpu, size, new Map(uploaded), input);
  };
  const runKernels = prepare('f32');
  const runKernelsBf16 = prepare('bf16');

  const kernelsMs: number[] = [];
  const kernelsBf16Ms: number[] = [];
  const onnxruntimeMs: number[] = [];
  let difference = { maxAbsDifference: Number.NaN, maxAbsValue: Number.NaN };
  for (let repetition = 0; repetition <= repetitions; repetition++) {
    const ours = await runKernels();
    const oursBf16 = await runKernelsBf16();
    const theirs = await session.run(input, tokensShape, ['tokens']);
    if (repetition > 0) {
      kernelsMs.push(ours.elapsedMs);
      kernelsBf16Ms.push(oursBf16.elapsedMs);
      onnxruntimeMs.push(theirs.timing.elapsedMs);
    } else {
      const output = theirs.outputs.get('tokens');
      if (output?.location !== 'gpu') throw new Error('onnxruntime left its output elsewhere');
      const expected = await readTensor(gpu, output.tensor);
      const each = [await readTensor(gpu, ours.output), await readTensor(gpu, oursBf16.output)] as const;
      difference = compare(each, expected);
    }
    theirs.dispose();
  }
  await session.release();
  gpu.device.destroy();
  return { kernelsMs, kernelsBf16Ms, onnxruntimeMs, ...difference };
}

function prepareKernels(gpu: Gpu, size: ConnectorCase, weights: ReadonlyMap<string, WeightTensor>, input: GpuTensor) {
  const { limits } = gpu.device;
  const { channels, hiddenSize, outputSize, layerNormEps } = size;
  const drop = planDropClassToken(input.shape, limits);
  const grid = { rows: patchGridSize, columns: patchGridSize, channels, factor: shuffleFactor };
  const shuffle = planPixelShuffle({ ...grid, psVersion: 'v2', scale: 1 }, limits);
  const dropped = createTensor(gpu, 'dropped', drop.outputShape);
  const shuffled = createTensor(gpu, 'shuffled', shuffle.outputShape);
  const layer = (name: string) => ({ weight: required(`${name}.weight`), bias: required(`${name}.bias`) });
  const required = (name: string) => {
    const tensor = weights.get(name);
    if (!tensor) throw new Error(`no weight ${name}`);
    return tensor;
  };
  const layers = {
    norm: layerNormEps === null ? null : layer('connector.norm'),
    first: layer('connector.fc1'),
    second: layer('connector.fc2'),
  };
  const sizes = { tokens: shuffledCount, inputSize: 4 * channels, hiddenSize, outputSize, layerNormEps };
  const connector = planConnector({ ...sizes, activation: 'gelu', weights: layers }, limits);
  const scratch = createConnectorScratch(gpu, connector);
  const output = createTensor(gpu, 'tokens', connector.outputShape);
  return async () => {
    const commands = gpu.device.createCommandEncoder();
    const pass = commands.beginComputePass();
    encodeDropClassToken(gpu, pass, drop, { input, output: dropped });
    encodePixelShuffle(gpu, pass, shuffle, { input: dropped, output: shuffled });
    encodeConnector(gpu, pass, connector, { input: shuffled, weights: layers, scratch, output });
    pass.end();
    const startMs = performance.now();
    gpu.device.queue.submit([commands.finish()]);
    await gpu.device.queue.onSubmittedWorkDone();
    return { elapsedMs: performance.now() - startMs, output };
  };
}

function weightShapes({ channels, hiddenSize, outputSize, layerNormEps }: ConnectorCase): [string, Shape][] {
  const inputSize = 4 * channels;
  const norm: [string, Shape][] = [
    ['connector.norm.weight', [inputSize]],
    ['connector.norm.bias', [inputSize]],
  ];
  return [
    ...(layerNormEps === null ? [] : norm),
    ['connector.fc1.weight', [hiddenSize, inputSize]],
    ['connector.fc1.bias', [hiddenSize]],
    ['connector.fc2.weight', [outputSize, hiddenSize]],
    ['connector.fc2.bias', [outputSize]],
  ];
}

/** The same stages as ONNX nodes: [1, 1025, C] → [256, D]. */
function writeConnectorGraph({ channels, hiddenSize, outputSize, layerNormEps }: ConnectorCase): BuiltGraph {
  const graph = new GraphBuilder();
  const inputSize = 4 * channels;
  const input = graph.input('pixel_values', [1, patchCount + 1, channels]);
  const bounds = [graph.integers('start', [1]), graph.integers('end', [patchCount + 1]), graph.integers('axis', [1])];
  const dropped = graph.node('Slice', [input, ...bounds], 'dropped');
  const split = graph.integers('split_shape', [shuffledGridSize, 2, shuffledGridSize, 2, channels]);
  const ordered = graph.node('Transpose', [graph.node('Reshape', [dropped, split], 'split')], 'ordered', {
    perm: [0, 2, 1, 3, 4],
  });
  let tokens = graph.node('Reshape', [ordered, graph.integers('shape', [shuffledCount, inputSize])], 'shuffled');
  if (layerNormEps !== null) {
    const factors = [
      graph.weight('connector.norm.weight', [inputSize]),
      graph.weight('connector.norm.bias', [inputSize]),
    ];
    const attributes = { axis: -1, epsilon: { float: layerNormEps } };
    tokens = graph.node('LayerNormalization', [tokens, ...factors], 'normed', attributes);
  }
  const linear = (from: string, name: string, width: number, height: number, output: string) => {
    const product = graph.node('MatMul', [from, graph.weight(`${name}.weight`, [width, height])], `${name}.product`);
    return graph.node('Add', [product, graph.weight(`${name}.bias`, [height])], output);
  };
  const hidden = graph.microsoftNode(
    'Gelu',
    [linear(tokens, 'connector.fc1', inputSize, hiddenSize, 'wide')],
    'hidden',
  );
  graph.output(linear(hidden, 'connector.fc2', hiddenSize, outputSize, 'tokens'), [shuffledCount, outputSize]);
  return graph.build('connector');
}

/** How far any of `results` lies from `expected`. */
function compare(
  results: readonly Float32Array[],
  expected: Float32Array,
): { maxAbsDifference: number; maxAbsValue: number } {
  let maxAbsDifference = 0;
  let maxAbsValue = 0;
  for (const [index, value] of expected.entries()) {
    for (const result of results) {
      maxAbsDifference = Math.max(maxAbsDifference, Math.abs(value - (result[index] ?? Number.NaN)));
    }
    maxAbsValue = Math.max(maxAbsValue, Math.abs(value));
  }
  return { maxAbsDifference, maxAbsValue };
}
