import { expect, test } from 'vitest';
import type { EngineClient } from '#engine/client.ts';
import type { EngineStatus, RunReport } from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import { defaultLens } from '#state/lens.ts';
import { createAppStore } from '#state/store.ts';
import { createMapSet, createRunReport, demoModel, noStorage, oneTile } from '#testing/reports.ts';
import { restoreView } from './restore-view.ts';
import { readView } from './view-parameters.ts';

const shuffled = {
  stage: 'shuffled',
  shape: [256, 768],
  dtype: 'float32',
  timing: { elapsedMs: 1, clock: 'wall' },
} as const;
const sixTiles = { ...oneTile, columns: 3, rows: 2, count: 7, hasThumbnail: true };

/** A store whose engine reports `changes` of its only run. */
async function createReadyStore(changes: Partial<RunReport> = {}) {
  const client: EngineClient = {
    start: async () => ({}) as EngineStatus,
    inspect: () => Promise.reject(new TokenLensError('no-model', 'engine')),
    load: async () => demoModel,
    cancelLoad: async () => {},
    stored: async () => noStorage,
    deleteStored: async () => noStorage,
    run: async () => createRunReport(1, { stages: [shuffled], tiles: sixTiles, ...changes }),
    cancelRuns: async () => {},
    maps: async (request) => createMapSet(request),
    keepAxes: async ({ runId }) => ({ runId, imageName: 'a.png', layer: null, stages: ['tokens'] }),
    layerChanges: async ({ runId, tile }) => ({ runId, tile, changes: [] }),
    tensor: () => Promise.reject(new TokenLensError('no-run', 'engine')),
    status: async () => ({}) as EngineStatus,
    stop: () => {},
  };
  const store = createAppStore(client);
  await store.getState().start();
  return store;
}

const view = (search: string) => readView((name) => new URLSearchParams(search).get(name));
const image = { image: 'https://example.org/a.png' };

test('layer, head, tile and token come back with the first run, and stay the user’s own after it', async () => {
  const store = await createReadyStore();
  restoreView(store, 'demo', view('layer=3&head=2&channel=767&tile=5&token=patch:137@6'));
  expect(store.getState()).toMatchObject({ lens: defaultLens, tile: 0, locked: null });
  await store.getState().runImage(image);
  const lens = { ...defaultLens, layer: 3, head: 2, channel: 767 };
  expect(store.getState()).toMatchObject({ lens, tile: 5, locked: { kind: 'patch', tile: 6, index: 137 } });

  store.getState().free();
  store.getState().showTile(1);
  await store.getState().runImage(image);
  expect(store.getState()).toMatchObject({ tile: 1, locked: null });
});

test('what the run does not have counts as absent', async () => {
  const store = await createReadyStore();
  restoreView(store, 'demo', view('layer=7&head=3&channel=768&tile=7&token=patch:137@7&direction=to'));
  await store.getState().runImage(image);
  expect(store.getState()).toMatchObject({ lens: { ...defaultLens, direction: 'to' }, tile: 'all', locked: null });
});

test('the tiles of a video are not assembled', async () => {
  const store = await createReadyStore({ tiles: { ...oneTile, count: 4 } });
  restoreView(store, 'demo', view('tile=all&token=class'));
  await store.getState().runImage(image);
  expect(store.getState()).toMatchObject({ tile: 0, locked: { kind: 'class', tile: 0 } });
});

test('the run of another model, shown while a large one is asked about, leaves the view waiting', async () => {
  const store = await createReadyStore();
  restoreView(store, 'OpenGVLab/InternVL2-1B', view('layer=3'));
  await store.getState().runImage(image);
  expect(store.getState().lens).toEqual(defaultLens);
});
