import * as Comlink from 'comlink';
import { TokenLensError } from '#errors.ts';
import { type Answer, unwrap } from './answer.ts';
import type { Engine, Progress } from './protocol.ts';

/** `Engine` as the worker exposes it: every answer wrapped, so that errors keep their code and stage. */
export type EngineEndpoint = {
  [Name in keyof Engine]: (...args: Parameters<Engine[Name]>) => Promise<Answer<Awaited<ReturnType<Engine[Name]>>>>;
};

/** The page's side of the engine: the same calls, plus the means to end a worker that no longer answers. */
export interface EngineClient extends Engine {
  /** Ends the worker; what is under way rejects with `engine-stopped`. The next call starts a new, empty one. */
  stop(): void;
}

export interface EngineClientOptions {
  /** How long an operation may show no sign of life; one WASM run of a full-size encoder on one thread shows none for a minute. */
  readonly stallTimeoutMs?: number;
  readonly createWorker?: () => Worker;
}

const defaultStallTimeoutMs = 300_000;

function createEngineWorker(): Worker {
  return new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'token-lens-engine' });
}

interface Pending {
  readonly operation: string;
  lastSignMs: number;
  readonly reject: (error: TokenLensError) => void;
}

/**
 * Starts the engine's worker at the first call and speaks to it. A call rejects with the `TokenLensError` that the
 * worker threw, or with `engine-stalled`, `engine-stopped` or `engine-crashed`; after these the next call finds a new
 * worker with nothing loaded, which numbers its runs on from those of the worker before once it is started.
 */
export function createEngineClient(options: EngineClientOptions = {}): EngineClient {
  const { stallTimeoutMs = defaultStallTimeoutMs, createWorker = createEngineWorker } = options;
  const pending = new Set<Pending>();
  let worker: Worker | null = null;
  let endpoint: Comlink.Remote<EngineEndpoint> | null = null;
  let watchdog: ReturnType<typeof setInterval> | undefined;
  let lastRunId = 0;

  function end(errorFor: (operation: string) => TokenLensError): void {
    worker?.terminate();
    worker = null;
    endpoint = null;
    clearInterval(watchdog);
    for (const { operation, reject } of pending) reject(errorFor(operation));
    pending.clear();
  }

  function checkSignsOfLife(): void {
    const stalled = [...pending].find(({ lastSignMs }) => performance.now() - lastSignMs > stallTimeoutMs);
    if (!stalled) return;
    const seconds = Math.round(stallTimeoutMs / 1000);
    end((operation) => new TokenLensError('engine-stalled', 'engine', { seconds, operation }));
  }

  function connect(): Comlink.Remote<EngineEndpoint> {
    if (endpoint) return endpoint;
    worker = createWorker();
    worker.onerror = (event) => {
      event.preventDefault();
      end(() => new TokenLensError('engine-crashed', 'engine', { reason: event.message || 'the worker did not load' }));
    };
    endpoint = Comlink.wrap<EngineEndpoint>(worker);
    watchdog = setInterval(checkSignsOfLife, Math.min(stallTimeoutMs, 1000));
    return endpoint;
  }

  /** One call, watched: it settles with the worker's answer or with the end of the worker, whichever comes first. */
  function call<Value>(
    operation: string,
    ask: (remote: Comlink.Remote<EngineEndpoint>, alive: () => void) => Promise<Answer<Value>>,
  ): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      const entry: Pending = { operation, lastSignMs: performance.now(), reject };
      const alive = () => {
        for (const other of pending) other.lastSignMs = performance.now();
      };
      pending.add(entry);
      ask(connect(), alive)
        .then((received) => resolve(unwrap(received)))
        .catch(reject)
        .finally(() => {
          pending.delete(entry);
          alive();
        });
    });
  }

  const watched = (onProgress: (progress: Progress) => void, alive: () => void) =>
    Comlink.proxy((progress: Progress) => {
      alive();
      onProgress(progress);
    });

  return {
    start: (options, onProgress) =>
      call('start', (remote, alive) => remote.start({ ...options, lastRunId }, watched(onProgress, alive))),
    load: (request, onProgress) => call('load', (remote, alive) => remote.load(request, watched(onProgress, alive))),
    inspect: (request) => call('inspect', (remote) => remote.inspect(request)),
    cancelLoad: () => call('cancel', (remote) => remote.cancelLoad()),
    stored: () => call('stored', (remote) => remote.stored()),
    deleteStored: (key) => call('stored', (remote) => remote.deleteStored(key)),
    async run(request, onProgress) {
      const report = await call('run', (remote, alive) => remote.run(request, watched(onProgress, alive)));
      lastRunId = report.runId;
      return report;
    },
    cancelRuns: () => call('cancel', (remote) => remote.cancelRuns()),
    maps: (request) => call('maps', (remote) => remote.maps(request)),
    keepAxes: (request) => call('keepAxes', (remote) => remote.keepAxes(request)),
    layerChanges: (request) => call('layerChanges', (remote) => remote.layerChanges(request)),
    connectorMaps: (request) => call('connectorMaps', (remote) => remote.connectorMaps(request)),
    connectorToken: (request) => call('connectorToken', (remote) => remote.connectorToken(request)),
    compare: (request) => call('compare', (remote) => remote.compare(request)),
    reductionFigures: (request) => call('reductionFigures', (remote) => remote.reductionFigures(request)),
    featureScaleEffect: (request) => call('featureScaleEffect', (remote) => remote.featureScaleEffect(request)),
    tensor: (name, request) => call('tensor', (remote) => remote.tensor(name, request)),
    status: () => call('status', (remote) => remote.status()),
    stop: () => end((operation) => new TokenLensError('engine-stopped', 'engine', { operation })),
  };
}
