import { describe, expect, test } from 'vitest';
import type { TokenMap } from '#engine/protocol.ts';
import { colourAt, divergingTable, gradientOf, parseColour, sequentialTable } from './colour-maps.ts';
import { paintMap, paintToken } from './paint-map.ts';

describe('colour tables', () => {
  test('begin and end with the published colours', () => {
    expect(colourAt(sequentialTable('viridis'), 0)).toEqual([68, 1, 84]);
    expect(colourAt(sequentialTable('viridis'), 1)).toEqual([253, 231, 37]);
    expect(colourAt(sequentialTable('magma'), 0)).toEqual([0, 0, 4]);
    expect(colourAt(sequentialTable('inferno'), 1)).toEqual([252, 255, 164]);
    expect(colourAt(sequentialTable('cividis'), 0)).toEqual([0, 32, 81]);
  });

  test('the diverging one is near white in the middle', () => {
    for (const channel of colourAt(divergingTable(), 0.5)) expect(channel).toBeGreaterThan(230);
  });

  test('both ways of writing a colour are read', () => {
    expect(parseColour('#440154')).toEqual([68, 1, 84]);
    expect(parseColour('rgb(0, 32, 81)')).toEqual([0, 32, 81]);
  });

  test('a gradient runs from the first colour to the last', () => {
    const gradient = gradientOf(sequentialTable('viridis'));
    expect(gradient.startsWith('linear-gradient(to right, rgb(68 1 84)')).toBe(true);
    expect(gradient.endsWith('rgb(253 231 37))')).toBe(true);
  });
});

function createMap(values: readonly number[], components: number): TokenMap {
  return {
    runId: 1,
    tile: 0,
    stage: 'dropped',
    kind: components === 1 ? 'norm' : 'pca',
    rows: 2,
    columns: 2,
    components,
    unit: '',
    values: Float32Array.from(values),
    classToken: null,
    explainedVariance: null,
  };
}

describe('paintMap', () => {
  test('gives each token the colour of its value, opaque, in row-major order', () => {
    const table = sequentialTable('viridis');
    const pixels = paintMap(createMap([10, 15, 20, 99], 1), [{ min: 10, max: 20 }], table);
    expect([...pixels.slice(0, 4)]).toEqual([68, 1, 84, 255]);
    expect([...pixels.slice(4, 8)]).toEqual([...colourAt(table, 0.5), 255]);
    expect([...pixels.slice(8, 12)]).toEqual([253, 231, 37, 255]);
    expect([...pixels.slice(12, 16)]).toEqual([253, 231, 37, 255]);
  });

  test('leaves a token without a number clear', () => {
    const pixels = paintMap(createMap([10, Number.NaN, 20, 20], 1), [{ min: 10, max: 20 }], sequentialTable('viridis'));
    expect([...pixels.slice(4, 8)]).toEqual([0, 0, 0, 0]);
    expect([...pixels.slice(8, 12)]).toEqual([253, 231, 37, 255]);
  });

  test('puts three scores into red, green and blue, each over its own range', () => {
    const values = [0, 10, -1, 1, 20, 0, 2, 30, 1, 4, 50, 3];
    const ranges = [
      { min: 0, max: 4 },
      { min: 10, max: 50 },
      { min: -1, max: 3 },
    ];
    const pixels = paintMap(createMap(values, 3), ranges, sequentialTable('viridis'));
    expect([...pixels.slice(0, 4)]).toEqual([0, 0, 0, 255]);
    expect([...pixels.slice(8, 12)]).toEqual([128, 128, 128, 255]);
    expect([...pixels.slice(12, 16)]).toEqual([255, 255, 255, 255]);
  });

  test('paints a lone token by the same rule', () => {
    expect(paintToken([72], [{ min: 18, max: 32 }], sequentialTable('viridis'))).toEqual([253, 231, 37]);
  });
});
