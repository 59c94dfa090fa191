import type { VisionGraphConfig } from '#onnx/vision-graph.ts';
import { activationReferences } from '#tensor/activation.reference.ts';
import { attentionReference, dotReference } from './attention.reference.ts';

/** Weights by canonical name, torch layout ([out, in] for linear ones), f32. */
export type ReferenceWeights = (name: string) => Float32Array;

/** What the plain encoder gives. */
export interface ReferenceOutputs {
  /** [layers + 1][tokens, C], embeddings first. */
  readonly hiddenStates: readonly Float64Array[];
  /** [layers][tokens, C]: the residual stream between the two halves of a block. */
  readonly afterAttention: readonly Float64Array[];
  /** [layers][tokens, C]: what scores are made of, biased and normed. */
  readonly queries: readonly Float64Array[];
  readonly keys: readonly Float64Array[];
  /** [layers][heads, tokens]: softmax rows of the class token. */
  readonly classAttention: readonly Float64Array[];
}

/**
 * The encoder in slow, obvious loops and double precision: what the probe holds a device against.
 *
 * @param pixelValues [3, S, S] f32
 * Source: InternVisionModel (modeling_intern_vit.py).
 */
export function encodeReference(
  config: VisionGraphConfig,
  weight: ReferenceWeights,
  pixelValues: Float32Array,
): ReferenceOutputs {
  const { hiddenSize: channels, imageSize, patchSize, layers, heads, intermediateSize } = config;
  const side = imageSize / patchSize;
  const tokens = side * side + 1;
  const headSize = channels / heads;
  let hidden = embed();
  const hiddenStates = [hidden];
  const halves: Float64Array[] = [];
  const queries: Float64Array[] = [];
  const keys: Float64Array[] = [];
  const classAttention: Float64Array[] = [];
  for (let block = 0; block < layers; block++) {
    hidden = runBlock(`blocks.${block}`, hidden);
    hiddenStates.push(hidden);
  }
  return { hiddenStates, afterAttention: halves, queries, keys, classAttention };

  function embed(): Float64Array {
    const patchValues = 3 * patchSize * patchSize;
    const patches = new Float64Array((tokens - 1) * patchValues);
    let next = 0;
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        for (let channel = 0; channel < 3; channel++) {
          for (let y = 0; y < patchSize; y++) {
            for (let x = 0; x < patchSize; x++) {
              const pixel = (channel * imageSize + row * patchSize + y) * imageSize + column * patchSize + x;
              patches[next++] = at(pixelValues, pixel);
            }
          }
        }
      }
    }
    const embedded = linear(patches, 'embeddings.patch', patchValues, channels, true);
    const withClass = new Float64Array(tokens * channels);
    withClass.set(weight('embeddings.class'), 0);
    withClass.set(embedded, channels);
    return sum(withClass, weight('embeddings.position'));
  }

  function runBlock(name: string, input: Float64Array): Float64Array {
    const attended = attention(`${name}.attention`, norm(input, `${name}.norm1`));
    const afterAttention = sum(input, scaled(attended, weight(`${name}.scale1`)));
    halves.push(afterAttention);
    const wide = linear(norm(afterAttention, `${name}.norm2`), `${name}.mlp.fc1`, channels, intermediateSize, true);
    const narrow = linear(
      wide.map(activationReferences[config.activation]),
      `${name}.mlp.fc2`,
      intermediateSize,
      channels,
      true,
    );
    return sum(afterAttention, scaled(narrow, weight(`${name}.scale2`)));
  }

  function attention(name: string, input: Float64Array): Float64Array {
    const project = (which: string) => linear(input, `${name}.${which}`, channels, channels, config.qkvBias);
    const normalized = (values: Float64Array, which: string) =>
      config.qkNormalization ? rmsNorm(values, weight(`${name}.${which}.weight`), config.qkNormEps) : values;
    const query = normalized(project('q'), 'qNorm');
    const key = normalized(project('k'), 'kNorm');
    const value = project('v');
    queries.push(query);
    keys.push(key);
    const { mixed, firstRows } = attentionReference({ tokens, heads, headSize }, query, key, value);
    classAttention.push(firstRows);
    return linear(mixed, `${name}.out`, channels, channels, true);
  }

  function linear(input: Float64Array, name: string, inputSize: number, outputSize: number, hasBias: boolean) {
    const matrix = Float64Array.from(weight(`${name}.weight`));
    const bias = hasBias ? weight(`${name}.bias`) : null;
    const rows = input.length / inputSize;
    const output = new Float64Array(rows * outputSize);
    for (let row = 0; row < rows; row++) {
      for (let out = 0; out < outputSize; out++) {
        const product = dotReference(input, row * inputSize, matrix, out * inputSize, inputSize);
        output[row * outputSize + out] = product + (bias ? at(bias, out) : 0);
      }
    }
    return output;
  }

  function norm(input: Float64Array, name: string): Float64Array {
    const factors = weight(`${name}.weight`);
    if (config.normType === 'rms_norm') return rmsNorm(input, factors, config.layerNormEps);
    const bias = weight(`${name}.bias`);
    const centred = eachRow(input, (row) => {
      const mean = row.reduce((total, value) => total + value, 0) / row.length;
      return row.map((value) => value - mean);
    });
    return rmsNorm(centred, factors, config.layerNormEps).map((value, index) => value + at(bias, index % channels));
  }

  function rmsNorm(input: Float64Array, factors: Float32Array, epsilon: number): Float64Array {
    return eachRow(input, (row) => {
      const meanSquare = row.reduce((total, value) => total + value * value, 0) / row.length;
      const inverse = 1 / Math.sqrt(meanSquare + epsilon);
      return row.map((value, index) => value * inverse * at(factors, index));
    });
  }

  function eachRow(input: Float64Array, change: (row: Float64Array) => Float64Array): Float64Array {
    const output = new Float64Array(input.length);
    for (let start = 0; start < input.length; start += channels) {
      output.set(change(input.subarray(start, start + channels)), start);
    }
    return output;
  }

  function scaled(input: Float64Array, factors: Float32Array): Float64Array {
    return input.map((value, index) => value * at(factors, index % channels));
  }
}

function sum(a: Float64Array, b: Float64Array | Float32Array): Float64Array {
  return a.map((value, index) => value + at(b, index));
}

function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`index ${index} of ${values.length}`);
  return value;
}
