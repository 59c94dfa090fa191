import { expect, test } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatFlops,
  formatParameters,
  formatRatio,
  formatShape,
  formatShare,
  formatTimes,
  formatValue,
} from './format.ts';

test('numbers are written alike everywhere', () => {
  expect(formatValue(23.4149)).toBe('23.41');
  expect(formatValue(-0.25)).toBe('−0.25');
  expect(formatValue(1)).toBe('1');
  expect(formatValue(Number.NaN)).toBe('NaN');
  expect(formatDuration(0.4123)).toBe('0.41 ms');
  expect(formatDuration(641.24)).toBe('641.2 ms');
  expect(formatDuration(13_400)).toBe('13.40 s');
  expect(formatParameters(304_012_288)).toBe('304.0 M');
  expect(formatParameters(6_525_288_448)).toBe('6.53 B');
  expect(formatParameters(4096)).toBe('4,096');
  expect(formatShare(0.3124)).toBe('31.2 %');
  expect(formatTimes(4 / 3)).toBe('1.33');
  expect(formatTimes(1)).toBe('1.00');
  expect(formatRatio(4.584)).toBe('4.58\u00a0:\u00a01');
  expect(formatBytes(1000)).toBe('1000 B');
  expect(formatBytes(8192)).toBe('8.0 KiB');
  expect(formatBytes(3 * 1024 ** 2)).toBe('3.0 MiB');
  expect(formatBytes(1.5 * 1024 ** 3)).toBe('1.5 GiB');
  expect(formatBytes(2048 * 1024 ** 4)).toBe('2048.0 TiB');
  expect(formatFlops(0)).toBe('0.00 FLOP');
  expect(formatFlops(640)).toBe('640 FLOP');
  expect(formatFlops(1e12)).toBe('1.00 TFLOP');
  expect(formatFlops(45.6549e12)).toBe('45.7 TFLOP');
  expect(formatFlops(999.4e9)).toBe('999 GFLOP');
  expect(formatFlops(999.5e9)).toBe('1.00 TFLOP');
  expect(formatFlops(2e24)).toBe('2000 ZFLOP');
  expect(formatShape([1025, 192])).toBe('[1025, 192]');
});
