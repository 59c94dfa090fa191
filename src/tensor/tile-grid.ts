import { type Cell, cellOf, indexOf, type TokenGrid } from './grid.ts';

/** How the tiles on show lie: `columns` x `rows` of them, row-major from tile `first`. One tile alone is 1 x 1. */
export interface TileGrid {
  readonly columns: number;
  readonly rows: number;
  /** Number of its first tile in the run. */
  readonly first: number;
}

/** Tiles whose tokens are pointed at, walked through and outlined. */
export interface ShownTiles extends TileGrid {
  /** How each of them is cut into tokens. */
  readonly tokens: TokenGrid;
}

/** A token of one tile, by its row-major index in the tile's own grid. */
export interface TiledIndex {
  readonly tile: number;
  readonly index: number;
}

/** One tile alone. */
export function gridOfOneTile(tile: number, tokens: TokenGrid): ShownTiles {
  return { columns: 1, rows: 1, first: tile, tokens };
}

/** Whether `tile` is one of the grid's. */
export function holdsTile({ columns, rows, first }: TileGrid, tile: number): boolean {
  return tile >= first && tile < first + columns * rows;
}

/** Row and column of a token in the assembled grid of `size` x `size` tokens a tile. */
export function assembledCellOf({ tile, index }: TiledIndex, grid: TileGrid, size: number): Cell {
  const place = cellOf(tile - grid.first, grid.columns);
  const cell = cellOf(index, size);
  return { row: place.row * size + cell.row, column: place.column * size + cell.column };
}

/** The token at a cell of the assembled grid. */
export function tokenAtAssembledCell({ row, column }: Cell, grid: TileGrid, size: number): TiledIndex {
  const place = { row: Math.floor(row / size), column: Math.floor(column / size) };
  return {
    tile: grid.first + indexOf(place, grid.columns),
    index: indexOf({ row: row % size, column: column % size }, size),
  };
}
