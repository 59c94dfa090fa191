import { TokenLensError } from '#errors.ts';
import { publishedGrid, type TokenGrid } from '#tensor/grid.ts';
import { orderAsCPythonSet, type Pair } from './cpython-set.ts';

/** How an image may be cut into tiles. */
export interface TilingOptions {
  /** Fewest tiles of the grid, at least 1. */
  readonly minTiles: number;
  /** Most tiles of the grid, at least `minTiles`. */
  readonly maxTiles: number;
  /** Whether the whole image is appended as one more tile where the grid has more than one. */
  readonly thumbnail: boolean;
}

/** VITA's and InternVL's own. */
export const publishedTiling: TilingOptions = { minTiles: 1, maxTiles: 12, thumbnail: true };

/** Most tiles that are planned: beyond it no published model goes (InternVL evaluates with up to 40). */
export const mostTiles = 100;

/** Sizes in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** The grid an image is resized to and cut by. */
export interface TilePlan {
  readonly columns: number;
  readonly rows: number;
  /** All tiles, the thumbnail among them. */
  readonly tiles: number;
}

/** A grid that was weighed, in the order in which the published code weighs them. */
export interface GridCandidate {
  readonly columns: number;
  readonly rows: number;
  /** |width / height - columns / rows| */
  readonly aspectError: number;
  /** `tied`: as near as the chosen one, but the tie went to the other. */
  readonly outcome: 'chosen' | 'tied' | 'farther';
}

/** An image, how it may be cut, and how large a tile is where that is not as published. */
export type TilingRequest = ImageSize & Partial<TilingOptions> & Partial<Pick<TokenGrid, 'tileSizePx'>>;

/**
 * The grid that the published `dynamic_preprocess` chooses: of all grids of `minTiles` to `maxTiles` tiles the one
 * nearest in aspect ratio.
 *
 * @throws TokenLensError `invalid-argument`.
 */
export function planTiles(request: TilingRequest): TilePlan {
  const { thumbnail } = { ...publishedTiling, ...request };
  const { columns, rows } = chooseGrid(request, weighGrids(request));
  const cut = columns * rows;
  return { columns, rows, tiles: thumbnail && cut > 1 ? cut + 1 : cut };
}

/**
 * Every grid that `planTiles` weighs, in the published order, each with how far it is off and what became of it.
 *
 * @throws TokenLensError `invalid-argument`.
 */
export function listCandidates(request: TilingRequest): GridCandidate[] {
  const grids = weighGrids(request);
  const chosen = chooseGrid(request, grids);
  return grids.map((grid) => {
    const lost = grid.aspectError === chosen.aspectError ? 'tied' : 'farther';
    return { ...grid, outcome: grid === chosen ? 'chosen' : lost };
  });
}

type WeighedGrid = Omit<GridCandidate, 'outcome'>;

function weighGrids(request: TilingRequest): readonly WeighedGrid[] {
  const { width, height, minTiles, maxTiles } = { ...publishedTiling, ...request };
  checkInteger('width', width, 1);
  checkInteger('height', height, 1);
  checkInteger('minTiles', minTiles, 1);
  checkInteger('maxTiles', maxTiles, minTiles, mostTiles);
  return listGrids(minTiles, maxTiles).map(([columns, rows]) => ({
    columns,
    rows,
    aspectError: Math.abs(width / height - columns / rows),
  }));
}

/**
 * `target_ratios` of `dynamic_preprocess`: the grids of `minTiles` to `maxTiles` tiles, sorted by their number alone.
 * They come out of a Python set, whose order stays among grids of as many tiles. It matters where two of them are
 * equally near, which takes a `minTiles` above 1: 2x1 and 1x2 are, for an image of 5:4 and two tiles.
 */
function listGrids(minTiles: number, maxTiles: number): Pair[] {
  const inserted = new Map<string, Pair>();
  for (let most = minTiles; most <= maxTiles; most++) {
    for (let columns = 1; columns <= most; columns++) {
      for (let rows = 1; rows <= most && columns * rows <= maxTiles; rows++) {
        if (columns * rows >= minTiles) inserted.set(`${columns}x${rows}`, [columns, rows]);
      }
    }
  }
  return orderAsCPythonSet([...inserted.values()]).sort((a, b) => a[0] * a[1] - b[0] * b[1]);
}

/**
 * `find_closest_aspect_ratio`: the first nearest grid, except that of two equally near the later wins where the image
 * has more than half the pixels of its tiles.
 * Source: https://huggingface.co/OpenGVLab/InternVL2-1B (README.md), VITA's `dynamic_preprocess`.
 */
function chooseGrid(request: TilingRequest, grids: readonly WeighedGrid[]): WeighedGrid {
  const { width, height, tileSizePx = publishedGrid.tileSizePx } = request;
  return grids.reduce((best, grid) => {
    if (grid.aspectError < best.aspectError) return grid;
    if (grid.aspectError > best.aspectError) return best;
    return width * height > 0.5 * tileSizePx * tileSizePx * grid.columns * grid.rows ? grid : best;
  });
}

function checkInteger(name: string, actual: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(actual) && actual >= least && actual <= most) return;
  const expected =
    most < Number.MAX_SAFE_INTEGER ? `an integer from ${least} to ${most}` : `an integer of at least ${least}`;
  throw new TokenLensError('invalid-argument', 'image', { name, actual, expected });
}
