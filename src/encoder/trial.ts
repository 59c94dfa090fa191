import { readTensor, uploadTensor } from '#gpu/buffers.ts';
import { packWeight } from '#onnx/pack-weights.ts';
import {
  type AttentionForm,
  classAttentionName,
  hiddenStateName,
  type VisionGraphConfig,
  writeVisionGraph,
} from '#onnx/vision-graph.ts';
import { elementCount } from '#tensor/shape.ts';
import { encodeReference, type ReferenceOutputs } from './encoder.reference.ts';
import { createEncoderSession, type EncoderOutput, type EncoderTarget } from './encoder-session.ts';

/** A small encoder with its weights and pixels, and what plain arithmetic makes of them. */
export interface TrialInputs {
  readonly config: VisionGraphConfig;
  /** [3, S, S] f32 */
  readonly pixelValues: Float32Array;
  readonly weight: (name: string) => Float32Array;
  readonly expected: ReferenceOutputs;
}

/** Fixed pseudo-random weights and pixels, large enough for softmax to have peaks. */
export function createTrialInputs(config: VisionGraphConfig): TrialInputs {
  const next = createNumberSequence();
  const draw = (count: number, scale: number) => Float32Array.from({ length: count }, () => next() * scale);
  const weights = new Map(
    writeVisionGraph(config, 'matmul-softmax').weights.map(({ name, shape }) => {
      const [inputSize = 1] = shape;
      return [name, draw(elementCount(shape), shape.length === 2 ? 2 / Math.sqrt(inputSize) : 1)];
    }),
  );
  const weight = (name: string) => {
    const values = weights.get(name);
    if (!values) throw new Error(`the trial has no ${name}`);
    return values;
  };
  const pixelValues = draw(3 * config.imageSize ** 2, 1);
  return { config, pixelValues, weight, expected: encodeReference(config, weight, pixelValues) };
}

/**
 * Compiles and runs the small encoder on `target`.
 *
 * @returns the largest absolute difference of the last hidden state and the last class-attention rows to plain
 * arithmetic; NaN when any value is
 * @throws TokenLensError `session-failed`, `encoder-failed`.
 */
export async function measureTrialError(
  target: EncoderTarget,
  attention: AttentionForm,
  { config, pixelValues, weight, expected }: TrialInputs,
): Promise<number> {
  const graph = writeVisionGraph(config, attention);
  const block = new Float32Array(graph.weightsByteLength / Float32Array.BYTES_PER_ELEMENT);
  for (const slot of graph.weights) packWeight(slot, weight(slot.name), block);
  const session = await createEncoderSession({ model: graph.model, weights: new Uint8Array(block.buffer) }, target);
  try {
    const shape = [1, 3, config.imageSize, config.imageSize];
    const input =
      target.backend === 'webgpu' ? uploadTensor(target.gpu, 'trial pixels', shape, pixelValues) : pixelValues;
    const wanted = new Map([
      [hiddenStateName(config.layers), expected.hiddenStates.at(-1)],
      [classAttentionName(config.layers), expected.classAttention.at(-1)],
    ]);
    const run = await session.run(input, shape, [...wanted.keys()]);
    let maxAbsError = 0;
    for (const [name, values] of wanted) {
      const output = run.outputs.get(name);
      if (!output || !values) throw new Error(`the trial gave no ${name}`);
      maxAbsError = Math.max(maxAbsError, largestDifference(await readOutput(target, output), values));
    }
    run.dispose();
    if (!(input instanceof Float32Array)) input.buffer.destroy();
    return maxAbsError;
  } finally {
    await session.release();
  }
}

async function readOutput(target: EncoderTarget, output: EncoderOutput): Promise<Float32Array> {
  if (output.location === 'cpu') return output.values;
  if (target.backend === 'wasm') throw new Error('WASM left its output on a GPU');
  return readTensor(target.gpu, output.tensor);
}

/** NaN when any difference is. */
function largestDifference(actual: Float32Array, expected: Float64Array): number {
  return expected.reduce((largest, value, index) => Math.max(largest, Math.abs((actual[index] ?? NaN) - value)), 0);
}

/** Numbers in [-1, 1) from a linear congruential generator (Numerical Recipes): the same on every machine. */
export function createNumberSequence(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
