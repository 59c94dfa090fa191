import { readFileSync } from 'node:fs';
import { activationReferences } from '#tensor/activation.reference.ts';
import type { Activation } from '#tensor/activation.ts';
import type { Header } from './safetensors-files.ts';

/** The layers of a connector by loops in double precision, on the weights of its own file. */
export interface ConnectorLayers {
  /** [tokens, 4C]; the input itself where there is no LayerNorm. */
  readonly normed: Float64Array;
  /** [tokens, H] before and after the activation. */
  readonly hidden: Float64Array;
  readonly activated: Float64Array;
  /** [tokens, D] */
  readonly output: Float64Array;
}

/** Names of weights without `.weight` and `.bias`, and what follows the first linear layer: GELU where nothing is said. */
export interface ConnectorNames {
  readonly norm: string | null;
  readonly first: string;
  readonly second: string;
  readonly activation?: Activation;
}

interface Layer {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Reads the weights named, which are in BF16, and returns what computes [tokens, 4C] with them. */
export function readConnector(path: string, names: ConnectorNames): (input: ArrayLike<number>) => ConnectorLayers {
  const file = readFileSync(path);
  const dataStart = 8 + Number(file.readBigUInt64LE());
  const header: Header = JSON.parse(file.toString('utf8', 8, dataStart));
  const read = (name: string): Float32Array => {
    const { dtype, data_offsets: [start, end] = [0, 0] } = header[name] ?? {};
    if (dtype !== 'BF16') throw new Error(`${name} is ${dtype}`);
    const words = Uint32Array.from(
      { length: (end - start) / 2 },
      (_, at) => file.readUInt16LE(dataStart + start + 2 * at) << 16,
    );
    return new Float32Array(words.buffer);
  };
  const layerOf = (name: string): Layer => ({ weight: read(`${name}.weight`), bias: read(`${name}.bias`) });
  const norm = names.norm === null ? null : layerOf(names.norm);
  const first = layerOf(names.first);
  const second = layerOf(names.second);
  return (input) => {
    const width = first.weight.length / first.bias.length;
    const normed = norm ? normalize(input, width, norm) : Float64Array.from(input);
    const hidden = multiply(normed, width, first);
    const activated = hidden.map(activationReferences[names.activation ?? 'gelu']);
    return { normed, hidden, activated, output: multiply(activated, first.bias.length, second) };
  };
}

/** LayerNorm over rows of `width`, epsilon 1e-5. */
function normalize(input: ArrayLike<number>, width: number, { weight, bias }: Layer): Float64Array {
  const output = new Float64Array(input.length);
  for (let start = 0; start < input.length; start += width) {
    let mean = 0;
    for (let at = 0; at < width; at++) mean += (input[start + at] ?? Number.NaN) / width;
    let variance = 0;
    for (let at = 0; at < width; at++) variance += ((input[start + at] ?? Number.NaN) - mean) ** 2 / width;
    for (let at = 0; at < width; at++) {
      const value = ((input[start + at] ?? Number.NaN) - mean) / Math.sqrt(variance + 1e-5);
      output[start + at] = value * (weight[at] ?? Number.NaN) + (bias[at] ?? Number.NaN);
    }
  }
  return output;
}

/** Rows of `width` times the transpose of `weight` [outputs, width], plus `bias`. */
function multiply(input: Float64Array, width: number, { weight, bias }: Layer): Float64Array {
  const rows = input.length / width;
  const output = new Float64Array(rows * bias.length);
  for (let row = 0; row < rows; row++) {
    for (let out = 0; out < bias.length; out++) {
      let sum = bias[out] ?? Number.NaN;
      for (let at = 0; at < width; at++) {
        sum += (input[row * width + at] ?? Number.NaN) * (weight[out * width + at] ?? Number.NaN);
      }
      output[row * bias.length + out] = sum;
    }
  }
  return output;
}

/** How far the output of one row moves when one quarter of it is 0, over the output's norm: [4]. */
export function shareOfBlocks(
  compute: (input: ArrayLike<number>) => ConnectorLayers,
  row: Float32Array,
): readonly number[] {
  const { output: whole } = compute(row);
  const norm = Math.hypot(...whole);
  return [0, 1, 2, 3].map((block) => {
    const without = row.slice().fill(0, (block * row.length) / 4, ((block + 1) * row.length) / 4);
    const { output } = compute(without);
    return Math.hypot(...output.map((value, at) => value - (whole[at] ?? Number.NaN))) / norm;
  });
}
