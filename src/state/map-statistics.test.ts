import { expect, test } from 'vitest';
import {
  binOf,
  findOutliers,
  histogramOf,
  median,
  neighbourhood,
  rankOutliers,
  topK,
  topTokens,
} from './map-statistics.ts';

test('median is the middle, or lies between the two middles, and leaves the map alone', () => {
  const odd = Float32Array.of(9, 1, 30, 4, -2);
  expect(median(odd)).toBe(4);
  expect([...odd]).toEqual([9, 1, 30, 4, -2]);
  expect(median(Float32Array.of(10, 2, 9, 4))).toBe(6.5);
  expect(median(Float32Array.of(7))).toBe(7);
  expect(median(new Float32Array())).toBeNaN();
});

test('outliers lie above the factor times the median, not at it', () => {
  const norms = Float32Array.of(10, 51, 9, 10, 50, 11, 200);
  // The median is 11, so that 5 times it is 55.
  expect(findOutliers(norms, 5)).toEqual([{ index: 6, value: 200 }]);
  expect(findOutliers(norms, 4)).toEqual([
    { index: 1, value: 51 },
    { index: 4, value: 50 },
    { index: 6, value: 200 },
  ]);
  expect(findOutliers(Float32Array.of(1, 1, 5, 1), 5)).toEqual([]);
  expect(findOutliers(new Float32Array(), 5)).toEqual([]);
});

test('outliers of several tiles are held against the median of their own, the furthest first', () => {
  const maps = [
    { tile: 2, values: Float32Array.of(2, 9, 2, 10, 2) },
    { tile: 3, values: Float32Array.of(1, 1, 8, 1, 1) },
    { tile: 4, values: Float32Array.of(9, 10, 11, 12, 13) },
  ];
  expect(rankOutliers(maps)).toEqual([
    { tile: 3, index: 2, value: 8, times: 8 },
    { tile: 2, index: 3, value: 10, times: 5 },
    { tile: 2, index: 1, value: 9, times: 4.5 },
  ]);
  expect(rankOutliers(maps.slice(2))).toEqual([]);
});

test('topK gives the largest first, of equals the one before, and passes over what it is told to', () => {
  const cosines = Float32Array.of(0.5, 1, -1, 0.75, 0.5, 0.25);
  expect(topK(cosines, 3)).toEqual([
    { index: 1, value: 1 },
    { index: 3, value: 0.75 },
    { index: 0, value: 0.5 },
  ]);
  expect(topK(cosines, 2, [1, 0]).map(({ index }) => index)).toEqual([3, 4]);
  expect(topK(cosines, 9, new Set([1])).map(({ index }) => index)).toEqual([3, 0, 4, 5, 2]);
  expect(topK(cosines, 0)).toEqual([]);
});

test('topTokens ranks tiles together, of equals the tile before, and nothing that is no number', () => {
  const maps = [
    { tile: 2, values: Float32Array.of(0.5, Number.NaN, 0.25) },
    { tile: 3, values: Float32Array.of(0.75, 0.5, Number.NaN) },
  ];
  expect(topTokens(maps, 3)).toEqual([
    { tile: 3, index: 0, value: 0.75 },
    { tile: 2, index: 0, value: 0.5 },
    { tile: 3, index: 1, value: 0.5 },
  ]);
  expect(topTokens(maps, 20)).toHaveLength(4);
  expect(topTokens(maps, 0)).toEqual([]);
});

test('a histogram counts a border upwards, the end in the last bin, and nothing outside', () => {
  const values = Float32Array.of(0, 0.5, 1, 1.5, 2, 3.5, 4, -0.5, 4.5, Number.NaN);
  expect(histogramOf(values, 4, { min: 0, max: 4 })).toEqual([2, 2, 1, 2]);
  expect(histogramOf(values, 1, { min: 0, max: 4 })).toEqual([7]);
  const bins = [0, 0.99, 1, 4, 4.5, Number.NaN].map((value) => binOf(value, 4, { min: 0, max: 4 }));
  expect(bins).toEqual([0, 0, 1, 3, null, null]);
});

test('a range of one value is counted in the middle', () => {
  expect(histogramOf(Float32Array.of(3, 3, 4), 5, { min: 3, max: 3 })).toEqual([0, 0, 2, 0, 0]);
});

test('a neighbourhood is a square, cut off at the borders of the grid', () => {
  expect(neighbourhood(33, 1, 32)).toEqual([0, 1, 2, 32, 33, 34, 64, 65, 66]);
  expect(neighbourhood(0, 1, 4)).toEqual([0, 1, 4, 5]);
  expect(neighbourhood(7, 1, 4)).toEqual([2, 3, 6, 7, 10, 11]);
  expect(neighbourhood(15, 2, 4)).toEqual([5, 6, 7, 9, 10, 11, 13, 14, 15]);
  expect(neighbourhood(5, 0, 4)).toEqual([5]);
  expect(neighbourhood(5, 9, 4)).toHaveLength(16);
});
