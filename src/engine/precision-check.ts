import type { EncoderPrecision, PrecisionCheck } from './protocol.ts';

/**
 * Half precision keeps 11 bits: InternViT stays within a few thousandths of f32. More than this is an overflow somewhere,
 * or sums that have lost their digits. Rounded matrices are meant to differ: their error is shown, not judged.
 */
const halfTolerance = 0.01;

/**
 * Holds what an encoder gave in `precision` against f32.
 *
 * @param actual the hidden state that goes on, [tokens, C] f32
 * @param expected the same in f32
 */
export function comparePrecision(
  precision: EncoderPrecision,
  actual: Float32Array,
  expected: Float32Array,
): PrecisionCheck {
  let areFinite = actual.length === expected.length;
  let maxAbsError = 0;
  let differenceSquared = 0;
  let expectedSquared = 0;
  for (const [index, value] of expected.entries()) {
    const given = actual[index] ?? Number.NaN;
    if (!Number.isFinite(given)) areFinite = false;
    const difference = given - value;
    maxAbsError = Math.max(maxAbsError, Math.abs(difference));
    differenceSquared += difference * difference;
    expectedSquared += value * value;
  }
  const relativeError = Math.sqrt(differenceSquared / expectedSquared);
  const tolerance = precision === 'float16' ? halfTolerance : null;
  // Written so that no number does not pass.
  const passed = areFinite && (tolerance === null || relativeError <= tolerance);
  return { precision, isFinite: areFinite, relativeError, maxAbsError, tolerance, passed };
}
