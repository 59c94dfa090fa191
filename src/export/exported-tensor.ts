import { TokenLensError } from '#errors.ts';
import { elementCount, type Shape } from '#tensor/shape.ts';

/** A tensor that leaves the app: `shape` f32, row-major. */
export interface ExportedTensor {
  readonly data: Float32Array;
  readonly shape: Shape;
}

/**
 * The bytes of a tensor, not copied. WebGPU and WASM are little-endian wherever they run, as both file formats are.
 *
 * @throws TokenLensError `invalid-argument`: the shape counts other than the values at hand
 */
export function bytesOf({ data, shape }: ExportedTensor): Uint8Array {
  if (elementCount(shape) !== data.length) {
    const expected = `the sizes of ${data.length} values`;
    throw new TokenLensError('invalid-argument', 'engine', {
      name: 'shape',
      actual: `[${shape.join(', ')}]`,
      expected,
    });
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
