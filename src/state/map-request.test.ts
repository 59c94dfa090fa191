import { describe, expect, test } from 'vitest';
import type { MapKind } from '#engine/protocol.ts';
import { createRunReport, demoModel } from '#testing/reports.ts';
import { defaultLens, type LensView, mapRequestOf, sameMapRequest } from './lens.ts';

const report = createRunReport(7);
const patch = { kind: 'patch', tile: 0, index: 137 } as const;
const view = (mapKind: MapKind, change: Partial<LensView> = {}): LensView => ({
  mapKind,
  lens: defaultLens,
  selection: patch,
  tile: 0,
  ...change,
});

describe('mapRequestOf', () => {
  test('asks for what the kind depends on, and for nothing else', () => {
    expect(mapRequestOf(view('norm'), report)).toEqual({ runId: 7, kind: 'norm' });
    expect(mapRequestOf(view('cosine'), report)).toEqual({ runId: 7, kind: 'cosine', selection: patch });
    const lens = { ...defaultLens, layer: 2, head: 1, direction: 'to', channel: 5 } as const;
    expect(mapRequestOf(view('attention', { lens }), report)).toEqual({
      runId: 7,
      kind: 'attention',
      selection: patch,
      layer: 2,
      direction: 'to',
      head: 1,
    });
    expect(mapRequestOf(view('channel', { lens }), report)).toEqual({
      runId: 7,
      kind: 'channel',
      layer: 2,
      tiles: [0],
      channel: 5,
    });
    expect(mapRequestOf(view('rollout'), report)).toEqual({
      runId: 7,
      kind: 'rollout',
      selection: patch,
      layer: 6,
      fusion: 'mean',
      discardRatio: 0,
    });
  });

  test.each(['cosine', 'attention', 'rollout'] as const)('%s needs a token of this run', (kind) => {
    expect(mapRequestOf(view(kind, { selection: null }), report)).toBe(null);
    expect(mapRequestOf(view(kind, { selection: { ...patch, tile: 3 } }), report)).toBe(null);
    expect(mapRequestOf(view(kind), report)).not.toBe(null);
  });

  test('the hidden state that goes on is asked for as such, another for the tiles on show', () => {
    const at = (layer: number, tile: number | 'all') =>
      mapRequestOf(view('pca', { lens: { ...defaultLens, layer }, tile }), report);
    expect(at(6, 0)).toEqual({ runId: 7, kind: 'pca' });
    expect(at(5, 2)).toEqual({ runId: 7, kind: 'pca', layer: 5, tiles: [2] });
    expect(at(5, 'all')).toEqual({ runId: 7, kind: 'pca', layer: 5 });
  });

  test('PCA asks for its axes: those of each tile for the tiles on show, those of the run without saying', () => {
    const asked = (basis: LensView['lens']['basis'], tile: number | 'all', layer: number | null = null) =>
      mapRequestOf(view('pca', { lens: { ...defaultLens, basis, layer }, tile }), report);
    expect(asked('run', 0)).toEqual({ runId: 7, kind: 'pca' });
    expect(asked('tile', 2)).toEqual({ runId: 7, kind: 'pca', tiles: [2], basis: 'tile' });
    expect(asked('tile', 'all', 3)).toEqual({ runId: 7, kind: 'pca', layer: 3, basis: 'tile' });
    expect(asked('kept', 2)).toEqual({ runId: 7, kind: 'pca', basis: 'kept' });
    expect(asked('kept', 2, 3)).toEqual({ runId: 7, kind: 'pca', layer: 3, tiles: [2], basis: 'kept' });
  });

  test('what is left out around a token, and how many are marked, is the page’s own', () => {
    const lens = { ...defaultLens, exclusionRadius: 3, topCount: 5 };
    expect(mapRequestOf(view('cosine', { lens }), report)).toEqual({ runId: 7, kind: 'cosine', selection: patch });
  });

  test('the class token’s similarity needs no selection', () => {
    const lens = { ...defaultLens, layer: 2 };
    expect(mapRequestOf(view('class', { lens, selection: null }), report)).toEqual({
      runId: 7,
      kind: 'class',
      layer: 2,
      tiles: [0],
    });
  });

  test('the embeddings have no block of their own: the first stands in', () => {
    const request = mapRequestOf(view('added', { lens: { ...defaultLens, layer: 0 } }), report);
    expect(request).toMatchObject({ layer: 1, part: 'attention' });
  });

  test('an exported encoder has no blocks, and one layer', () => {
    const exported = {
      ...report,
      model: { ...demoModel, layers: null, lastHiddenState: null, heads: null, selectedLayer: null },
    };
    expect(mapRequestOf(view('attention'), exported)).toBe(null);
    expect(mapRequestOf(view('norm', { lens: { ...defaultLens, layer: 3 } }), exported)).toEqual({
      runId: 7,
      kind: 'norm',
    });
  });
});

test('two requests are the same when all of them is', () => {
  const request = { runId: 1, kind: 'attention', selection: patch, head: 2 } as const;
  expect(sameMapRequest(request, { ...request, selection: { ...patch } })).toBe(true);
  expect(sameMapRequest(request, { ...request, head: 3 })).toBe(false);
  expect(sameMapRequest(request, { ...request, selection: { ...patch, index: 1 } })).toBe(false);
  expect(sameMapRequest(request, null)).toBe(false);
  expect(sameMapRequest(null, null)).toBe(true);
});
