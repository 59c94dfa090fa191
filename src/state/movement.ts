import type { Selection } from '#engine/protocol.ts';
import { assembledCellOf, holdsTile, type ShownTiles, tokenAtAssembledCell } from '#tensor/tile-grid.ts';
import { gridKindOf, gridSizeOf, type Square, selectionInSquare } from './lineage.ts';

/** The keys that move through a grid of tokens. */
export const movementKeys = [
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
] as const;
export type MovementKey = (typeof movementKeys)[number];

/** Whether `key` moves through a grid. */
export function isMovementKey(key: string): key is MovementKey {
  return (movementKeys as readonly string[]).includes(key);
}

/** Rows that PageUp and PageDown skip, as a share of a tile's grid. */
const pageShare = 1 / 4;

function firstOf(square: Square, tile: number): Selection {
  return { kind: gridKindOf(square), tile, index: 0 };
}

/**
 * The token that `key` leads to from `from` in the grid of `square`, over the borders of the tiles on show; the first
 * token of the first tile when nothing is selected there. Home and End go to the ends of the row, PageUp and PageDown a
 * quarter of a tile up and down. In the encoder square the class token lies above the first row of its tile.
 */
export function moveSelection(from: Selection | null, key: MovementKey, square: Square, shown: ShownTiles): Selection {
  const here = from && holdsTile(shown, from.tile) ? selectionInSquare(from, square, shown.tokens) : null;
  if (!here) return firstOf(square, shown.first);
  if (here.kind === 'class') return key === 'ArrowDown' || key === 'ArrowRight' ? firstOf(square, here.tile) : here;

  const size = gridSizeOf(square, shown.tokens);
  const { row, column } = assembledCellOf(here, shown, size);
  if (square === 'selected' && row === 0 && key === 'ArrowUp') return { kind: 'class', tile: here.tile };
  const page = Math.ceil(size * pageShare);
  const lastColumn = shown.columns * size - 1;
  const targets: Record<MovementKey, { row: number; column: number }> = {
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    Home: { row, column: 0 },
    End: { row, column: lastColumn },
    PageUp: { row: row - page, column },
    PageDown: { row: row + page, column },
  };
  const clamp = (position: number, last: number) => Math.min(Math.max(position, 0), last);
  const target = targets[key];
  const cell = { row: clamp(target.row, shown.rows * size - 1), column: clamp(target.column, lastColumn) };
  return { kind: here.kind, ...tokenAtAssembledCell(cell, shown, size) };
}
