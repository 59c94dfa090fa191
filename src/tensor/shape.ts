/** Sizes of a row-major tensor, outermost first. */
export type Shape = readonly number[];

/** Number of elements of a tensor of `shape`; 1 for a scalar. */
export function elementCount(shape: Shape): number {
  return shape.reduce((count, size) => count * size, 1);
}

/** Bytes of an f32 tensor of `shape`. */
export function float32ByteLength(shape: Shape): number {
  return elementCount(shape) * Float32Array.BYTES_PER_ELEMENT;
}

/** Whether two shapes have the same rank and sizes. */
export function shapesEqual(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
