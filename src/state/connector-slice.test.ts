import { expect, test } from 'vitest';
import type { ConnectorMaps, ConnectorMapsRequest, ModelReport, Selection } from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import { createTestClient } from '#testing/engine-client.ts';
import { createConnectorMaps, createConnectorToken, createRunReport, demoModel, oneTile } from '#testing/reports.ts';
import { shownConnectorMaps, shownConnectorToken } from './connector-requests.ts';
import { createAppStore } from './store.ts';

const settle = () => new Promise((resolve) => setTimeout(resolve));
const tiles = { ...oneTile, columns: 2, count: 3, hasThumbnail: true };

/** A page with a run of two tiles and a thumbnail, and what its engine was asked of the connector. */
async function createRunningStore(
  connector: ModelReport['connector'] = { hiddenSize: 9, hasLayerNorm: true, activation: 'gelu' },
) {
  const asked: { maps: ConnectorMapsRequest[]; tokens: Selection[] } = { maps: [], tokens: [] };
  let runId = 0;
  const model = { ...demoModel, connector };
  const client = createTestClient({
    load: async () => model,
    run: async () => createRunReport(++runId, { model, tiles }),
    connectorMaps: async (request) => {
      asked.maps.push(request);
      return createConnectorMaps(request);
    },
    connectorToken: async ({ runId: id, selection }) => {
      asked.tokens.push(selection);
      return createConnectorToken(id, selection, selection.kind === 'shuffled' ? selection.index : 0);
    },
  });
  const store = createAppStore(client);
  await store.getState().start();
  await store.getState().runImage({ image: 'a.png' });
  return { store, client, asked };
}

test('maps are of the tile on show; of several, of the locked token’s', async () => {
  const { store, asked } = await createRunningStore();
  const ask = async () => {
    store.getState().requestConnectorMaps();
    await settle();
  };
  await ask();
  await ask();
  store.getState().lock({ kind: 'patch', tile: 2, index: 5 });
  await ask();
  store.getState().showTile(1);
  await ask();
  expect(asked.maps).toEqual([
    { runId: 1, tile: 0 },
    { runId: 1, tile: 2 },
    { runId: 1, tile: 1 },
  ]);
});

test('a pick goes with the maps, unless the connector has no such unit', async () => {
  const { store, asked } = await createRunningStore();
  for (const pick of [{ unit: 8, channel: 767 }, { unit: 9 }, { unit: null, channel: 768 }]) {
    store.getState().pickInConnector(pick);
    store.getState().requestConnectorMaps();
    await settle();
  }
  expect(asked.maps).toEqual([
    { runId: 1, tile: 0, unit: 8, channel: 767 },
    { runId: 1, tile: 0, channel: 767 },
    { runId: 1, tile: 0 },
  ]);

  const withoutNorm = await createRunningStore({ hiddenSize: 9, hasLayerNorm: false, activation: 'gelu' });
  withoutNorm.store.getState().pickInConnector({ unit: 8, channel: 0 });
  withoutNorm.store.getState().requestConnectorMaps();
  expect(withoutNorm.asked.maps).toEqual([{ runId: 1, tile: 0, unit: 8 }]);
});

test('a patch asks for the token that holds it, once; left, it stays until freed or another run', async () => {
  const { store, asked } = await createRunningStore();
  const point = async (selection: Selection | null) => {
    store.getState().hover(selection);
    store.getState().requestConnectorToken();
    await settle();
  };
  await point({ kind: 'patch', tile: 0, index: 170 });
  await point({ kind: 'patch', tile: 0, index: 171 });
  await point({ kind: 'shuffled', tile: 0, index: 37 });
  expect(asked.tokens).toEqual([{ kind: 'shuffled', tile: 0, index: 37 }]);

  await point(null);
  expect(shownConnectorToken(store.getState())?.selection.index).toBe(37);
  await point({ kind: 'class', tile: 0 });
  expect(shownConnectorToken(store.getState())).toBeNull();
  await point(null);
  expect(shownConnectorToken(store.getState())?.selection.index).toBe(37);
  await store.getState().runImage({ image: 'b.png' });
  expect(shownConnectorToken(store.getState())).toBeNull();

  await point({ kind: 'shuffled', tile: 0, index: 38 });
  expect(shownConnectorToken(store.getState())?.selection.index).toBe(38);
  store.getState().free();
  expect(shownConnectorToken(store.getState())).toBeNull();
});

test('an answer that nobody waits for any more is dropped, and its failure is not shown', async () => {
  const { store, client } = await createRunningStore();
  let answer: (maps: ConnectorMaps) => void = () => {};
  client.connectorMaps = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  store.getState().requestConnectorMaps();
  await store.getState().runImage({ image: 'b.png' });
  answer(createConnectorMaps({ runId: 1, tile: 0 }));
  await settle();
  expect(shownConnectorMaps(store.getState())).toBeNull();

  let refuse: (error: unknown) => void = () => {};
  client.connectorToken = () =>
    new Promise((_, reject) => {
      refuse = reject;
    });
  const error = () => new TokenLensError('tensor-unavailable', 'connector', { tensor: 'x', reason: 'y' });
  store.getState().hover({ kind: 'shuffled', tile: 0, index: 1 });
  store.getState().requestConnectorToken();
  store.getState().hover({ kind: 'shuffled', tile: 0, index: 2 });
  refuse(error());
  await settle();
  expect(store.getState().failure).toBeNull();

  store.getState().requestConnectorToken();
  refuse(error());
  await settle();
  expect(store.getState().failure?.error.code).toBe('tensor-unavailable');
});

test('without a connector nothing is asked', async () => {
  const { store, asked } = await createRunningStore(null);
  store.getState().hover({ kind: 'shuffled', tile: 0, index: 1 });
  store.getState().requestConnectorMaps();
  store.getState().requestConnectorToken();
  await settle();
  expect(asked).toEqual({ maps: [], tokens: [] });
});
