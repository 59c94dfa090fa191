import { describe, expect, test } from 'vitest';
import type { EngineClient } from '#engine/client.ts';
import type { EngineStatus, MapRequest, MapSet, RunReport, RunRequest, TileReport } from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import { createTokenGrid, publishedGrid } from '#tensor/grid.ts';
import { createTestClient } from '#testing/engine-client.ts';
import { createMapSet, createRunReport, demoModel as model, oneTile } from '#testing/reports.ts';
import { areMapsCurrent, canAssemble, failedSquare, nextPreprocessing, shownGrid, workingSquare } from './selectors.ts';
import { createAppStore } from './store.ts';

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
  keptRuns: [],
  keptByteLength: 0,
  mostKeptByteLength: 1,
  inspection: {
    blocks: [],
    byteLength: 0,
    mostByteLength: 1,
    keptTiles: 0,
    layersByteLength: 0,
    mostLayersByteLength: 1,
    encodedAgain: 0,
    scratchByteLength: 0,
  },
  bytesReadBack: 0,
};

/** A file as it is dropped by itself. */
const dropped = (file: File) => ({ file, path: file.name });

const settle = () => new Promise((resolve) => setTimeout(resolve));

/** A promise, and how it comes out. */
function createDeferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (error: TokenLensError) => void = () => {};
  const promise = new Promise<Value>((...outcome) => {
    [resolve, reject] = outcome;
  });
  return { promise, resolve, reject };
}

/** An engine that answers at once, unless a test replaces one of its calls, and writes down what it was asked. */
function createFakeEngine(replaced: Partial<EngineClient> = {}) {
  const asked: { loads: unknown[]; runs: RunRequest[]; maps: MapRequest[]; stops: number; cancels: number } = {
    loads: [],
    runs: [],
    maps: [],
    stops: 0,
    cancels: 0,
  };
  let runId = 0;
  const client = createTestClient({
    start: async () => status,
    load: async (request) => {
      asked.loads.push(request);
      return model;
    },
    run: async (request): Promise<RunReport> => {
      asked.runs.push(request);
      runId += 1;
      return createRunReport(runId, {
        image: { ...createRunReport(runId).image, name: request.name ?? '' },
        keptRuns: [runId - 1, runId].filter((id) => id > 0),
      });
    },
    cancelRuns: async () => {
      asked.cancels += 1;
    },
    maps: async (request): Promise<MapSet> => {
      asked.maps.push(request);
      return createMapSet(request);
    },
    layerChanges: async ({ runId, tile }) => ({ runId, tile, changes: [0.5, 0.25], encodedAgain: 0 }),
    tensor: async () => ({ data: new Float32Array(1), shape: [1], unit: '' }),
    status: async () => status,
    stop: () => {
      asked.stops += 1;
    },
    ...replaced,
  });
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
      { model: 'demo', precision: 'float32' },
      { model: 'demo', precision: 'float32', encoder: 'wasm' },
      { model: 'other', precision: 'float32', encoder: 'wasm' },
      { model: 'other', precision: 'float32' },
    ]);
  });

  test('an .onnx file is loaded, then every image is run in its order', async () => {
    const { store, asked } = await createRunningStore();
    const encoder = new File(['x'], 'Encoder.ONNX');
    const [first, second] = [new File(['x'], 'b.png'), new File(['x'], 'c.png')];
    await store.getState().openFiles([first, encoder, second].map(dropped));
    await settle();
    expect(asked.loads.at(-1)).toEqual({ model: encoder, precision: 'float32' });
    expect(asked.runs.slice(-2).map(({ name }) => name)).toEqual(['b.png', 'c.png']);
    expect(store.getState().report?.image.name).toBe('c.png');
  });
});

describe('a set of images', () => {
  const threeByTwo: TileReport = { ...oneTile, columns: 3, rows: 2, count: 7, hasThumbnail: true };

  test('one that is refused leaves the others their turn', async () => {
    const { store, client } = await createRunningStore();
    const run = client.run;
    client.run = async (request, onProgress) => {
      if (request.name === 'bad.png') throw new TokenLensError('image-empty', 'image', { name: 'bad.png' });
      return run(request, onProgress);
    };
    await store.getState().openFiles(['bad.png', 'good.png'].map((name) => dropped(new File(['x'], name))));
    expect(store.getState().set.map(({ name }) => name)).toEqual(['a.png', 'good.png']);
    expect(store.getState().failure?.error).toMatchObject({ code: 'image-empty', details: { name: 'bad.png' } });
    await store.getState().openFiles([dropped(new File(['x'], 'good.png'))]);
    expect(store.getState().failure).toBeNull();
  });

  test('an entry whose run is kept comes back at once, one that was let go is run again', async () => {
    const { store, asked } = await createRunningStore();
    await store.getState().openSource({ image: 'b.png', name: 'b.png' });
    await store.getState().openSource({ image: 'c.png', name: 'c.png' });
    expect(store.getState().set.map(({ name, isKept }) => [name, isKept])).toEqual([
      ['a.png', false],
      ['b.png', true],
      ['c.png', true],
    ]);
    const [a, b] = store.getState().set;

    await store.getState().showEntry(b?.id ?? 0);
    expect(asked.runs).toHaveLength(3);
    expect(store.getState().report?.runId).toBe(2);
    expect(store.getState().currentEntry).toBe(b?.id);
    await settle();
    expect(asked.maps.at(-1)).toMatchObject({ runId: 2 });

    await store.getState().showEntry(a?.id ?? 0);
    expect(asked.runs).toHaveLength(4);
    expect(store.getState().report?.runId).toBe(4);
    expect(store.getState().set.map(({ name }) => name)).toEqual(['a.png', 'b.png', 'c.png']);
  });

  test('after a restart no run of the engine before counts as kept', async () => {
    const { store } = await createRunningStore();
    await store.getState().openSource({ image: 'b.png', name: 'b.png' });
    expect(store.getState().set.map(({ isKept }) => isKept)).toEqual([true, true]);
    await store.getState().restart();
    expect(store.getState().set.map(({ isKept }) => isKept)).toEqual([false, false]);
  });

  test('a run of the model before is kept to compare with, and is not what its image shows again', async () => {
    // All runs are kept: what is loaded is what is asked for, in the precision that is asked for.
    let loaded = model;
    const runs: RunRequest[] = [];
    let runId = 0;
    const { store, client } = await createRunningStore({
      load: async ({ model: name, precision = 'float32' }) => {
        loaded = { ...model, name: String(name), precision: { ...model.precision, used: precision } };
        return loaded;
      },
      run: async (request) => {
        runs.push(request);
        runId += 1;
        return createRunReport(runId, { model: loaded, keptRuns: Array.from({ length: runId }, (_, at) => at + 1) });
      },
    });
    const { openSource, showEntry, choosePrecision, loadModel, restart } = store.getState();
    const keptInSet = () => store.getState().set.map(({ isKept }) => isKept);
    const onShow = () => store.getState().report?.model.precision.used;
    await openSource({ image: 'b.png' });
    const [a, b] = store.getState().set;
    await showEntry(a?.id ?? 0);
    expect(runs).toHaveLength(2);

    await choosePrecision('int8');
    await settle();
    expect(keptInSet()).toEqual([true, false]);
    expect([runs.length, store.getState().report?.runId, onShow()]).toEqual([3, 3, 'int8']);
    await showEntry(b?.id ?? 0);
    expect([runs.length, store.getState().report?.runId, onShow()]).toEqual([4, 4, 'int8']);
    expect(store.getState().kept.map(({ model: { precision } }) => precision.used)).toEqual([
      'float32',
      'float32',
      'int8',
      'int8',
    ]);

    // While the other model runs the image on show, none of the set is shown as the one before saw it.
    const run = client.run;
    client.run = (request) => {
      runs.push(request);
      return new Promise(() => {});
    };
    await loadModel({ model: 'other' });
    expect(keptInSet()).toEqual([false, false]);
    client.run = run;
    await showEntry(a?.id ?? 0);
    expect(runs.map(({ image }) => image).slice(4)).toEqual(['b.png', 'a.png']);
    expect(store.getState().report).toMatchObject({ runId: 5, model: { name: 'other' } });

    client.load = async () => {
      throw new TokenLensError('file-not-found', 'checkpoint', { url: 'x' });
    };
    await expect(loadModel({ model: 'x' })).rejects.toMatchObject({ code: 'file-not-found' });
    expect(keptInSet()).toEqual([true, false]);
    expect(store.getState().kept).toHaveLength(5);
    client.load = async () => model;
    await restart();
    expect(store.getState().kept).toEqual([]);
  });

  test('opening another image ends the run under way, which is no failure', async () => {
    const { store, client, asked } = await createRunningStore();
    const run = client.run;
    client.run = (_, onProgress) =>
      new Promise((_resolve, reject) => {
        onProgress({ operation: 'run', phase: 'encoding', fraction: 0 });
        client.cancelRuns = async () => {
          asked.cancels += 1;
          reject(new TokenLensError('run-cancelled', 'engine'));
        };
      });
    const slow = store.getState().openSource({ image: 'slow.png' });
    client.run = run;
    await store.getState().openSource({ image: 'b.png', name: 'b.png' });
    await slow;
    expect(asked.cancels).toBe(1);
    expect(store.getState().failure).toBeNull();
    expect(store.getState().report?.image.name).toBe('b.png');
  });

  test('a locked token stays for a run of the same grid, and is freed for one of another', async () => {
    const { store, client } = await createRunningStore();
    const selection = { kind: 'patch', tile: 0, index: 33 } as const;
    store.getState().select(selection);
    await store.getState().runImage({ image: 'b.png' });
    expect(store.getState().locked).toEqual(selection);
    const grid = createTokenGrid({ imageSize: 224, patchSize: 14, shuffleFactor: 2 });
    client.run = async () => createRunReport(20, { model: { ...model, grid } });
    await store.getState().runImage({ image: 'c.png' });
    expect(store.getState()).toMatchObject({ locked: null, hovered: null });
    expect(shownGrid(store.getState()).tokens).toBe(grid);
  });

  test('a photo of several tiles is shown assembled, and stays as chosen for the same grid', async () => {
    const { store, client } = await createRunningStore();
    expect(canAssemble(store.getState())).toBe(false);
    let runId = 10;
    client.run = async (): Promise<RunReport> => createRunReport(++runId, { tiles: threeByTwo });
    await store.getState().runImage({ image: 'wide.png' });
    expect(store.getState().tile).toBe('all');
    expect(shownGrid(store.getState())).toMatchObject({ columns: 3, rows: 2, first: 0 });
    expect(shownGrid(store.getState())).toBe(shownGrid(store.getState()));

    store.getState().showTile(6);
    expect(shownGrid(store.getState())).toMatchObject({ columns: 1, rows: 1, first: 6 });
    await store.getState().runImage({ image: 'wide.png' });
    expect(store.getState().tile).toBe(6);
  });

  test('a token locked in a tile that the next run does not have asks for no similarity', async () => {
    const { store, client, asked } = await createRunningStore();
    const run = client.run;
    client.run = async (): Promise<RunReport> => createRunReport(10, { tiles: threeByTwo });
    await store.getState().runImage({ image: 'wide.png' });
    store.getState().prefer({ mapKind: 'cosine' });
    store.getState().select({ kind: 'patch', tile: 5, index: 1 });
    await settle();
    expect(asked.maps.at(-1)).toMatchObject({ runId: 10, selection: { tile: 5 } });
    const before = asked.maps.length;
    client.run = run;
    await store.getState().runImage({ image: 'b.png' });
    expect(asked.maps).toHaveLength(before);
  });

  test('preprocessing changes wait for the next run and go with it', async () => {
    const { store, asked } = await createRunningStore();
    store.getState().changePreprocessing({ mode: 'pad' });
    expect(asked.runs).toHaveLength(1);
    expect(nextPreprocessing(store.getState())).toMatchObject({ mode: 'pad', maxTiles: 12 });
    await store.getState().runAgain();
    expect(asked.runs.at(-1)).toEqual({ image: 'a.png', name: 'a.png', preprocessing: { mode: 'pad' } });

    await store.getState().runImage({ image: 'b.png', preprocessing: { mode: 'crop' } });
    expect(asked.runs.at(-1)).toMatchObject({ image: 'b.png', preprocessing: { mode: 'crop' } });
    await store.getState().runAgain();
    expect(asked.runs.at(-1)).toEqual({ image: 'b.png', preprocessing: { mode: 'pad' } });
    store.getState().changePreprocessing(null);
    expect(nextPreprocessing(store.getState())).toMatchObject({ mode: 'tiles' });
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
    expect(asked.runs.at(-1)).toEqual({ image: 'b.png', preprocessing: {} });
  });
});

describe('a run of the engine before, while the model loads again', () => {
  /** A page that was looked at, whose engine is now another; what that is asked, and how its load comes out. */
  async function restartEngine() {
    const asked: string[] = [];
    const write = (name: string) => async () => {
      asked.push(name);
      throw new TokenLensError('no-run', 'engine');
    };
    const { store, client } = await createRunningStore();
    await store.getState().openSource({ image: 'b.png' });
    store.getState().prefer({ mapKind: 'cosine' });
    store.getState().hover({ kind: 'patch', tile: 0, index: 1 });
    await settle();
    Object.assign(client, {
      maps: write('maps'),
      layerChanges: write('layerChanges'),
      reductionFigures: write('reductionFigures'),
      featureScaleEffect: write('featureScaleEffect'),
      connectorMaps: write('connectorMaps'),
      connectorToken: write('connectorToken'),
      compare: write('compare'),
    });
    const outcome = createDeferred<typeof model>();
    client.load = () => outcome.promise;
    const restarted = store.getState().restart();
    await settle();
    return { store, asked, restarted, outcome };
  }

  /** All that pointing, choosing and opening panels asks for. */
  async function lookAround({ getState }: Awaited<ReturnType<typeof restartEngine>>['store']) {
    getState().hover({ kind: 'patch', tile: 0, index: 7 });
    getState().changeLens({ layer: 3 });
    getState().requestConnectorMaps();
    getState().requestConnectorToken();
    getState().requestComparison();
    await Promise.all([
      getState().requestLayerChanges(),
      getState().requestReductionFigures(),
      getState().requestFeatureScaleEffect(),
    ]);
    await settle();
  }

  test('stays on show; looking around asks nothing of the new engine and fails nowhere', async () => {
    const { store, asked } = await restartEngine();
    await lookAround(store);
    expect(asked).toEqual([]);
    expect(store.getState()).toMatchObject({ phase: 'ready', failure: null, report: { runId: 2 } });
    expect(store.getState().maps.cosine).toMatchObject({ runId: 2, selection: { index: 1 } });
  });

  test('asks nothing either once that load has failed, which is what is shown', async () => {
    const { store, asked, restarted, outcome } = await restartEngine();
    outcome.reject(new TokenLensError('file-not-found', 'checkpoint', { url: 'x' }));
    await expect(restarted).rejects.toMatchObject({ code: 'file-not-found' });
    await lookAround(store);
    expect(asked).toEqual([]);
    expect(store.getState().failure).toMatchObject({ operation: 'load', error: { code: 'file-not-found' } });
  });

  test('gives way to the run of the new engine, of which all of it is asked', async () => {
    const { store, asked, restarted, outcome } = await restartEngine();
    outcome.resolve(model);
    await restarted;
    await settle();
    expect(store.getState().report?.runId).toBe(3);
    asked.length = 0;
    await lookAround(store);
    expect(new Set(asked)).toEqual(
      new Set(['maps', 'layerChanges', 'reductionFigures', 'featureScaleEffect', 'connectorMaps', 'connectorToken']),
    );
  });

  test('that was being asked about when the engine was ended leaves no failure', async () => {
    const { store, client } = await createRunningStore();
    const { promise, reject } = createDeferred<MapSet>();
    client.maps = () => promise;
    client.stop = () => reject(new TokenLensError('engine-stopped', 'engine', { operation: 'maps' }));
    store.getState().prefer({ mapKind: 'pca' });
    client.load = () => new Promise(() => {});
    void store.getState().restart();
    await settle();
    expect(store.getState()).toMatchObject({ phase: 'ready', failure: null });
  });
});

describe('selection and cosine', () => {
  test('cosine waits for a selection, then asks for the newest one only', async () => {
    const { store, asked } = await createRunningStore();
    store.getState().prefer({ mapKind: 'cosine' });
    expect(asked.maps.filter(({ kind }) => kind === 'cosine')).toEqual([]);

    for (const index of [1, 2, 3]) store.getState().hover({ kind: 'patch', tile: 0, index });
    expect(areMapsCurrent(store.getState())).toBe(false);
    await settle();
    const selections = asked.maps.filter(({ kind }) => kind === 'cosine').map(({ selection }) => selection);
    expect(selections).toEqual([
      { kind: 'patch', tile: 0, index: 1 },
      { kind: 'patch', tile: 0, index: 3 },
    ]);
    expect(store.getState().maps.cosine?.selection).toEqual({ kind: 'patch', tile: 0, index: 3 });
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
    store.getState().lock({ kind: 'patch', tile: 0, index: 5 });
    expect(store.getState().isInspectorOpen).toBe(true);
    store.getState().move('dropped', 'ArrowRight', { columns: 1, rows: 1, first: 0, tokens: publishedGrid });
    expect(store.getState().locked).toEqual({ kind: 'patch', tile: 0, index: 6 });
    store.getState().lock({ kind: 'patch', tile: 0, index: 6 });
    expect(store.getState().locked).toBeNull();

    store.getState().prefer({ isInspectorOpen: false });
    store.getState().lock({ kind: 'class', tile: 0 });
    expect(store.getState().isInspectorOpen).toBe(false);
    store.getState().free();
    expect(store.getState().locked).toBeNull();
  });
});

describe('kept axes', () => {
  test('are those of the maps on show; the maps are then asked for on them, of later runs too', async () => {
    const asked: MapRequest[] = [];
    const { store, asked: answered } = await createRunningStore({
      keepAxes: async (request) => {
        asked.push(request);
        return { runId: request.runId, imageName: 'a.png', layer: null, stages: ['tokens'] };
      },
    });
    store.getState().prefer({ mapKind: 'pca' });
    await settle();
    await store.getState().keepAxes({ layer: 3, tiles: [0] });
    expect(asked).toEqual([{ runId: 1, kind: 'pca', layer: 3, tiles: [0] }]);
    expect(store.getState().keptAxes?.imageName).toBe('a.png');
    await settle();
    expect(answered.maps.at(-1)).toEqual({ runId: 1, kind: 'pca', basis: 'kept' });
    await store.getState().runImage({ image: 'b.png' });
    expect(answered.maps.at(-1)).toEqual({ runId: 2, kind: 'pca', basis: 'kept' });
  });

  test('that could not be kept change nothing, and the failure is shown', async () => {
    const { store } = await createRunningStore({
      keepAxes: () => Promise.reject(new TokenLensError('no-run', 'engine')),
    });
    await expect(store.getState().keepAxes({})).rejects.toMatchObject({ code: 'no-run' });
    expect(store.getState().keptAxes).toBeNull();
    expect(store.getState().lens.basis).toBe('run');
    expect(store.getState().failure?.operation).toBe('maps');
  });

  test('are gone with the engine that kept them', async () => {
    const { store } = await createRunningStore({
      keepAxes: async ({ runId }) => ({ runId, imageName: 'a.png', layer: null, stages: ['tokens'] }),
    });
    await store.getState().keepAxes({});
    expect(store.getState().keptAxes).not.toBeNull();
    await store.getState().restart();
    expect(store.getState().keptAxes).toBeNull();
  });
});

test('the layers beside a chosen one are fetched ahead, and are there at once when they are stepped to', async () => {
  const { store, asked } = await createRunningStore();
  asked.maps.length = 0;
  const layersAsked = () => asked.maps.map(({ layer = null }) => layer);
  store.getState().changeLens({ layer: 3 });
  await settle();
  expect(layersAsked()).toEqual([3, 4, 2]);
  store.getState().changeLens({ layer: 4 });
  expect(store.getState().maps.norm?.request.layer).toBe(4);
  await settle();
  expect(layersAsked()).toEqual([3, 4, 2, 5]);
  store.getState().changeLens({ layer: 3 });
  expect(store.getState().maps.norm?.request.layer).toBe(3);
});
