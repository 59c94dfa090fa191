import { expect, test } from 'vitest';
import type { CheckpointInspection, EngineStatus, ModelReport, RunReport } from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import { createAppStore } from '#state/store.ts';
import { createTestClient } from '#testing/engine-client.ts';
import { startUp } from './start-up.ts';
import { readUrlParameters } from './url-parameters.ts';

/** A client that writes down what it is asked to load and run; its first `failedStarts` starts fail. */
function createRecordingClient(failedStarts: number, fetchByteLength = 0) {
  const asked: string[] = [];
  let starts = 0;
  const client = createTestClient({
    async start() {
      starts += 1;
      if (starts <= failedStarts) throw new TokenLensError('engine-crashed', 'engine', { reason: 'no memory' });
      return {} as EngineStatus;
    },
    async load({ model }) {
      asked.push(`load ${model}`);
      return { name: model } as ModelReport;
    },
    async run({ image, preprocessing }) {
      asked.push(`run ${image} ${JSON.stringify(preprocessing)}`);
      const tiles = { columns: 1, rows: 1, count: 1 };
      return { runId: 1, stages: [], keptRuns: [1], image: { name: 'cat.png' }, tiles } as unknown as RunReport;
    },
    async inspect({ model, hub }) {
      asked.push(`inspect ${model} at ${hub}`);
      if (model === 'nobody/nothing') throw new TokenLensError('hub-unauthorized', 'checkpoint');
      return { fetchByteLength, report: { missing: [], unusable: [] } } as unknown as CheckpointInspection;
    },
  });
  return { asked, client };
}

const parameters = readUrlParameters('?model=demo&image=https://example.org/cat.png&mode=pad', 'https://example.org/');

test('start-up loads the model and runs the image of the address, prepared as the address says', async () => {
  const { asked, client } = createRecordingClient(0);
  await startUp(createAppStore(client), parameters);
  expect(asked).toEqual(['load demo', 'run https://example.org/cat.png {"mode":"pad"}']);
});

test('the image that is compared with runs before the one on show', async () => {
  const { asked, client } = createRecordingClient(0);
  const store = createAppStore(client);
  await startUp(store, { ...parameters, compare: 'https://example.org/dog.png' });
  expect(asked).toEqual([
    'load demo',
    'run https://example.org/dog.png {"mode":"pad"}',
    'run https://example.org/cat.png {"mode":"pad"}',
  ]);
  expect(store.getState().source?.image).toBe('https://example.org/cat.png');
});

test('an engine that starts only at the restart then does what the address asks for', async () => {
  const { asked, client } = createRecordingClient(1);
  const store = createAppStore(client);
  await expect(startUp(store, parameters)).rejects.toMatchObject({ code: 'engine-crashed' });
  expect(asked).toEqual([]);
  await store.getState().restart();
  await new Promise((settle) => setTimeout(settle));
  expect(asked).toEqual(['load demo', 'run https://example.org/cat.png {"mode":"pad"}']);
});

test('an image address that is no valid encoding is run like any other', async () => {
  const { asked, client } = createRecordingClient(0);
  const store = createAppStore(client);
  await startUp(store, readUrlParameters('?image=https://x.org/50%25.png&compare=/%25', 'https://example.org/'));
  expect(asked).toEqual(['load demo', 'run https://example.org/% {}', 'run https://x.org/50%.png {}']);
  expect(store.getState()).toMatchObject({ phase: 'ready', failure: null });
});

test('what goes wrong before the engine starts is shown, and a restart does what the address asks for', async () => {
  const { asked, client } = createRecordingClient(0);
  const store = createAppStore(client);
  const changeHub = () => {
    throw new URIError('URI malformed');
  };
  store.setState({ changeHub });
  await expect(startUp(store, parameters)).rejects.toMatchObject({ code: 'unexpected' });
  expect(store.getState()).toMatchObject({
    phase: 'stopped',
    failure: { operation: 'start', error: { code: 'unexpected', details: { reason: 'URI malformed' } } },
  });
  await store.getState().failure?.retry();
  await new Promise((settle) => setTimeout(settle));
  expect(asked).toEqual(['load demo', 'run https://example.org/cat.png {"mode":"pad"}']);
  expect(store.getState()).toMatchObject({ phase: 'ready', failure: null });
});

const ofHub = (model: string) =>
  readUrlParameters(`?model=${model}&hub=https://hub.example.org&image=https://example.org/cat.png`, 'https://a.org/');

test('a small or stored checkpoint of a hub is loaded at once', async () => {
  const { asked, client } = createRecordingClient(0, 64 * 2 ** 20);
  const store = createAppStore(client);
  await startUp(store, ofHub('owner/small'));
  expect(asked).toEqual([
    'inspect owner/small at https://hub.example.org',
    'load owner/small',
    'run https://example.org/cat.png {}',
  ]);
  expect(store.getState().inspection).toBe(null);
});

test('a large one is reported and waits to be asked for, with the demo in its place', async () => {
  const { asked, client } = createRecordingClient(0, 608_000_000);
  const store = createAppStore(client);
  await startUp(store, ofHub('owner/large'));
  expect(asked.slice(0, 2)).toEqual(['inspect owner/large at https://hub.example.org', 'load demo']);
  expect(store.getState().inspection).toMatchObject({ request: { model: 'owner/large' } });
  expect(store.getState().inspection?.result).not.toBe(null);
});

test('one that cannot be had is said, and nothing is loaded in its place', async () => {
  const { asked, client } = createRecordingClient(0);
  const store = createAppStore(client);
  await startUp(store, ofHub('nobody/nothing'));
  expect(asked).toEqual(['inspect nobody/nothing at https://hub.example.org']);
  expect(store.getState().failure?.error.code).toBe('hub-unauthorized');
});
