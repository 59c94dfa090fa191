import { describe, expect, test } from 'vitest';
import type { EngineStatus } from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import type { AppState } from '#state/app-state.ts';
import type { AppStore } from '#state/store.ts';
import { type AutomationRunOptions, createAutomation } from './automation.ts';

const base = 'https://example.org/lens/';

const finishedRun = {
  runId: 7,
  pictures: ['a picture'],
  image: { name: 'rocket.jpg', width: 640, height: 427, preview: 'another' },
  tiles: { columns: 3, rows: 2, count: 7, hasThumbnail: true },
};

/** A store whose actions write down what they are given. */
function createRecordingStore() {
  const calls: unknown[][] = [];
  const record =
    (name: string, answer: unknown) =>
    async (...given: unknown[]) => {
      calls.push([name, ...given]);
      return answer;
    };
  const state = {
    loadModel: record('loadModel', { name: 'demo' }),
    runImage: record('runImage', finishedRun),
    cancelRun: () => calls.push(['cancelRun']),
    readTensor: record('readTensor', { data: new Float32Array(1), shape: [1], unit: '' }),
    refreshStatus: record('refreshStatus', { runId: 7 }),
  };
  return { calls, store: { getState: () => state as unknown as AppState } as AppStore };
}

describe('automation', () => {
  test('calls made at once wait until start-up has settled, in their order', async () => {
    const { store, calls } = createRecordingStore();
    let settleStartUp = () => {};
    const ready = new Promise<EngineStatus>((resolve) => {
      settleStartUp = () => resolve({} as EngineStatus);
    });
    const automation = createAutomation(store, ready, base);
    const loaded = automation.load({ model: './models/vita', connector: '/c', encoder: 'wasm' });
    const run = automation.run('samples/rocket.jpg');
    await new Promise((settle) => setTimeout(settle));
    expect(calls).toEqual([]);

    settleStartUp();
    await loaded;
    expect(await run).toEqual({
      runId: 7,
      image: { name: 'rocket.jpg', width: 640, height: 427 },
      tiles: finishedRun.tiles,
    });
    expect(calls).toEqual([
      [
        'loadModel',
        { model: 'https://example.org/lens/models/vita', connector: 'https://example.org/c', encoder: 'wasm' },
      ],
      ['runImage', { image: 'https://example.org/lens/samples/rocket.jpg', preprocessing: {} }],
    ]);
  });

  test('a start-up that failed rejects ready and leaves the calls to the store', async () => {
    const { store, calls } = createRecordingStore();
    const ready = Promise.reject<EngineStatus>(new TokenLensError('webgpu-missing', 'device'));
    const automation = createAutomation(store, ready, base);
    await expect(automation.ready).rejects.toMatchObject({ code: 'webgpu-missing' });
    await automation.tensor('tokens');
    await automation.tensor('hiddenState', { layer: 3 });
    expect(calls).toEqual([
      ['readTensor', 'tokens', { tile: 0 }],
      ['readTensor', 'hiddenState', { layer: 3, tile: 0 }],
    ]);
  });

  test('an image is named by whoever gives it a name, else by the engine', async () => {
    const { store, calls } = createRecordingStore();
    const automation = createAutomation(store, Promise.resolve({} as EngineStatus), base);
    const file = new File(['x'], 'a.png');
    await automation.run(file);
    await automation.run(file, { name: 'b.png' });
    await automation.run('50%.png');
    expect(calls.map(([, request]) => request)).toEqual([
      { image: file, preprocessing: {} },
      { image: file, name: 'b.png', preprocessing: {} },
      { image: 'https://example.org/lens/50%.png', preprocessing: {} },
    ]);
  });

  test('preprocessing goes along, and only what was given', async () => {
    const { store, calls } = createRecordingStore();
    const automation = createAutomation(store, Promise.resolve({} as EngineStatus), base);
    await automation.run('a.png', { mode: 'tiles', minTiles: 2, maxTiles: 6, thumbnail: false });
    await automation.run('a.png', { name: 'b.png', mode: 'crop' });
    expect(calls.map(([, request]) => request)).toEqual([
      {
        image: 'https://example.org/lens/a.png',
        preprocessing: { mode: 'tiles', minTiles: 2, maxTiles: 6, thumbnail: false },
      },
      { image: 'https://example.org/lens/a.png', name: 'b.png', preprocessing: { mode: 'crop' } },
    ]);
  });

  test.each([
    ['mode', { mode: 'squash' }],
    ['minTiles', { minTiles: 0 }],
    ['maxTiles', { maxTiles: 2.5 }],
    ['maxTiles', { maxTiles: 101 }],
    ['maxTiles', { minTiles: 4, maxTiles: 3 }],
    ['thumbnail', { thumbnail: 'yes' }],
  ])('an option that makes no sense is refused by its name: %s of %o', async (name, options) => {
    const { store, calls } = createRecordingStore();
    const automation = createAutomation(store, Promise.resolve({} as EngineStatus), base);
    const refused = automation.run('a.png', options as AutomationRunOptions);
    await expect(refused).rejects.toMatchObject({ code: 'invalid-argument', details: { name } });
    expect(calls).toEqual([]);
    // The nearest that makes sense.
    await automation.run('a.png', { mode: 'single', minTiles: 3, maxTiles: 100, thumbnail: true });
    expect(calls).toHaveLength(1);
  });

  test('tiles are planned at once, and a run is cancelled', () => {
    const { store, calls } = createRecordingStore();
    const automation = createAutomation(store, new Promise(() => {}), base);
    expect(automation.planTiles({ width: 640, height: 480, minTiles: 1, maxTiles: 12, thumbnail: true })).toEqual({
      columns: 4,
      rows: 3,
      tiles: 13,
    });
    expect(() => automation.planTiles({ width: 0, height: 480 })).toThrowError(/width/);
    automation.cancel();
    expect(calls).toEqual([['cancelRun']]);
  });
});
