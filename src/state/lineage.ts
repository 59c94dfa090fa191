import type { Selection, TokenStage } from '#engine/protocol.ts';
import {
  cellOf,
  firstPatchOf,
  type GridKind,
  gridSideOf,
  indexOf,
  type PixelBox,
  patchesOfShuffledToken,
  pixelBoxOf,
  shuffledTokenOf,
  shuffledTokenOfPatch,
  type TokenGrid,
  tokenCountOf,
} from '#tensor/grid.ts';
import { type ShownTiles, tokenAtAssembledCell } from '#tensor/tile-grid.ts';

/** The five squares in the order of the pipeline: the image and one a token stage. */
export const squares = ['image', 'selected', 'dropped', 'shuffled', 'tokens'] as const;
export type Square = 'image' | TokenStage;

/** What a square shows of a selection: `selected` is the token itself or what it becomes, `related` its siblings. */
export interface Outline {
  readonly box: PixelBox;
  readonly strength: 'selected' | 'related';
}

/** Which of the two grids a square cuts a tile into. */
export function gridKindOf(square: Square): GridKind {
  return square === 'shuffled' || square === 'tokens' ? 'shuffled' : 'patch';
}

/** Cells a side of that grid. */
export function gridSizeOf(square: Square, grid: TokenGrid): number {
  return gridSideOf(gridKindOf(square), grid);
}

/** The token of `square` at a point of `grid`, in shares 0..1 of its width and height; null outside. */
export function tokenAtPoint(x: number, y: number, square: Square, grid: ShownTiles): Selection | null {
  if (!(x >= 0 && y >= 0 && x < 1 && y < 1)) return null;
  const size = gridSizeOf(square, grid.tokens);
  const cell = { row: Math.floor(y * grid.rows * size), column: Math.floor(x * grid.columns * size) };
  return { kind: gridKindOf(square), ...tokenAtAssembledCell(cell, grid, size) };
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
 * not reach. Of a shuffled token's patches the top-left one stands for it.
 */
export function selectionInSquare(selection: Selection, square: Square, grid: TokenGrid): Selection | null {
  if (selection.kind === 'class') return square === 'selected' ? selection : null;
  const { kind, tile, index } = selection;
  const needed = gridKindOf(square);
  if (kind === needed) return selection;
  return needed === 'patch'
    ? { kind: 'patch', tile, index: firstPatchOf(index, grid) }
    : { kind: 'shuffled', tile, index: shuffledTokenOfPatch(index, grid) };
}

/** Whether a tile cut as `grid` has the token. */
export function isInGrid(selection: Selection, grid: TokenGrid): boolean {
  return selection.kind === 'class' || selection.index < tokenCountOf(selection.kind, grid);
}

/** The token of a tile cut as `to` where the middle of `selection` is in one cut as `from`: its own where they are cut alike. */
export function atSamePlace(selection: Selection, from: TokenGrid, to: TokenGrid): Selection {
  if (selection.kind === 'class') return selection;
  const [fromSide, toSide] = [gridSideOf(selection.kind, from), gridSideOf(selection.kind, to)];
  const { row, column } = cellOf(selection.index, fromSide);
  const move = (position: number) => Math.floor(((position + 0.5) * toSide) / fromSide);
  return { ...selection, index: indexOf({ row: move(row), column: move(column) }, toSide) };
}

/**
 * The outlines of `selection` in `square`, in pixels of its tile: a patch with the siblings it is folded with, a shuffled
 * token with its patches, what either becomes. Empty for the class token, which sits in no grid.
 */
export function outlinesIn(square: Square, selection: Selection, grid: TokenGrid): readonly Outline[] {
  if (selection.kind === 'class') return [];
  const shuffledToken = shuffledTokenOf(selection, grid);
  const foldedBox = pixelBoxOf(shuffledToken, grid.shuffledGridSize, grid);
  if (gridKindOf(square) === 'shuffled') return [{ box: foldedBox, strength: 'selected' }];

  const patchBox = (patch: number) => pixelBoxOf(patch, grid.patchGridSize, grid);
  if (selection.kind === 'shuffled') {
    const patches = patchesOfShuffledToken(shuffledToken, grid).map(patchBox);
    return [...patches.map((box): Outline => ({ box, strength: 'related' })), { box: foldedBox, strength: 'selected' }];
  }
  const siblings = patchesOfShuffledToken(shuffledToken, grid).filter((patch) => patch !== selection.index);
  return [
    ...siblings.map((patch): Outline => ({ box: patchBox(patch), strength: 'related' })),
    { box: patchBox(selection.index), strength: 'selected' },
  ];
}
