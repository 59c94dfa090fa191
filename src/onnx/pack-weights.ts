import { TokenLensError } from '#errors.ts';
import { elementCount } from '#tensor/shape.ts';
import type { ExternalWeight } from './graph-builder.ts';
import { isTransposedInGraph } from './vision-graph.ts';

/** Rows and columns of the square that is transposed at a time: two of them lie in a first-level cache. */
const transposeTile = 32;

/**
 * Puts one weight where the graph expects it in the block of weights.
 *
 * @param slot where the graph wants it, and in which shape
 * @param values torch layout, f32; linear weights [out, in] are transposed to [in, out]
 * @param block the whole block, f32
 * @throws TokenLensError `shape-mismatch` when the number of values is not the slot's.
 */
export function packWeight(slot: ExternalWeight, values: Float32Array, block: Float32Array): void {
  const count = elementCount(slot.shape);
  if (values.length !== count) {
    throw new TokenLensError('shape-mismatch', 'graph', {
      what: slot.name,
      actual: values.length,
      expected: slot.shape.join(', '),
    });
  }
  const start = slot.byteOffset / Float32Array.BYTES_PER_ELEMENT;
  const target = block.subarray(start, start + count);
  const [inputSize, outputSize] = slot.shape;
  if (isTransposedInGraph(slot.name) && inputSize !== undefined && outputSize !== undefined) {
    transpose(values, target, outputSize, inputSize);
  } else {
    target.set(values);
  }
}

/** [rows, columns] → [columns, rows], both row-major. */
function transpose(from: Float32Array, to: Float32Array, rows: number, columns: number): void {
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
