import { TokenLensError } from '#errors.ts';
import { elementCount } from '#tensor/shape.ts';
import type { ExternalWeight } from './graph-builder.ts';
import { toHalf } from './half.ts';
import { quantizationBlockSize, quantizedSizes } from './precision.ts';
import { isTransposedInGraph } from './vision-graph.ts';

/** Rows and columns of the square that is transposed at a time: two of them lie in a first-level cache. */
const transposeTile = 32;

/** A weight of the graph with its bytes. */
export interface PackedWeight {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * What one weight of the checkpoint becomes in the graph: itself, or the values and factors of a rounded matrix.
 *
 * @param slots the graph's weights that are made from it
 * @param values torch layout, f32
 * @throws TokenLensError `shape-mismatch`
 */
export function packSlots(slots: readonly ExternalWeight[], values: Float32Array): readonly PackedWeight[] {
  const rounded = slots.find(({ dtype }) => dtype === 'uint8');
  if (rounded === undefined) {
    return slots.map((slot) => {
      const bytes = new Uint8Array(slot.byteLength);
      packWeight(slot, values, bytes);
      return { name: slot.name, bytes };
    });
  }
  const [outputs = 0, , blockByteLength = 0] = rounded.shape;
  const bits = (blockByteLength * 8) / quantizationBlockSize === 4 ? 4 : 8;
  const matrix = quantizeMatrix(rounded.name, values, outputs, values.length / outputs, bits);
  return slots.map(({ name }) => ({
    name,
    bytes: name === rounded.name ? matrix.values : new Uint8Array(matrix.scales.buffer),
  }));
}

/**
 * Writes one weight as the graph wants it.
 *
 * @param slot f32 or f16, in the graph's shape
 * @param values torch layout, f32; linear weights [out, in] are transposed to [in, out]
 * @param target `slot.byteLength` bytes, aligned to 4
 * @throws TokenLensError `shape-mismatch` when the number of values is not the slot's.
 */
export function packWeight(slot: ExternalWeight, values: Float32Array, target: Uint8Array): void {
  requireCount(slot.name, slot.shape, values);
  const [inputs, outputs] = slot.shape;
  const isTransposed = isTransposedInGraph(slot.name) && inputs !== undefined && outputs !== undefined;
  if (slot.dtype === 'float32') {
    const floats = new Float32Array(target.buffer, target.byteOffset, values.length);
    if (isTransposed) transpose(values, floats, outputs, inputs);
    else floats.set(values);
    return;
  }
  const halves = new Uint16Array(target.buffer, target.byteOffset, values.length);
  const rounded = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) rounded[index] = toHalf(values[index] ?? Number.NaN);
  if (isTransposed) transpose(rounded, halves, outputs, inputs);
  else halves.set(rounded);
}

/** [rows, columns] → [columns, rows], both row-major. */
function transpose<Values extends Float32Array | Uint16Array>(
  from: Values,
  to: Values,
  rows: number,
  columns: number,
): void {
  for (let top = 0; top < rows; top += transposeTile) {
    const bottom = Math.min(top + transposeTile, rows);
    for (let left = 0; left < columns; left += transposeTile) {
      const right = Math.min(left + transposeTile, columns);
      for (let column = left; column < right; column++) {
        for (let row = top; row < bottom; row++) to[column * rows + row] = from[row * columns + column] ?? Number.NaN;
      }
    }
  }
}

/** A rounded matrix as MatMulNBits takes it. */
export interface QuantizedMatrix {
  /** [outputs, blocks, bytes of a block], the value of an even place in the lower half of a byte where it has 4 bits. */
  readonly values: Uint8Array<ArrayBuffer>;
  /** [outputs * blocks] f32 */
  readonly scales: Float32Array<ArrayBuffer>;
}

/**
 * Rounds a matrix to `bits`, symmetrically around zero, with one factor for 32 neighbours of a row: the one that takes
 * the value of largest magnitude to the end of the range, which reaches one step farther below zero than above.
 *
 * @param values [outputs, inputs] f32
 * Source: com.microsoft.MatMulNBits without zero points, ContribOperators.md of onnxruntime; the choice of the factor is
 * that of its `MlasQuantizeBlockwise` for symmetric values.
 * @throws TokenLensError `shape-mismatch`
 */
export function quantizeMatrix(
  name: string,
  values: Float32Array,
  outputs: number,
  inputs: number,
  bits: 4 | 8,
): QuantizedMatrix {
  requireCount(name, [outputs, inputs], values);
  const sizes = quantizedSizes(outputs, inputs, bits);
  const packed = new Uint8Array(elementCount(sizes.values));
  const scales = new Float32Array(elementCount(sizes.scales));
  const zero = 1 << (bits - 1);
  const most = 2 * zero - 1;
  if (bits === 4) packed.fill(zero | (zero << 4));
  else packed.fill(zero);
  for (let block = 0; block < scales.length; block++) {
    const first = (block % sizes.blocks) * quantizationBlockSize;
    const count = Math.min(quantizationBlockSize, inputs - first);
    const start = Math.floor(block / sizes.blocks) * inputs + first;
    let largest = 0;
    for (let index = start; index < start + count; index++) {
      const value = values[index] ?? Number.NaN;
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    const scale = largest === 0 ? 0 : Math.fround(largest / -zero);
    scales[block] = scale;
    const inverse = scale === 0 ? 0 : 1 / scale;
    const target = block * sizes.blockByteLength;
    for (let place = 0; place < count; place++) {
      const rounded = Math.round((values[start + place] ?? Number.NaN) * inverse) + zero;
      const level = Math.min(most, Math.max(0, rounded));
      if (bits === 8) packed[target + place] = level;
      else {
        const byte = target + (place >> 1);
        const other = packed[byte] ?? 0;
        packed[byte] = place % 2 === 0 ? (other & 0xf0) | level : (other & 0x0f) | (level << 4);
      }
    }
  }
  return { values: packed, scales };
}

function requireCount(what: string, shape: readonly number[], values: Float32Array): void {
  if (values.length === elementCount(shape)) return;
  const details = { what, actual: values.length, expected: shape.join(', ') };
  throw new TokenLensError('shape-mismatch', 'graph', details);
}
