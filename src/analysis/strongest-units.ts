/**
 * The `count` places of `values` [channels] furthest from 0, the furthest first and of equals the one before; what is no
 * number comes first, so that it is seen.
 */
export function strongestUnits(values: Float32Array, count: number): readonly number[] {
  const strengthOf = (unit: number) => {
    const value = values[unit] ?? Number.NaN;
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : Math.abs(value);
  };
  return [...values.keys()].sort((a, b) => strengthOf(b) - strengthOf(a) || a - b).slice(0, count);
}
