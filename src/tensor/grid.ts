import { TokenLensError } from '#errors.ts';

/**
 * Where tokens sit: the patch grid of the encoder, the grid after the pixel shuffle, and how they meet. Patches and
 * shuffled tokens are numbered row-major from 0; the class token is no patch and sits in no grid.
 */

/** How one tile is cut into tokens; plain data, made by `createTokenGrid` from what a checkpoint's configuration says. */
export interface TokenGrid {
  /** Side of a tile in pixels. */
  readonly tileSizePx: number;
  /** Side of a patch in pixels. */
  readonly patchSizePx: number;
  /** Rows and columns of patches in a tile. */
  readonly patchGridSize: number;
  /** Rows and columns of patches that the pixel shuffle folds into one token: 1 / `downsample_ratio`. */
  readonly shuffleFactor: number;
  /** Rows and columns of tokens after the pixel shuffle. */
  readonly shuffledGridSize: number;
  /** Patches in a tile. */
  readonly patchCount: number;
  /** Tokens in a tile after the pixel shuffle. */
  readonly shuffledCount: number;
}

export interface TokenGridSizes {
  /** Side of a tile in pixels. */
  readonly imageSize: number;
  /** Side of a patch in pixels. */
  readonly patchSize: number;
  /** Patches a side that become one token. */
  readonly shuffleFactor: number;
}

/**
 * The grid of a tile of `imageSize` pixels cut into patches of `patchSize` pixels, `shuffleFactor` x `shuffleFactor` of
 * which become one token.
 *
 * @throws TokenLensError `grid-uneven` where one size is no whole number of the next.
 */
export function createTokenGrid({ imageSize, patchSize, shuffleFactor }: TokenGridSizes): TokenGrid {
  const patchGridSize = divide('image_size', imageSize, 'patch_size', patchSize);
  const shuffledGridSize = divide('image_size / patch_size', patchGridSize, '1 / downsample_ratio', shuffleFactor);
  return {
    tileSizePx: imageSize,
    patchSizePx: patchSize,
    patchGridSize,
    shuffleFactor,
    shuffledGridSize,
    patchCount: patchGridSize ** 2,
    shuffledCount: shuffledGridSize ** 2,
  };
}

/** How often `part` goes into `size`; both with the names that configurations have for them. */
function divide(name: string, size: number, partName: string, part: number): number {
  const count = size / part;
  if (part >= 1 && count >= 1 && Number.isInteger(part) && Number.isInteger(count)) return count;
  throw new TokenLensError('grid-uneven', 'checkpoint', { name, size, partName, part });
}

/**
 * The grid of the published models: 448 px, patches of 14 px, `downsample_ratio` 0.5. It stands in where no checkpoint
 * says otherwise.
 * Source: https://huggingface.co/OpenGVLab/InternVL2-1B
 */
export const publishedGrid = createTokenGrid({ imageSize: 448, patchSize: 14, shuffleFactor: 2 });

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

/** The two grids that a tile is cut into: of patches, and of what the pixel shuffle makes of them. */
export type GridKind = 'patch' | 'shuffled';

/** Rows and columns of one of the two grids. */
export function gridSideOf(kind: GridKind, { patchGridSize, shuffledGridSize }: TokenGrid): number {
  return kind === 'patch' ? patchGridSize : shuffledGridSize;
}

/** Tokens in one of the two grids. */
export function tokenCountOf(kind: GridKind, { patchCount, shuffledCount }: TokenGrid): number {
  return kind === 'patch' ? patchCount : shuffledCount;
}

/** Patches that the pixel shuffle folds into one token: its channel blocks. */
export function blockCountOf({ shuffleFactor }: Pick<TokenGrid, 'shuffleFactor'>): number {
  return shuffleFactor ** 2;
}

/** The shuffled token [0, `shuffledCount`) into which `patch` [0, `patchCount`) is folded. */
export function shuffledTokenOfPatch(patch: number, grid: TokenGrid): number {
  const { patchGridSize, shuffleFactor, shuffledGridSize } = grid;
  const { row, column } = cellOf(patch, patchGridSize);
  return indexOf(
    { row: Math.floor(row / shuffleFactor), column: Math.floor(column / shuffleFactor) },
    shuffledGridSize,
  );
}

/**
 * The patches folded into `shuffledToken`, in the order of their channel blocks: row by row of the neighbourhood, from
 * its top left one on.
 */
export function patchesOfShuffledToken(shuffledToken: number, grid: TokenGrid): readonly number[] {
  const { patchGridSize, shuffleFactor } = grid;
  const first = firstPatchOf(shuffledToken, grid);
  return Array.from({ length: blockCountOf(grid) }, (_, block) => {
    const { row, column } = cellOf(block, shuffleFactor);
    return first + row * patchGridSize + column;
  });
}

/** The top left one of the patches folded into `shuffledToken`. */
export function firstPatchOf(shuffledToken: number, grid: TokenGrid): number {
  const { patchGridSize, shuffleFactor, shuffledGridSize } = grid;
  const { row, column } = cellOf(shuffledToken, shuffledGridSize);
  return indexOf({ row: row * shuffleFactor, column: column * shuffleFactor }, patchGridSize);
}

/** A token of one of the two grids. */
export interface GridToken {
  readonly kind: GridKind;
  readonly index: number;
}

/** The patches that a token stands for: itself, or those folded into it. */
export function patchesOfToken({ kind, index }: GridToken, grid: TokenGrid): readonly number[] {
  return kind === 'patch' ? [index] : patchesOfShuffledToken(index, grid);
}

/** The shuffled token that a token is, or goes into. */
export function shuffledTokenOf({ kind, index }: GridToken, grid: TokenGrid): number {
  return kind === 'patch' ? shuffledTokenOfPatch(index, grid) : index;
}

/** Places in the encoder's sequence that a token stands for: the class token comes first, the patches after it. */
export function sequencePlacesOf(token: GridToken | { readonly kind: 'class' }, grid: TokenGrid): readonly number[] {
  return token.kind === 'class' ? [0] : patchesOfToken(token, grid).map((patch) => patch + 1);
}

/** The row of `shuffled` that holds a cell of its grid: `ps_version` v1 leaves rows and columns exchanged. */
export function rowOfShuffledCell(cell: number, psVersion: 'v1' | 'v2', grid: TokenGrid): number {
  return psVersion === 'v1' ? transposeIndex(cell, grid.shuffledGridSize) : cell;
}

/** The pixels of cell `index` where a tile of `tileSizePx` pixels is cut into `gridSize` x `gridSize` cells. */
export function pixelBoxOf(index: number, gridSize: number, { tileSizePx }: Pick<TokenGrid, 'tileSizePx'>): PixelBox {
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
