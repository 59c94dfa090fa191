import { wasmThreads } from '#encoder/ort.ts';
import { type ProbeResult, probeBlock, probeDevice } from '#encoder/probe.ts';
import { createTurns } from '#encoder/turns.ts';
import { TokenLensError } from '#errors.ts';
import { scratchByteLengthOf } from './attention-maps.ts';
import { chooseBackend } from './backend.ts';
import { createCheckpointStore } from './checkpoint-store.ts';
import { compareRuns } from './compare-runs.ts';
import { computeConnectorMaps, inspectConnectorToken } from './connector-view.ts';
import { deviceMemoryGiB } from './device-memory.ts';
import { mostOutputByteLengthOf } from './encoder-outputs.ts';
import { measureFeatureScale } from './feature-scale-effect.ts';
import { fetchSource } from './fetch-source.ts';
import { inspectModel } from './inspect.ts';
import { KeptAxes } from './kept-axes.ts';
import { KeptRuns } from './kept-runs.ts';
import { mostSessionByteLength } from './kept-sessions.ts';
import { measureLayerChanges } from './layer-tensor.ts';
import { type LoadedModel, stageModel } from './load.ts';
import { computeMaps, keepAxes } from './maps.ts';
import { describeTarget } from './precision-fit.ts';
import type {
  EncoderBackend,
  Engine,
  EngineStatus,
  InspectionStatus,
  LoadRequest,
  ModelReport,
  Progress,
  RunReport,
} from './protocol.ts';
import { measureReduction } from './reduction-figures.ts';
import { type FinishedRun, runPipeline } from './run.ts';
import { readRunTensor } from './tensors.ts';

/**
 * The engine as the worker runs it: one device, one model, one run at a time. Calls are taken in turn, in the order in
 * which they came; a call that fails leaves the model and the run before it in place. A checkpoint is read out of turn:
 * while it arrives, the model before it goes on working. So is an image: a run takes its turn when its image is here.
 */
export function createEngine(): Engine {
  let probe: ProbeResult | null = null;
  let lost: TokenLensError | null = null;
  let requested: EncoderBackend | undefined;
  let model: LoadedModel | null = null;
  let mostLayersByteLength = mostOutputByteLengthOf(deviceMemoryGiB());
  const runs = new KeptRuns();
  const keptAxes = new KeptAxes();
  /** Runs that are under way or wait for their turn. */
  const unfinished = new Set<AbortController>();
  let lastRunId = 0;
  /** Whether the model has run. */
  let hasRun = false;
  /** The load that is under way. */
  let loading: AbortController | null = null;
  const store = createCheckpointStore();
  const inTurn = createTurns();
  /** Runs wait for their images here, so that they take their turns in the order in which they came. */
  const fetchInOrder = createTurns();

  async function ensureDevice(): Promise<ProbeResult> {
    if (lost) throw lost;
    if (probe) return probe;
    const found = await probeDevice();
    probe = found;
    void found.gpu.device.lost.then(({ message, reason }) => {
      lost = new TokenLensError('device-lost', 'device', { reason: message || reason });
    });
    return found;
  }

  /** Where an encoder is to run; a device that it would be put on is checked with a whole block first. */
  async function chooseTarget(encoder: EncoderBackend | undefined, onProgress: (progress: Progress) => void) {
    let found = await ensureDevice();
    const choose = () => chooseBackend(encoder, found.gpu.adapter.isSoftware, found.attention !== null);
    if (choose().backend === 'webgpu') {
      onProgress({ operation: 'load', phase: 'probing', fraction: null });
      found = await probeBlock(found);
      probe = found;
    }
    return { ...found, choice: choose() };
  }

  async function loadModel(
    request: LoadRequest,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<ModelReport> {
    const encoder = request.encoder ?? requested;
    const { gpu, attention, choice } = await inTurn(() => chooseTarget(encoder, onProgress));
    const cache = await store.cache();
    const staged = await stageModel(request, { gpu, attention, choice, cache, signal, onProgress });
    return inTurn(async () => {
      if (lost) {
        staged.discard();
        throw lost;
      }
      const loaded = await staged.finish();
      // WASM has held the thread: what was called meanwhile is heard in the next task.
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) {
        await loaded.release();
        throw new TokenLensError('load-cancelled', 'checkpoint');
      }
      const previous = model;
      model = loaded;
      hasRun = false;
      requested = encoder;
      await previous?.release();
      return loaded.report;
    });
  }

  function requireRun(runId?: number): FinishedRun {
    if (lost) throw lost;
    if (runs.newest === null) throw new TokenLensError('no-run', 'engine');
    const run = runId === undefined ? runs.newest : runs.find(runId);
    if (run) return run;
    const expected = `${runs.ids.join(' or ')}, the runs that are kept`;
    throw new TokenLensError('invalid-argument', 'engine', { name: 'runId', actual: runId ?? 0, expected });
  }

  function reportStatus({ gpu, attention, outcomes }: ProbeResult): EngineStatus {
    const choice = model?.choice ?? chooseBackend(requested, gpu.adapter.isSoftware, attention !== null);
    return {
      adapter: gpu.adapter,
      probe: outcomes,
      backend: choice.backend,
      backendReason: choice.reason,
      backendFailure: choice.failure,
      attention: attention ?? 'multi-head-attention',
      precision: model?.report.precision.used ?? 'float32',
      wasmThreads,
      crossOriginIsolated: globalThis.crossOriginIsolated,
      model: model?.report ?? null,
      runId: runs.newest?.runId ?? null,
      tiles: runs.newest?.prepared.tiles.count ?? 0,
      stages: runs.newest?.stages ?? [],
      keptRuns: runs.ids,
      keptByteLength: runs.byteLength,
      mostKeptByteLength: runs.mostByteLength,
      inspection: reportInspection(),
      bytesReadBack: gpu.readBack.byteLength,
    };
  }

  function reportInspection(): InspectionStatus {
    const { blocks = [], byteLength = 0, mostByteLength = mostSessionByteLength } = model?.inspector?.kept ?? {};
    const outputs = runs.newest?.encoderOutputs;
    const { heads = null, hiddenSize = null, grid } = model?.report ?? {};
    return {
      blocks,
      byteLength,
      mostByteLength,
      keptTiles: outputs?.keptTiles ?? 0,
      layersByteLength: outputs?.byteLength ?? 0,
      mostLayersByteLength: outputs?.mostByteLength ?? mostLayersByteLength,
      encodedAgain: outputs?.encodedAgain ?? 0,
      scratchByteLength: heads && hiddenSize && grid ? scratchByteLengthOf({ heads, hiddenSize, grid }) : 0,
    };
  }

  return {
    start: (options, onProgress) =>
      inTurn(async () => {
        requested = options.encoder;
        mostLayersByteLength = options.mostLayersByteLength ?? mostLayersByteLength;
        lastRunId = options.lastRunId ?? lastRunId;
        if (!probe) onProgress({ operation: 'start', phase: 'probing', fraction: null });
        return reportStatus(await ensureDevice());
      }),

    async inspect(request) {
      const { gpu, attention } = await inTurn(ensureDevice);
      const { backend } = chooseBackend(requested, gpu.adapter.isSoftware, attention !== null);
      return inspectModel(request, { cache: await store.cache(), target: describeTarget(backend, gpu) });
    },

    async load(request: LoadRequest, onProgress): Promise<ModelReport> {
      loading?.abort();
      const control = new AbortController();
      loading = control;
      try {
        // What is cancelled is over at once; the runtime finishes what it has begun and lets go of it then.
        return await Promise.race([loadModel(request, control.signal, onProgress), whenCancelled(control.signal)]);
      } catch (thrown) {
        // What is still being asked for would be asked for again by the next load.
        control.abort();
        throw thrown;
      } finally {
        if (loading === control) loading = null;
      }
    },

    async cancelLoad() {
      loading?.abort();
    },

    stored: () => store.report(),
    deleteStored: (key) => store.delete(key),

    async run(request, onProgress): Promise<RunReport> {
      const control = new AbortController();
      unfinished.add(control);
      const { signal } = control;
      try {
        const fetched = await fetchInOrder(() => fetchSource(request, { signal, onProgress }));
        return await inTurn(async () => {
          if (signal.aborted) throw new TokenLensError('run-cancelled', 'engine');
          const { gpu } = await ensureDevice();
          if (!model) throw new TokenLensError('no-model', 'engine');
          gpu.readBack.byteLength = 0;
          const runId = lastRunId + 1;
          const isFirstRun = !hasRun;
          const context = { gpu, model, runId, mostLayersByteLength, isFirstRun, signal, onProgress };
          const finished = await runPipeline(fetched, context);
          lastRunId = runId;
          hasRun = true;
          runs.add(finished);
          const { prepared } = finished;
          return {
            runId,
            model: finished.model,
            image: prepared.image,
            video: prepared.video,
            backend: model.choice.backend,
            tiles: prepared.tiles,
            stages: finished.stages,
            preparation: prepared.timing,
            totalMs: finished.totalMs,
            pictures: prepared.pictures,
            keptRuns: runs.ids,
          };
        });
      } finally {
        unfinished.delete(control);
      }
    },

    // Not in turn: it is for those that have the turn or wait for it.
    async cancelRuns() {
      for (const control of unfinished) control.abort();
    },

    maps: (request) =>
      inTurn(async () => {
        const finished = requireRun(request.runId);
        return computeMaps((await ensureDevice()).gpu, finished, request, keptAxes);
      }),

    keepAxes: (request) =>
      inTurn(async () => {
        const finished = requireRun(request.runId);
        return keepAxes((await ensureDevice()).gpu, finished, request, keptAxes);
      }),

    layerChanges: (request) =>
      inTurn(async () => measureLayerChanges((await ensureDevice()).gpu, requireRun(request.runId), request)),

    connectorMaps: (request) =>
      inTurn(async () => computeConnectorMaps((await ensureDevice()).gpu, requireRun(request.runId), request)),

    connectorToken: ({ runId, selection }) =>
      inTurn(async () => inspectConnectorToken((await ensureDevice()).gpu, requireRun(runId), selection)),

    compare: (request) =>
      inTurn(async () => {
        const own = requireRun(request.runId);
        const other = requireRun(request.otherRunId);
        return compareRuns((await ensureDevice()).gpu, own, other, request);
      }),
    reductionFigures: ({ runId, tile }) =>
      inTurn(async () => measureReduction((await ensureDevice()).gpu, requireRun(runId), tile)),

    featureScaleEffect: ({ runId, tile }) =>
      inTurn(async () => measureFeatureScale((await ensureDevice()).gpu, requireRun(runId), tile)),

    tensor: (name, request) =>
      inTurn(async () => {
        const finished = requireRun(request.runId);
        return readRunTensor((await ensureDevice()).gpu, finished, name, request);
      }),

    status: () => inTurn(async () => reportStatus(await ensureDevice())),
  };
}

function whenCancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new TokenLensError('load-cancelled', 'checkpoint')));
  });
}
