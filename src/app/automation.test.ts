import { describe, expect, test } from 'vitest';
import type { EngineStatus } from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import type { AppState } from '#state/app-state.ts';
import type { AppStore } from '#state/store.ts';
import { createAutomation } from './automation.ts';

const base = 'https://example.org/lens/';

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
    runImage: record('runImage', { runId: 7, resized: 'the picture' }),
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
    expect(await run).toEqual({ runId: 7 });
    expect(calls).toEqual([
      [
        'loadModel',
        { model: 'https://example.org/lens/models/vita', connector: 'https://example.org/c', encoder: 'wasm' },
      ],
      ['runImage', { image: 'https://example.org/lens/samples/rocket.jpg', name: 'rocket.jpg' }],
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

  test('a file keeps its name, another name wins', async () => {
    const { store, calls } = createRecordingStore();
    const automation = createAutomation(store, Promise.resolve({} as EngineStatus), base);
    const file = new File(['x'], 'a.png');
    await automation.run(file);
    await automation.run(file, { name: 'b.png' });
    await automation.run(new Blob(['x']));
    expect(calls.map(([, request]) => (request as { name?: string }).name)).toEqual(['a.png', 'b.png', undefined]);
  });
});
