import { expect, test } from 'vitest';
import type { RunReport } from '#engine/protocol.ts';
import { defaultLens } from '#state/lens.ts';
import { createAppStore } from '#state/store.ts';
import { createTestClient } from '#testing/engine-client.ts';
import { createRunReport, demoModel, oneTile } from '#testing/reports.ts';
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
  const client = createTestClient({
    load: async () => demoModel,
    run: async () => createRunReport(1, { stages: [shuffled], tiles: sixTiles, ...changes }),
  });
  const store = createAppStore(client);
  await store.getState().start();
  return store;
}

const view = (search: string) => readView((name) => new URLSearchParams(search).get(name));
const image = { image: 'https://example.org/a.png' };
const ofDemo = { model: 'demo', compare: null };

test('layer, head, tile and token come back with the first run, and stay the user’s own after it', async () => {
  const store = await createReadyStore();
  restoreView(store, ofDemo, view('layer=3&head=2&channel=767&tile=5&token=patch:137@6'));
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
  restoreView(store, ofDemo, view('layer=7&head=3&channel=768&tile=7&token=patch:137@7&direction=to'));
  await store.getState().runImage(image);
  expect(store.getState()).toMatchObject({ lens: { ...defaultLens, direction: 'to' }, tile: 'all', locked: null });
});

test.each(['patch:1024', 'shuffled:256'])('a token that the run’s grid has not counts as absent: %s', async (token) => {
  const store = await createReadyStore();
  restoreView(store, ofDemo, view(`token=${token}`));
  await store.getState().runImage(image);
  expect(store.getState().locked).toBeNull();
});

test('the tiles of a video are not assembled', async () => {
  const store = await createReadyStore({ tiles: { ...oneTile, count: 4 } });
  restoreView(store, ofDemo, view('tile=all&token=class'));
  await store.getState().runImage(image);
  expect(store.getState()).toMatchObject({ tile: 0, locked: { kind: 'class', tile: 0 } });
});

test('the run of another model, shown while a large one is asked about, leaves the view waiting', async () => {
  const store = await createReadyStore();
  restoreView(store, { model: 'OpenGVLab/InternVL2-1B', compare: null }, view('layer=3'));
  await store.getState().runImage(image);
  expect(store.getState().lens).toEqual(defaultLens);
});

test('the image that is compared with, which runs first, is not what the view is of', async () => {
  const store = await createReadyStore();
  const compare = 'https://example.org/b.png';
  restoreView(store, { model: 'demo', compare }, view('step=3&unit=255&compareStage=dropped&compareTile=1&tile=2'));
  await store.getState().runImage({ image: compare });
  expect(store.getState()).toMatchObject({ reductionStep: 0, tile: 'all' });
  await store.getState().runImage(image);
  expect(store.getState()).toMatchObject({
    reductionStep: 3,
    connectorPick: { unit: 255, channel: null },
    compareStage: 'dropped',
    otherTile: 1,
    tile: 2,
  });
});

test('a unit or a channel that the connector has not is left out', async () => {
  const store = await createReadyStore();
  // The demo's connector has 256 units and no LayerNorm.
  restoreView(store, ofDemo, view('unit=256&normChannel=3&step=1'));
  await store.getState().runImage(image);
  expect(store.getState()).toMatchObject({ reductionStep: 1, connectorPick: { unit: null, channel: null } });
});
