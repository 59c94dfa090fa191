import type { EngineClient } from '#engine/client.ts';
import type { EngineStatus } from '#engine/protocol.ts';
import { TokenLensError } from '#errors.ts';
import { createMapSet, noStorage } from './reports.ts';

const refuse = () => Promise.reject(new TokenLensError('no-run', 'engine'));

/** An engine that gives `answers`, has maps and nothing stored, and refuses everything else. */
export function createTestClient(answers: Partial<EngineClient>): EngineClient {
  return {
    start: async () => ({}) as EngineStatus,
    status: async () => ({}) as EngineStatus,
    inspect: refuse,
    load: refuse,
    cancelLoad: async () => {},
    stored: async () => noStorage,
    deleteStored: async () => noStorage,
    run: refuse,
    cancelRuns: async () => {},
    maps: async (request) => createMapSet(request),
    keepAxes: refuse,
    layerChanges: async ({ runId, tile }) => ({ runId, tile, changes: [], encodedAgain: 0 }),
    reductionFigures: refuse,
    featureScaleEffect: refuse,
    connectorMaps: refuse,
    connectorToken: refuse,
    compare: refuse,
    tensor: refuse,
    stop: () => {},
    ...answers,
  };
}
