import type {
  CheckpointInspection,
  ConnectorMaps,
  ConnectorMapsRequest,
  ConnectorToken,
  MapRequest,
  MapSet,
  ModelReport,
  RunReport,
  Selection,
  StorageReport,
  TileReport,
  TokenMap,
} from '#engine/protocol.ts';
import { publishedGrid } from '#tensor/grid.ts';

/** What an engine reports of the bundled checkpoint. */
export const demoModel: ModelReport = {
  name: 'demo',
  connectorName: 'demo',
  revision: null,
  connectorRevision: null,
  hub: null,
  layout: 'vita',
  hiddenSize: 192,
  layers: 6,
  heads: 3,
  tokenSize: 256,
  connector: { hiddenSize: 256, hasLayerNorm: false, activation: 'gelu' },
  selectedLayer: 6,
  psVersion: 'v2',
  featureScale: 0.5,
  grid: publishedGrid,
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

/** What an engine answers to `request`, with these maps or none. */
export function createMapSet(request: MapRequest, maps: readonly TokenMap[] = []): MapSet {
  const { runId, kind, selection = null } = request;
  return { runId, kind, maps, selection, request, heads: null, axes: [], encodedAgain: 0, elapsedMs: 1 };
}

/** What an engine answers of the layers within a connector, without their maps. */
export function createConnectorMaps(request: ConnectorMapsRequest): ConnectorMaps {
  return { runId: request.runId, tile: request.tile, maps: [], request };
}

/** What an engine answers of a token of the 16x16 grid within the connector. */
export function createConnectorToken(runId: number, { tile }: Selection, index = 0): ConnectorToken {
  return { runId, selection: { kind: 'shuffled', tile, index }, units: [], blockShares: [0, 0, 0, 0] };
}

/** What an engine finds out about a checkpoint that is complete and fits, as far as `changes` do not say otherwise. */
export function createInspection(changes: Partial<CheckpointInspection> = {}): CheckpointInspection {
  return {
    name: 'a/b',
    connectorName: null,
    revision: '0123456789abcdef0123456789abcdef01234567',
    connectorRevision: null,
    report: {
      layout: 'internvl-chat',
      storedDtype: 'BF16',
      parameters: 304,
      used: { count: 10, byteLength: 608 },
      skipped: { count: 5, byteLength: 1000, groups: [{ name: 'language_model', count: 5 }] },
      unexpected: { count: 0, byteLength: 0, tensors: [] },
      missing: [],
      unusable: [],
      download: { byteLength: 608, requests: 3 },
      largestWeight: { name: 'blocks.0.mlp', elements: 64 },
    },
    hiddenSize: 1024,
    layers: 24,
    tokenSize: 896,
    fetchByteLength: 608,
    fits: (['float32', 'float16', 'int8', 'int4'] as const).map((precision) => ({
      precision,
      byteLength: 1216,
      backend: 'wasm',
      problem: null,
    })),
    ...changes,
  };
}
