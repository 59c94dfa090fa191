import { readTensor, uploadTensor } from '#gpu/buffers.ts';
import type { AttentionForm } from '#onnx/attention.ts';
import type { BuiltGraph } from '#onnx/graph-builder.ts';
import { packSlots } from '#onnx/pack-weights.ts';
import type { EncoderPrecision } from '#onnx/precision.ts';
import {
  classAttentionName,
  hiddenStateName,
  sourceOfWeight,
  type VisionGraphConfig,
  writeVisionGraph,
} from '#onnx/vision-graph.ts';
import { elementCount, type Shape } from '#tensor/shape.ts';
import { encodeReference } from './encoder.reference.ts';
import { createEncoderSession, type EncoderOutput, type EncoderTarget } from './encoder-session.ts';

export interface TrialResult {
  /** Largest absolute difference to plain arithmetic; NaN when any value is. */
  readonly maxAbsError: number;
  /** Compiling the shaders, running them and reading the result. */
  readonly elapsedMs: number;
}

/**
 * Compiles and runs a small graph on `target` and holds it against plain arithmetic.
 *
 * @throws TokenLensError `session-failed`, `encoder-failed`.
 */
export type Trial = (target: EncoderTarget, attention: AttentionForm) => Promise<TrialResult>;

/** A graph with its input, its weights by name in torch layout, and what each output should be. */
export interface TrialCase {
  readonly graph: BuiltGraph;
  readonly input: { readonly shape: Shape; readonly values: Float32Array };
  readonly weight: (name: string) => Float32Array;
  readonly expected: ReadonlyMap<string, Float64Array>;
}

/**
 * A small encoder with fixed pseudo-random weights and pixels, large enough for softmax to have peaks. `round` is what
 * `precision` does to a weight, for the plain arithmetic to do the same.
 */
export function createBlockTrial(
  config: VisionGraphConfig,
  precision: EncoderPrecision = 'float32',
  round: (name: string, values: Float32Array) => Float32Array = (_, values) => values,
): Trial {
  const next = createNumberSequence();
  const weights = new Map(
    writeVisionGraph(config, { attention: 'matmul-softmax', precision: 'float32' }).weights.map(({ name, shape }) => {
      const [inputSize = 1] = shape;
      return [name, drawValues(next, elementCount(shape), shape.length === 2 ? 2 / Math.sqrt(inputSize) : 1)];
    }),
  );
  const weight = (name: string) => {
    const values = weights.get(name);
    if (!values) throw new Error(`the trial has no ${name}`);
    return values;
  };
  const shape = [1, 3, config.imageSize, config.imageSize];
  const values = drawValues(next, elementCount(shape), 1);
  const { hiddenStates, classAttention } = encodeReference(config, (name) => round(name, weight(name)), values);
  const expected = new Map([
    [hiddenStateName(hiddenStates.length - 1), lastOf(hiddenStates)],
    [classAttentionName(config.layers), lastOf(classAttention)],
  ]);
  return (target, attention) =>
    runTrial(
      {
        graph: writeVisionGraph(config, { attention, precision }),
        input: { shape, values },
        weight,
        expected,
      },
      target,
    );
}

/**
 * Runs one case.
 *
 * @throws TokenLensError `session-failed`, `encoder-failed`.
 */
export async function runTrial(
  { graph, input, weight, expected }: TrialCase,
  target: EncoderTarget,
): Promise<TrialResult> {
  const weights = graph.weights.map(({ name, byteLength }) => ({
    name,
    byteLength,
    read() {
      const source = sourceOfWeight(name);
      const slots = graph.weights.filter((slot) => sourceOfWeight(slot.name) === source);
      return packSlots(slots, weight(source)).find((packed) => packed.name === name)?.bytes ?? new Uint8Array(0);
    },
  }));
  const session = await createEncoderSession({ model: graph.model, weights }, target);
  const startMs = performance.now();
  const uploaded =
    target.backend === 'webgpu' ? uploadTensor(target.gpu, 'trial input', input.shape, input.values) : null;
  try {
    const run = await session.run(uploaded ?? input.values, input.shape, [...expected.keys()]);
    let maxAbsError = 0;
    for (const [name, values] of expected) {
      const output = run.outputs.get(name);
      if (!output) throw new Error(`the trial gave no ${name}`);
      maxAbsError = Math.max(maxAbsError, largestDifference(await readOutput(target, output), values));
    }
    run.dispose();
    return { maxAbsError, elapsedMs: performance.now() - startMs };
  } finally {
    uploaded?.buffer.destroy();
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

function lastOf(values: readonly Float64Array[]): Float64Array {
  const last = values.at(-1);
  if (!last) throw new Error('the trial has no blocks');
  return last;
}

/** Numbers in [-1, 1) from a linear congruential generator (Numerical Recipes): the same on every machine. */
export function createNumberSequence(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** `count` numbers of a sequence in [-scale, scale). */
export function drawValues(next: () => number, count: number, scale: number): Float32Array {
  return Float32Array.from({ length: count }, () => next() * scale);
}
