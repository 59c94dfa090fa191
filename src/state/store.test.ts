import { describe, expect, test } from 'vitest';
import type { EngineClient } from '#engine/client.ts';
import type {
  EngineStatus,
  MapRequest,
  MapSet,
  ModelReport,
  RunReport,
  RunRequest,
  TokenMap,
} from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import { areMapsCurrent, failedSquare, workingSquare } from './selectors.ts';
import { createAppStore } from './store.ts';

const model: ModelReport = {
  name: 'demo',
  connectorName: 'demo',
  layout: 'vita',
  hiddenSize: 192,
  layers: 6,
  heads: 3,
  tokenSize: 256,
  selectedLayer: 6,
  psVersion: 'v2',
  featureScale: 0.5,
  parameters: 10,
  storedDtype: 'BF16',
};

const status: EngineStatus = {
  adapter: { vendor: '', architecture: '', description: '', isSoftware: true, features: [] },
  probe: [],
  backend: 'wasm',
  backendReason: 'software-adapter',
  backendFailure: null,
  attention: 'matmul-softmax',
  precision: 'float32',
  wasmThreads: 1,
  crossOriginIsolated: false,
  model: null,
  runId: null,
  tiles: 0,
  stages: [],
  bytesReadBack: 0,
};

const settle = () => new Promise((resolve) => setTimeout(resolve));

/** An engine that answers at once, unless a test replaces one of its calls, and writes down what it was asked. */
function createFakeEngine(replaced: Partial<EngineClient> = {}) {
  const asked: { loads: unknown[]; runs: RunRequest[]; maps: MapRequest[]; stops: number } = {
    loads: [],
    runs: [],
    maps: [],
    stops: 0,
  };
  let runId = 0;
  const client: EngineClient = {
    start: async () => status,
    load: async (request) => {
      asked.loads.push(request);
      return model;
    },
    run: async (request): Promise<RunReport> => {
      asked.runs.push(request);
      runId += 1;
      return {
        runId,
        model,
        image: { name: request.name ?? '', width: 1, height: 1 },
        backend: 'wasm',
        tiles: 1,
        stages: [],
        preprocessing: { elapsedMs: 1, clock: 'wall' },
        totalMs: 1,
        resized: { width: 448, height: 448, close: () => {} },
      };
    },
    maps: async (request): Promise<MapSet> => {
      asked.maps.push(request);
      return {
        runId: request.runId,
        kind: request.kind,
        maps: [] as readonly TokenMap[],
        selection: request.selection ?? null,
        elapsedMs: 1,
      };
    },
    tensor: async () => ({ data: new Float32Array(1), shape: [1], unit: '' }),
    status: async () => status,
    stop: () => {
      asked.stops += 1;
    },
    ...replaced,
  };
  return { client, asked };
}

async function createRunningStore(replaced: Partial<EngineClient> = {}) {
  const engine = createFakeEngine(replaced);
  const store = createAppStore(engine.client);
  await store.getState().start();
  await store.getState().loadModel({ model: 'demo' });
  await store.getState().runImage({ image: 'a.png', name: 'a.png' });
  return { store, ...engine };
}

describe('models and runs', () => {
  test('a run brings its report and the maps on show together', async () => {
    const { store } = await createRunningStore();
    expect(store.getState().report?.runId).toBe(1);
    expect(store.getState().maps.norm?.runId).toBe(1);
    expect(store.getState().maps.pca).toBeNull();
  });

  test('a newly loaded model runs the current image again', async () => {
    const { store, asked } = await createRunningStore();
    await store.getState().loadModel({ model: 'other' });
    await settle();
    expect(asked.runs).toHaveLength(2);
    expect(store.getState().report?.runId).toBe(2);
    expect(store.getState().maps.norm?.runId).toBe(2);
  });

  test('a failed run keeps the last good one and says where it stopped', async () => {
    const { store, client } = await createRunningStore();
    const run = client.run;
    client.run = async () => {
      throw new TokenLensError('image-empty', 'image', { name: 'b.png' });
    };
    await expect(store.getState().runImage({ image: 'b.png' })).rejects.toMatchObject({ code: 'image-empty' });
    expect(store.getState().report?.runId).toBe(1);
    expect(failedSquare(store.getState())).toBe('image');
    expect(store.getState().source).toEqual({ image: 'a.png', name: 'a.png' });

    client.run = run;
    await store.getState().failure?.retry();
    expect(store.getState().failure).toBeNull();
    expect(store.getState().report?.runId).toBe(2);
  });

  test('a refused checkpoint is not what a restart loads', async () => {
    const { store, client } = await createRunningStore();
    client.load = async () => {
      throw new TokenLensError('file-not-found', 'checkpoint', { url: 'x' });
    };
    await expect(store.getState().loadModel({ model: 'x' })).rejects.toMatchObject({ code: 'file-not-found' });
    expect(store.getState().modelRequest).toEqual({ model: 'demo' });
    expect(store.getState().model).toEqual(model);
  });

  test('the encoder choice goes with every load until it changes', async () => {
    const { store, asked } = await createRunningStore();
    await store.getState().chooseEncoder('wasm');
    await store.getState().loadModel({ model: 'other' });
    await store.getState().chooseEncoder('auto');
    expect(asked.loads).toEqual([
      { model: 'demo' },
      { model: 'demo', encoder: 'wasm' },
      { model: 'other', encoder: 'wasm' },
      { model: 'other' },
    ]);
  });

  test('an .onnx file is loaded, any other is run, and of several the first is taken', async () => {
    const { store, asked } = await createRunningStore();
    const encoder = new File(['x'], 'Encoder.ONNX');
    await store.getState().openFiles([encoder]);
    expect(asked.loads.at(-1)).toEqual({ model: encoder });
    expect(store.getState().filesDropped).toBe(0);
    const picture = new File(['x'], 'b.png');
    await store.getState().openFiles([picture, encoder]);
    expect(asked.runs.at(-1)).toEqual({ image: picture, name: 'b.png' });
    expect(store.getState().filesDropped).toBe(2);
  });
});

describe('the life of the engine', () => {
  test('progress shows the working square and ends with the operation', async () => {
    let report: (() => void) | null = null;
    const { store } = await createRunningStore();
    const engine = createFakeEngine();
    const other = createAppStore({
      ...engine.client,
      start: (_, onProgress) =>
        new Promise((resolve) => {
          onProgress({ operation: 'start', phase: 'probing', fraction: null });
          report = () => {
            resolve(status);
            onProgress({ operation: 'start', phase: 'probing', fraction: 1 });
          };
        }),
    });
    const started = other.getState().start();
    expect(workingSquare(other.getState())).toBe('selected');
    (report as (() => void) | null)?.();
    await started;
    expect(other.getState().progress).toBeNull();
    expect(workingSquare(store.getState())).toBeNull();
  });

  test('a browser without WebGPU is unavailable, and later calls reject with the reason', async () => {
    const { client } = createFakeEngine({
      start: async () => {
        throw new TokenLensError('webgpu-missing', 'device');
      },
    });
    const store = createAppStore(client);
    await expect(store.getState().start()).rejects.toMatchObject({ code: 'webgpu-missing' });
    expect(store.getState().phase).toBe('unavailable');
    await expect(store.getState().loadModel({ model: 'demo' })).rejects.toMatchObject({ code: 'webgpu-missing' });
  });

  test('an engine that stalls can be restarted with its model and image', async () => {
    const { store, client, asked } = await createRunningStore();
    const run = client.run;
    client.run = async () => {
      throw new TokenLensError('engine-stalled', 'engine', { seconds: 300, operation: 'run' });
    };
    await expect(store.getState().runImage({ image: 'b.png' })).rejects.toMatchObject({ code: 'engine-stalled' });
    expect(store.getState().phase).toBe('stopped');
    expect(store.getState().report?.runId).toBe(1);

    client.run = run;
    await store.getState().restart();
    await settle();
    expect(asked.stops).toBe(1);
    expect(store.getState().phase).toBe('ready');
    expect(store.getState().failure).toBeNull();
    expect(asked.loads).toHaveLength(2);
    expect(asked.runs.at(-1)).toEqual({ image: 'b.png' });
  });
});

describe('selection and cosine', () => {
  test('cosine waits for a selection, then asks for the newest one only', async () => {
    const { store, asked } = await createRunningStore();
    store.getState().prefer({ mapKind: 'cosine' });
    expect(asked.maps.filter(({ kind }) => kind === 'cosine')).toEqual([]);

    for (const index of [1, 2, 3]) store.getState().hover({ kind: 'patch', index });
    expect(areMapsCurrent(store.getState())).toBe(false);
    await settle();
    const selections = asked.maps.filter(({ kind }) => kind === 'cosine').map(({ selection }) => selection);
    expect(selections).toEqual([
      { kind: 'patch', index: 1 },
      { kind: 'patch', index: 3 },
    ]);
    expect(store.getState().maps.cosine?.selection).toEqual({ kind: 'patch', index: 3 });
    expect(areMapsCurrent(store.getState())).toBe(true);
  });

  test('an answer to a run that is no longer on show is dropped', async () => {
    const answers: (() => void)[] = [];
    const { store, client } = await createRunningStore();
    const maps = client.maps;
    client.maps = (request) =>
      new Promise((resolve) => {
        answers.push(() => resolve(maps(request)));
      });
    store.getState().prefer({ mapKind: 'pca' });
    client.maps = maps;
    await store.getState().runImage({ image: 'b.png' });
    for (const answer of answers) answer();
    await settle();
    expect(store.getState().report?.runId).toBe(2);
    expect(store.getState().maps.pca?.runId).toBe(2);
  });

  test('clicking locks and frees; a locked token moves with the keys; the first lock opens the inspector', async () => {
    const { store } = await createRunningStore();
    expect(store.getState().isInspectorOpen).toBeNull();
    store.getState().lock({ kind: 'patch', index: 5 });
    expect(store.getState().isInspectorOpen).toBe(true);
    store.getState().move('dropped', 'ArrowRight');
    expect(store.getState().locked).toEqual({ kind: 'patch', index: 6 });
    store.getState().lock({ kind: 'patch', index: 6 });
    expect(store.getState().locked).toBeNull();

    store.getState().prefer({ isInspectorOpen: false });
    store.getState().lock({ kind: 'class' });
    expect(store.getState().isInspectorOpen).toBe(false);
    store.getState().free();
    expect(store.getState().locked).toBeNull();
  });
});
