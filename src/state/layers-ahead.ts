import type { MapKind, MapRequest, MapSet, RunReport } from '#engine/protocol.ts';

/** Kinds whose map of a layer is quick: the others encode a tile again, or go through all blocks. */
const quickKinds: readonly MapKind[] = ['norm', 'channel', 'cosine', 'class', 'pca', 'attention'];

/** Maps of the layers beside the one on show, of one run, so that the next step of a scrubber is there at once. */
export interface LayersAhead {
  /** The maps that answer `request` of `report`, if they have come; null otherwise. */
  find(report: RunReport, request: MapRequest): MapSet | null;
  /** Puts an answer beside those that are here. */
  keep(report: RunReport, maps: MapSet): void;
  /** Fetches what of `requests` is not here, one after the other, for as long as `isWanted`; forgets everything else. */
  fetch(report: RunReport, requests: readonly MapRequest[], isWanted: () => boolean): Promise<void>;
}

export function createLayersAhead(ask: (request: MapRequest) => Promise<MapSet>): LayersAhead {
  let owner: RunReport | null = null;
  let known: ReadonlyMap<string, MapSet> = new Map();
  const find = (report: RunReport, request: MapRequest) =>
    (report === owner ? known.get(JSON.stringify(request)) : null) ?? null;
  return {
    find,
    keep(report, maps) {
      known = new Map([...(report === owner ? known : []), [JSON.stringify(maps.request), maps]]);
      owner = report;
    },
    async fetch(report, requests, isWanted) {
      const next = new Map<string, MapSet>();
      for (const request of requests) {
        // What fails here fails again, and is told, once it is looked at.
        const maps = find(report, request) ?? (isWanted() ? await ask(request).catch(() => null) : null);
        if (maps) next.set(JSON.stringify(request), maps);
      }
      owner = report;
      known = next;
    },
  };
}

/** The hidden states beside `layer`, up to `last`; none of maps that take long, or that made the encoder run again. */
export function layersBeside(
  layer: number | null,
  last: number | null,
  { kind, encodedAgain }: MapSet,
): readonly number[] {
  if (layer === null || last === null || encodedAgain > 0 || !quickKinds.includes(kind)) return [];
  const first = kind === 'attention' ? 1 : 0;
  return [layer + 1, layer - 1].filter((beside) => beside >= first && beside <= last);
}
