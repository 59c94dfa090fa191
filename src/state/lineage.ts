import type { Selection, TokenStage } from '#engine/protocol.ts';
import {
  type PixelBox,
  patchesOfShuffledToken,
  patchGridSize,
  pixelBoxOf,
  shuffledGridSize,
  shuffledTokenOfPatch,
} from '#tensor/grid.ts';
import { type TileGrid, type TokenGridSize, tokenAtAssembledCell } from '#tensor/tile-grid.ts';

/** The five squares in the order of the pipeline: the image and one a token stage. */
export const squares = ['image', 'selected', 'dropped', 'shuffled', 'tokens'] as const;
export type Square = 'image' | TokenStage;

/** What a square shows of a selection: `selected` is the token itself or what it becomes, `related` its siblings. */
export interface Outline {
  readonly box: PixelBox;
  readonly strength: 'selected' | 'related';
}

/** Cells a side of the grid that a square cuts a tile into. */
export function gridSizeOf(square: Square): TokenGridSize {
  return square === 'shuffled' || square === 'tokens' ? shuffledGridSize : patchGridSize;
}

/** The token of `square` at a point of `grid`, in shares 0..1 of its width and height; null outside. */
export function tokenAtPoint(x: number, y: number, square: Square, grid: TileGrid): Selection | null {
  if (!(x >= 0 && y >= 0 && x < 1 && y < 1)) return null;
  const size = gridSizeOf(square);
  const cell = { row: Math.floor(y * grid.rows * size), column: Math.floor(x * grid.columns * size) };
  return { kind: size === patchGridSize ? 'patch' : 'shuffled', ...tokenAtAssembledCell(cell, grid, size) };
}

/** Whether two selections are the same token of the same grid of the same tile. */
export function sameSelection(a: Selection | null, b: Selection | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.tile !== b.tile) return false;
  if (a.kind === 'class' || b.kind === 'class') return a.kind === b.kind;
  return a.kind === b.kind && a.index === b.index;
}

/**
 * The token of `square` that carries `selection`, as a selection of that square's own grid; null where its path does
 * not reach. Of a shuffled token's four patches the top-left one stands for it.
 */
export function selectionInSquare(selection: Selection, square: Square): Selection | null {
  if (selection.kind === 'class') return square === 'selected' ? selection : null;
  const isPatchSquare = gridSizeOf(square) === patchGridSize;
  if (isPatchSquare === (selection.kind === 'patch')) return selection;
  return isPatchSquare
    ? { kind: 'patch', tile: selection.tile, index: patchesOfShuffledToken(selection.index)[0] }
    : { kind: 'shuffled', tile: selection.tile, index: shuffledTokenOfPatch(selection.index) };
}

/**
 * The outlines of `selection` in `square`, in pixels of its 448-px tile: a patch with the three siblings it is folded
 * with, a shuffled token with its four patches, what either becomes. Empty for the class token, which sits in no grid.
 */
export function outlinesIn(square: Square, selection: Selection): readonly Outline[] {
  if (selection.kind === 'class') return [];
  const shuffledToken = selection.kind === 'patch' ? shuffledTokenOfPatch(selection.index) : selection.index;
  const foldedBox = pixelBoxOf(shuffledToken, shuffledGridSize);
  if (gridSizeOf(square) === shuffledGridSize) return [{ box: foldedBox, strength: 'selected' }];

  const patchBox = (patch: number) => pixelBoxOf(patch, patchGridSize);
  if (selection.kind === 'shuffled') {
    const patches = patchesOfShuffledToken(shuffledToken).map(patchBox);
    return [...patches.map((box): Outline => ({ box, strength: 'related' })), { box: foldedBox, strength: 'selected' }];
  }
  const siblings = patchesOfShuffledToken(shuffledToken).filter((patch) => patch !== selection.index);
  return [
    ...siblings.map((patch): Outline => ({ box: patchBox(patch), strength: 'related' })),
    { box: patchBox(selection.index), strength: 'selected' },
  ];
}
