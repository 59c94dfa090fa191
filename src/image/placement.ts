import { TokenLensError } from '#errors.ts';
import { cellOf, type PixelBox, type TokenGrid } from '#tensor/grid.ts';
import { type ImageSize, planTiles, type TilingOptions } from './tile-plan.ts';

/** What becomes of an image that is no tile. */
export const imageModes = ['single', 'tiles', 'pad', 'crop'] as const;
export type ImageMode = (typeof imageModes)[number];

/** All that decides how an image becomes tiles; the tiling options matter in the mode `tiles` only. */
export type Preprocessing = TilingOptions & { readonly mode: ImageMode };

/** Red, green and blue in 0..255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** One resize and what is cut out of it; all in pixels but `columns` and `rows`, which count tiles. */
export interface Placement {
  /** The image with its padding: what is resized. */
  readonly canvas: ImageSize;
  /** Where the image's top left corner lies in the canvas. */
  readonly image: { readonly x: number; readonly y: number };
  /** The canvas where the image does not cover it. */
  readonly background: Colour;
  /** What the canvas is resized to. */
  readonly resized: ImageSize;
  /** The tiles of it that are wanted, numbered row by row. */
  readonly cut: {
    readonly left: number;
    readonly top: number;
    readonly columns: number;
    readonly rows: number;
    /** Side of a tile in pixels. */
    readonly tileSizePx: number;
  };
}

/** How large a tile is. */
type TileSize = Pick<TokenGrid, 'tileSizePx'>;

/** The tiles of an image: those of the first placement, then those of the next. */
export interface TileLayout {
  readonly placements: readonly Placement[];
  /** The grid that the image was cut by; the thumbnail lies outside it. */
  readonly columns: number;
  readonly rows: number;
  /** All tiles, the thumbnail among them: it is the last one. */
  readonly tiles: number;
  readonly hasThumbnail: boolean;
}

/** ImageNet's mean colour, each `int(255 * mean)`. */
export const meanColour: Colour = [123, 116, 103];

/**
 * How an image of `size` becomes tiles.
 *
 * - `single`: resized to one tile, aspect not kept.
 * - `tiles`: resized to a grid of tiles, aspect nearly kept, and the whole as a thumbnail. Source: `dynamic_preprocess`
 *   of https://huggingface.co/OpenGVLab/InternVL2-1B and of VITA.
 * - `pad`: padded to a square with the mean colour. Source: `expand2square` of LLaVA, which VITA uses for video frames
 *   (vita/util/mm_utils.py).
 * - `crop`: the shorter side resized to a tile, aspect kept, and the middle cut out. Source: transformers'
 *   CLIPImageProcessor (`get_resize_output_image_size`, `center_crop`) with the published preprocessor_config.json.
 *
 * @throws TokenLensError `invalid-argument`.
 */
export function planPlacements(size: ImageSize, preprocessing: Preprocessing, tile: TileSize): TileLayout {
  switch (preprocessing.mode) {
    case 'single':
      return oneTile(resizeWhole(size, tile));
    case 'tiles':
      return planGrid(size, preprocessing, tile);
    case 'pad':
      return oneTile(padToSquare(size, tile));
    case 'crop':
      return oneTile(cropMiddle(size, tile));
    default: {
      const unknown: string = preprocessing.mode satisfies never;
      const expected = `one of ${imageModes.join(', ')}`;
      throw new TokenLensError('invalid-argument', 'image', { name: 'mode', actual: unknown, expected });
    }
  }
}

function oneTile(placement: Placement): TileLayout {
  return { placements: [placement], columns: 1, rows: 1, tiles: 1, hasThumbnail: false };
}

function planGrid(size: ImageSize, options: TilingOptions, tile: TileSize): TileLayout {
  // Not `...size`: an ImageBitmap is a size too, and its sides are no properties of its own.
  const { columns, rows, tiles } = planTiles({ ...options, ...tile, width: size.width, height: size.height });
  const hasThumbnail = tiles > columns * rows;
  const grid = resizeWhole(size, tile, columns, rows);
  return { placements: hasThumbnail ? [grid, resizeWhole(size, tile)] : [grid], columns, rows, tiles, hasThumbnail };
}

function resizeWhole({ width, height }: ImageSize, { tileSizePx }: TileSize, columns = 1, rows = 1): Placement {
  return {
    canvas: { width, height },
    image: { x: 0, y: 0 },
    background: meanColour,
    resized: { width: columns * tileSizePx, height: rows * tileSizePx },
    cut: { left: 0, top: 0, columns, rows, tileSizePx },
  };
}

function padToSquare({ width, height }: ImageSize, tile: TileSize): Placement {
  const side = Math.max(width, height);
  return {
    ...resizeWhole({ width: side, height: side }, tile),
    image: { x: Math.floor((side - width) / 2), y: Math.floor((side - height) / 2) },
  };
}

function cropMiddle({ width, height }: ImageSize, { tileSizePx }: TileSize): Placement {
  const long = Math.trunc((tileSizePx * Math.max(width, height)) / Math.min(width, height));
  const resized = width <= height ? { width: tileSizePx, height: long } : { width: long, height: tileSizePx };
  return {
    ...resizeWhole({ width, height }, { tileSizePx }),
    resized,
    cut: {
      left: Math.floor((resized.width - tileSizePx) / 2),
      top: Math.floor((resized.height - tileSizePx) / 2),
      columns: 1,
      rows: 1,
      tileSizePx,
    },
  };
}

/**
 * The pixels of an image of `size` that a box of a tile was resized from, whole ones, those at its edges included; null where
 * the box holds padding alone. What bicubic resizing takes from beyond the edges is not counted.
 *
 * @param box in pixels of the tile
 */
export function sourceBoxOf(size: ImageSize, layout: TileLayout, tile: number, box: PixelBox): PixelBox | null {
  let first = 0;
  for (const placement of layout.placements) {
    const { columns, rows } = placement.cut;
    if (tile < first + columns * rows) return sourceBoxIn(size, placement, tile - first, box);
    first += columns * rows;
  }
  return null;
}

function sourceBoxIn(
  size: ImageSize,
  { canvas, image, resized, cut }: Placement,
  tile: number,
  box: PixelBox,
): PixelBox | null {
  const { row, column } = cellOf(tile, cut.columns);
  const [x, y] = [cut.left + column * cut.tileSizePx, cut.top + row * cut.tileSizePx];
  const across = (px: number) => ((x + px) * canvas.width) / resized.width - image.x;
  const down = (px: number) => ((y + px) * canvas.height) / resized.height - image.y;
  const source = {
    left: Math.max(Math.floor(across(box.left)), 0),
    top: Math.max(Math.floor(down(box.top)), 0),
    right: Math.min(Math.ceil(across(box.right)), size.width),
    bottom: Math.min(Math.ceil(down(box.bottom)), size.height),
  };
  return source.left < source.right && source.top < source.bottom ? source : null;
}
