import type { MapSet, TokenMap } from '#engine/protocol.ts';
import { rangeOf, unionOf, type ValueRange } from '#state/map-values.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import { gridOfOneTile, type ShownTiles, type TileGrid } from '#tensor/tile-grid.ts';

export interface HeadMaps {
  /** [heads]: the patches of the selection's tile. */
  readonly maps: readonly TokenMap[];
  /** Of all heads together. */
  readonly range: ValueRange;
  /** The selection's tile alone. */
  readonly grid: ShownTiles;
}

/** `maps` side by side, row by row, as close to a square as they come; each stands where its number says. */
export function sheetOf(maps: readonly TokenMap[]): { readonly maps: readonly TokenMap[]; readonly grid: TileGrid } {
  const columns = Math.ceil(Math.sqrt(maps.length));
  const rows = Math.ceil(maps.length / columns);
  return { maps: maps.map((map, tile) => ({ ...map, tile })), grid: { columns, rows, first: 0 } };
}

/** The heads of a set of attention, [heads, 1 + patches] class token first, as maps of their patches; null of any other set. */
export function headMaps({ heads, runId, kind, selection }: MapSet, tokens: TokenGrid): HeadMaps | null {
  if (!heads || !selection) return null;
  const { tile } = selection;
  const { patchCount, patchGridSize } = tokens;
  const sequence = 1 + patchCount;
  const maps = Array.from({ length: heads.count }, (_, head): TokenMap => {
    const start = head * sequence;
    return {
      runId,
      tile,
      stage: 'selected',
      kind,
      rows: patchGridSize,
      columns: patchGridSize,
      components: 1,
      unit: 'attention',
      values: heads.values.subarray(start + 1, start + sequence),
      classToken: heads.values.subarray(start, start + 1),
      explainedVariance: null,
    };
  });
  return { maps, range: unionOf(maps.map((map) => rangeOf(map))), grid: gridOfOneTile(tile, tokens) };
}
