/**
 * Where tokens sit: the patch grid of the encoder, the grid after the 2x2 pixel shuffle, and how they meet.
 * Patches and shuffled tokens are numbered row-major from 0; the class token is no patch and sits in no grid.
 * Source: InternViT-300M-448px, `downsample_ratio` 0.5 (https://huggingface.co/OpenGVLab/InternVL2-1B).
 */

/** Side of a tile in pixels. */
export const tileSizePx = 448;
/** Side of a patch in pixels. */
export const patchSizePx = 14;
/** Rows and columns of patches in a tile. */
export const patchGridSize = tileSizePx / patchSizePx;
/** Rows and columns of patches that the pixel shuffle folds into one token. */
export const shuffleFactor = 2;
/** Rows and columns of tokens after the pixel shuffle. */
export const shuffledGridSize = patchGridSize / shuffleFactor;
/** Patches in a tile. */
export const patchCount = patchGridSize * patchGridSize;
/** Tokens in a tile after the pixel shuffle. */
export const shuffledCount = shuffledGridSize * shuffledGridSize;

export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** A box in pixels; `right` and `bottom` are exclusive. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Row and column of token `index` in a grid of `columns` columns. */
export function cellOf(index: number, columns: number): Cell {
  return { row: Math.floor(index / columns), column: index % columns };
}

/** Row-major index of a cell in a grid of `columns` columns. */
export function indexOf(cell: Cell, columns: number): number {
  return cell.row * columns + cell.column;
}

/** The shuffled token [0, 256) into which `patch` [0, 1024) is folded. */
export function shuffledTokenOfPatch(patch: number): number {
  const { row, column } = cellOf(patch, patchGridSize);
  return indexOf(
    { row: Math.floor(row / shuffleFactor), column: Math.floor(column / shuffleFactor) },
    shuffledGridSize,
  );
}

/**
 * The four patches folded into `shuffledToken`, in the order of their channel blocks: top-left, top-right,
 * bottom-left, bottom-right.
 */
export function patchesOfShuffledToken(shuffledToken: number): readonly [number, number, number, number] {
  const { row, column } = cellOf(shuffledToken, shuffledGridSize);
  const topLeft = indexOf({ row: row * shuffleFactor, column: column * shuffleFactor }, patchGridSize);
  return [topLeft, topLeft + 1, topLeft + patchGridSize, topLeft + patchGridSize + 1];
}

/** The row of `shuffled` that holds a cell of the 16x16 grid: `ps_version` v1 leaves rows and columns exchanged. */
export function rowOfShuffledCell(cell: number, psVersion: 'v1' | 'v2'): number {
  return psVersion === 'v1' ? transposeIndex(cell, shuffledGridSize) : cell;
}

/** The pixels of cell `index` where a tile is cut into `gridSize` x `gridSize` cells. */
export function pixelBoxOf(index: number, gridSize: number): PixelBox {
  const side = tileSizePx / gridSize;
  const { row, column } = cellOf(index, gridSize);
  return { left: column * side, top: row * side, right: (column + 1) * side, bottom: (row + 1) * side };
}

/** Index of the same cell after rows and columns of a `gridSize` x `gridSize` grid are exchanged. Its own inverse. */
export function transposeIndex(index: number, gridSize: number): number {
  const { row, column } = cellOf(index, gridSize);
  return indexOf({ row: column, column: row }, gridSize);
}

/** Values [side, side, components] with rows and columns exchanged. */
export function transposeGrid(values: Float32Array, side: number, components = 1): Float32Array {
  return Float32Array.from(values, (_, index) => {
    const token = transposeIndex(Math.floor(index / components), side);
    return values[token * components + (index % components)] ?? Number.NaN;
  });
}
