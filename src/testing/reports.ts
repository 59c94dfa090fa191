import type { ModelReport, RunReport, StorageReport, TileReport } from '#engine/protocol.ts';

/** What an engine reports of the bundled checkpoint. */
export const demoModel: ModelReport = {
  name: 'demo',
  connectorName: 'demo',
  revision: null,
  connectorRevision: null,
  pinnedName: 'demo',
  pinnedConnectorName: null,
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
  precision: { requested: 'float32', used: 'float32', reason: null, check: null },
  notice: null,
  preprocessing: { mode: 'tiles', minTiles: 1, maxTiles: 12, thumbnail: true, source: 'VITA: dynamic_preprocess' },
};

/** One tile, the whole of an image. */
export const oneTile: TileReport = {
  preprocessing: { mode: 'single', minTiles: 1, maxTiles: 12, thumbnail: true },
  isDefault: false,
  columns: 1,
  rows: 1,
  count: 1,
  hasThumbnail: false,
};

/** A picture that cannot be drawn: outside of a browser there are none. */
const picture: ImageBitmap = { width: 448, height: 448, close: () => {} };

/** What an engine reports of run `runId`, which alone is kept, as far as `changes` do not say otherwise. */
export function createRunReport(runId: number, changes: Partial<RunReport> = {}): RunReport {
  const { tiles = oneTile } = changes;
  return {
    runId,
    model: demoModel,
    image: { name: 'a.png', width: 600, height: 400, preview: picture },
    video: null,
    backend: 'wasm',
    tiles,
    stages: [],
    preparation: { elapsedMs: 1, clock: 'wall' },
    totalMs: 1,
    pictures: Array.from({ length: tiles.count }, () => picture),
    keptRuns: [runId],
    ...changes,
  };
}

/** What an engine reports of a browser that stores nothing. */
export const noStorage: StorageReport = {
  isAvailable: false,
  checkpoints: [],
  usedByteLength: 0,
  quotaByteLength: 0,
  isPersistent: false,
};
