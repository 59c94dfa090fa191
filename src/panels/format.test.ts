import { expect, test } from 'vitest';
import {
  alignTexts,
  formatBytes,
  formatDuration,
  formatFileSize,
  formatFlops,
  formatGuess,
  formatParameters,
  formatPercent,
  formatRate,
  formatRatio,
  formatShape,
  formatShare,
  formatSmallShare,
  formatTimes,
  formatValue,
} from './format.ts';

test('numbers are written alike everywhere', () => {
  expect(formatValue(23.4149)).toBe('23.41');
  expect(formatValue(-0.25)).toBe('−0.2500');
  expect([8.314, 8.13, 7.81].map(formatValue)).toEqual(['8.314', '8.130', '7.810']);
  expect([-1, 0, 1, 0.99999].map(formatValue)).toEqual(['−1', '0', '1', '1.000']);
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

test('scores below one another end below one another', () => {
  expect(alignTexts([['−3.166', '−1.451'], ['12.34', '1.380'], []])).toEqual(['−3.166  −1.451', '12.34   1.380', '']);
});

test('sizes of files are decimal, to three digits', () => {
  const sizes = [
    0, 999, 1000, 65_536, 999_499, 999_500, 2_891_234, 608_024_576, 999_499_999, 999_500_000, 1.88e9, 17.25e9,
  ];
  expect(sizes.map(formatFileSize)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '65.5 kB',
    '999 kB',
    '1 MB',
    '2.89 MB',
    '608 MB',
    '999 MB',
    '1 GB',
    '1.88 GB',
    '17.3 GB',
  ]);
  expect(formatRate(12_345_678.9)).toBe('12.3 MB/s');
  expect(formatRate(0.4)).toBe('0 B/s');
});

test('a guessed time is coarse and never nothing', () => {
  const seconds = [0, 7, 8, 42, 54, 55, 89, 90, 3569, 3570, 4500, 7100, 36_000];
  expect(seconds.map(formatGuess)).toEqual([
    '5 s',
    '5 s',
    '10 s',
    '40 s',
    '55 s',
    '1 min',
    '1 min',
    '2 min',
    '59 min',
    '1 h',
    '1 h 20 min',
    '2 h',
    '10 h',
  ]);
});

test('progress is rounded down, an error to two digits', () => {
  expect([0, 0.419, 0.999, 1].map(formatPercent)).toEqual(['0 %', '41 %', '99 %', '100 %']);
  expect([0, 0.00079, 0.0213, 0.5].map(formatSmallShare)).toEqual(['0 %', '0.079 %', '2.1 %', '50 %']);
});
