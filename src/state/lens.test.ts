import { describe, expect, test } from 'vitest';
import { publishedGrid } from '#tensor/grid.ts';
import { defaultLens, fitLens, mapRequestOf, shownLayerOf } from './lens.ts';

const sizes = { layers: 6, lastHiddenState: 6, heads: 3, hiddenSize: 192, grid: publishedGrid, selectedLayer: 6 };
/** With a norm behind the last block. */
const normed = { ...sizes, lastHiddenState: 7, selectedLayer: 7 };
const exported = {
  layers: null,
  lastHiddenState: null,
  heads: null,
  hiddenSize: null,
  grid: publishedGrid,
  selectedLayer: null,
};

describe('a lens fits the model', () => {
  test('what the model has stays, up to the last of it', () => {
    const lens = { ...defaultLens, layer: 6, head: 2, channel: 767 };
    expect(fitLens(lens, sizes)).toEqual(lens);
  });

  test('what the model does not have goes back to the default', () => {
    const lens = { ...defaultLens, layer: 7, head: 3, channel: 768 };
    expect(fitLens(lens, sizes)).toEqual(defaultLens);
    expect(fitLens(lens, normed).layer).toBe(7);
    expect(fitLens({ ...lens, layer: 8 }, normed).layer).toBeNull();
  });

  test('an exported encoder has no layers and no heads', () => {
    expect(fitLens({ ...defaultLens, layer: 1, head: 0 }, exported)).toEqual(defaultLens);
    expect(shownLayerOf('norm', { ...defaultLens, layer: 1 }, exported)).toBeNull();
  });
});

test('the layer on show is the one that goes on until another is chosen; block 1 stands in for the embeddings', () => {
  expect(shownLayerOf('norm', defaultLens, { ...sizes, selectedLayer: 5 })).toBe(5);
  expect(shownLayerOf('attention', defaultLens, { ...sizes, selectedLayer: 5 })).toBe(5);
  expect(shownLayerOf('norm', { ...defaultLens, layer: 0 }, sizes)).toBe(0);
  expect(shownLayerOf('attention', { ...defaultLens, layer: 0 }, sizes)).toBe(1);
});

test('the last block stands in for the norm behind it', () => {
  expect(shownLayerOf('norm', defaultLens, normed)).toBe(7);
  expect(shownLayerOf('attention', defaultLens, normed)).toBe(6);
  expect(shownLayerOf('attention', { ...defaultLens, layer: 6 }, normed)).toBe(6);
  expect(shownLayerOf('attention', { ...defaultLens, layer: 5 }, normed)).toBe(5);
});

test('a request names the block that is on show, and no head that the model does not have', () => {
  const report = { runId: 1, tiles: { columns: 2, rows: 1, count: 3 }, model: sizes } as Parameters<
    typeof mapRequestOf
  >[1];
  const selection = { kind: 'patch', tile: 0, index: 5 } as const;
  const view = { mapKind: 'attention', lens: { ...defaultLens, layer: 2, head: 9 }, selection, tile: 0 } as const;
  expect(mapRequestOf(view, report)).toEqual({
    runId: 1,
    kind: 'attention',
    selection,
    layer: 2,
    direction: 'from',
    head: 'mean',
  });
  expect(mapRequestOf({ ...view, mapKind: 'norm' }, report)).toEqual({ runId: 1, kind: 'norm', layer: 2, tiles: [0] });
  expect(mapRequestOf({ ...view, selection: null }, report)).toBeNull();
  const added = { runId: 1, kind: 'added', layer: 2, part: 'attention' };
  expect(mapRequestOf({ ...view, mapKind: 'added' }, report)).toEqual({ ...added, tiles: [0] });
  expect(mapRequestOf({ ...view, mapKind: 'added', tile: 'all' }, report)).toEqual({ ...added, tiles: [0, 1] });
});
