import {
  BufferTarget,
  Input,
  Output,
  QUALITY_HIGH,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
} from 'mediabunny';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { EncoderOutput } from '#encoder/encoder-session.ts';
import type { Gpu } from '#gpu/gpu.ts';
import { createTokenGrid } from '#tensor/grid.ts';
import { imagenetNormalization } from '#tensor/normalization.ts';
import { elementCount } from '#tensor/shape.ts';
import { reportOf } from '#testing/errors.ts';
import { testGpu } from '#testing/gpu-fixture.ts';
import { demoModel } from '#testing/reports.ts';
import type { FetchedRequest } from './fetch-source.ts';
import { prepareSource, releasePrepared } from './prepare.ts';
import type { Progress } from './protocol.ts';
import { type RunContext, runPipeline } from './run.ts';

const grid = createTokenGrid({ imageSize: 64, patchSize: 16, shuffleFactor: 2 });
const channels = 64;
/** Two tiles, of which one has room for its layers. */
const preprocessing = {
  ...demoModel.preprocessing,
  mode: 'tiles',
  minTiles: 2,
  maxTiles: 2,
  thumbnail: false,
} as const;

/** What was made and not let go of yet. */
const live = new Set<object>();
/** Steps that may fail, in the order in which they came; the one of number `failing` does. */
let steps: string[] = [];
let failing = Number.POSITIVE_INFINITY;

function mayFail(step: string): void {
  steps.push(step);
  if (steps.length === failing) throw new Error(`${step} fails`);
}

function hold<Held extends object>(held: Held): Held {
  live.add(held);
  return held;
}

interface Watching {
  readonly holds?: boolean;
  /** Which calls may fail, by their first argument; all of them where it is left out. */
  readonly when?: (argument: unknown) => boolean;
}

/** Makes calls of `owner`'s method `name` steps that may fail, and holds what they give. */
function watchMaking<Owner extends object>(
  owner: Owner,
  name: keyof Owner & string,
  { holds = true, when = () => true }: Watching = {},
): void {
  const original = owner[name] as (...args: unknown[]) => unknown;
  vi.spyOn(owner as Record<string, (...args: unknown[]) => unknown>, name).mockImplementation(function (
    this: unknown,
    ...args
  ) {
    if (when(args[0])) mayFail(name);
    const made = original.apply(this, args);
    if (!holds) return made;
    return made instanceof Promise ? made.then(hold) : hold(made as object);
  });
}

/** A device refuses tensors that are too large for it; what is read back or timed through is small. */
const isTensor = (buffer: unknown) => Boolean((buffer as GPUBufferDescriptor).usage & GPUBufferUsage.STORAGE);

/** Lets go of an object when its method `name` is called. */
function watchRelease<Owner extends object>(owner: Owner, name: keyof Owner & string): void {
  const original = owner[name] as (...args: unknown[]) => unknown;
  vi.spyOn(owner as Record<string, (...args: unknown[]) => unknown>, name).mockImplementation(function (
    this: object,
    ...args
  ) {
    live.delete(this);
    return original.apply(this, args);
  });
}

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});

beforeEach(() => {
  const { device } = gpu;
  watchMaking(device, 'createBuffer', { when: isTensor });
  watchMaking(device, 'createTexture');
  watchMaking(device, 'createCommandEncoder', { holds: false });
  watchMaking(device.queue, 'copyExternalImageToTexture', { holds: false });
  watchMaking(globalThis, 'createImageBitmap');
  watchMaking(OffscreenCanvas.prototype, 'transferToImageBitmap');
  watchMaking(VideoSample.prototype, 'toVideoFrame');
  watchMaking(Input.prototype, 'getPrimaryVideoTrack', { holds: false });
  watchRelease(GPUBuffer.prototype, 'destroy');
  watchRelease(GPUTexture.prototype, 'destroy');
  watchRelease(ImageBitmap.prototype, 'close');
  watchRelease(VideoFrame.prototype, 'close');
});
afterEach(() => vi.restoreAllMocks());

async function paint(width: number, height: number, alpha: number): Promise<File> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No 2D canvas.');
  context.globalAlpha = alpha;
  context.fillStyle = 'teal';
  context.fillRect(0, 0, width, height);
  return new File([await canvas.convertToBlob({ type: 'image/png' })], 'teal.png');
}

/** One frame, as the browser encodes it. */
async function encodeClip(): Promise<File> {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new VideoSampleSource({ codec: 'vp8', bitrate: QUALITY_HIGH });
  output.addVideoTrack(source);
  await output.start();
  const canvas = new OffscreenCanvas(64, 48);
  canvas.getContext('2d')?.fillRect(0, 0, 64, 48);
  const sample = new VideoSample(canvas, { timestamp: 0, duration: 0.1 });
  await source.add(sample);
  sample.close();
  await output.finalize();
  return new File([target.buffer ?? new ArrayBuffer()], 'clip.webm');
}

function contextFor(signal: AbortSignal, onProgress: (progress: Progress) => void = () => {}): RunContext {
  return {
    gpu,
    runId: 1,
    mostLayersByteLength: 0,
    isFirstRun: false,
    signal,
    onProgress,
    model: {
      report: { ...demoModel, grid, preprocessing: { ...preprocessing, source: 'test' } },
      choice: { backend: 'wasm', reason: 'requested', failure: null },
      session: {
        inputNames: ['pixel_values'],
        outputNames: ['embeddings', 'selected'],
        async run(_, __, wanted) {
          mayFail('session.run');
          const shape = [1, grid.patchCount + 1, channels];
          const output: EncoderOutput = { location: 'cpu', values: new Float32Array(elementCount(shape)), shape };
          const outputs = new Map(wanted.map((name) => [name, output]));
          const run = { outputs, timing: { elapsedMs: 1, clock: 'wall' as const }, dispose: () => live.delete(run) };
          return hold(run);
        },
        release: async () => {},
      },
      hiddenStates: ['embeddings', 'selected'],
      selected: 'selected',
      classAttention: [],
      normalization: imagenetNormalization,
      inspector: null,
      connector: null,
      release: async () => {},
      isReleased: () => false,
    },
  };
}

const never = new AbortController().signal;
const prepareContext = (signal = never, onProgress: (progress: Progress) => void = () => {}) => ({
  gpu,
  preprocessingDefault: { ...preprocessing, source: 'test' },
  grid,
  signal,
  onProgress,
});

interface Source {
  readonly what: string;
  readonly file: () => Promise<File>;
  /** How many steps may fail at least. */
  readonly fewestSteps: number;
  /** Does it all, and lets go of what came of it. */
  readonly work: (request: FetchedRequest) => Promise<void>;
}

const sources: readonly Source[] = [
  {
    what: 'a run of an image',
    file: () => paint(96, 48, 1),
    fewestSteps: 30,
    async work(request) {
      const finished = await runPipeline(request, contextFor(never));
      const { pictures, image } = finished.prepared;
      expect([pictures.length, finished.encoderOutputs.keptTiles]).toEqual([2, 1]);
      expect(live.size).toBeGreaterThan(5);
      finished.dispose();
      for (const picture of [...pictures, image.preview]) picture.close();
    },
  },
  {
    what: 'preparing a transparent image, whose pictures are read back',
    file: () => paint(96, 48, 0.5),
    fewestSteps: 15,
    async work(request) {
      const prepared = await prepareSource(request, prepareContext());
      expect(prepared.pictures.length).toBe(2);
      expect(live.size).toBe(4);
      releasePrepared(prepared);
    },
  },
  {
    what: 'preparing a video',
    file: encodeClip,
    fewestSteps: 40,
    async work(request) {
      const prepared = await prepareSource(request, prepareContext());
      expect(prepared.pictures.length).toBe(4);
      expect(live.size).toBe(6);
      releasePrepared(prepared);
    },
  },
];

test.each(sources)('$what lets go of everything, whichever step fails', async ({ file, fewestSteps, work }) => {
  const image = await file();
  const request: FetchedRequest = { image, name: image.name };
  const opened = vi.spyOn(Input.prototype, 'getPrimaryVideoTrack');
  const closed = vi.spyOn(Input.prototype, 'dispose');
  const begin = (step: number) => {
    live.clear();
    steps = [];
    failing = step;
  };
  begin(Number.POSITIVE_INFINITY);
  await work(request);
  expect([...live]).toEqual([]);
  const names = [...steps];
  expect(names.length).toBeGreaterThanOrEqual(fewestSteps);
  for (const [index, name] of names.entries()) {
    begin(index + 1);
    await expect(work(request), `step ${index + 1}, ${name}`).rejects.toThrow();
    expect([...live], `after step ${index + 1}, ${name}`).toEqual([]);
  }
  expect(closed.mock.contexts).toEqual(opened.mock.contexts);
});

test('a video that is cancelled between two frames is let go of', async () => {
  const image = await encodeClip();
  const control = new AbortController();
  live.clear();
  const context = prepareContext(control.signal, ({ tile }) => {
    if (tile?.index === 2) control.abort();
  });
  expect((await reportOf(() => prepareSource({ image, name: image.name }, context))).code).toBe('run-cancelled');
  expect([...live]).toEqual([]);
});
