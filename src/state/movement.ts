import type { Selection } from '#engine/protocol.ts';
import { cellOf, indexOf } from '#tensor/grid.ts';
import { gridSizeOf, type Square, selectionInSquare } from './lineage.ts';

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

/** Rows that PageUp and PageDown skip, as a share of the grid. */
const pageShare = 1 / 4;

function firstOf(square: Square): Selection {
  const kind = selectionInSquare({ kind: 'patch', index: 0 }, square)?.kind === 'shuffled' ? 'shuffled' : 'patch';
  return { kind, index: 0 };
}

/**
 * The token that `key` leads to from `from` in the grid of `square`; the first token when nothing is selected there.
 * Home and End go to the ends of the row, PageUp and PageDown a quarter of the grid up and down. In the encoder
 * square the class token lies above the first row.
 */
export function moveSelection(from: Selection | null, key: MovementKey, square: Square): Selection {
  const here = from && selectionInSquare(from, square);
  if (!here) return firstOf(square);
  if (here.kind === 'class') return key === 'ArrowDown' || key === 'ArrowRight' ? firstOf(square) : here;

  const size = gridSizeOf(square);
  const { row, column } = cellOf(here.index, size);
  if (square === 'selected' && row === 0 && key === 'ArrowUp') return { kind: 'class' };
  const page = size * pageShare;
  const targets: Record<MovementKey, { row: number; column: number }> = {
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    Home: { row, column: 0 },
    End: { row, column: size - 1 },
    PageUp: { row: row - page, column },
    PageDown: { row: row + page, column },
  };
  const clamp = (position: number) => Math.min(Math.max(position, 0), size - 1);
  const target = targets[key];
  return { kind: here.kind, index: indexOf({ row: clamp(target.row), column: clamp(target.column) }, size) };
}
