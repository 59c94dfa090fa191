import type { Preprocessing } from '#engine/protocol.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import { quotePython } from './quote.ts';
import type { ScriptPart } from './script.ts';

/** Which tile of which image. */
export interface TileSource {
  /** File name of the image or video. */
  readonly imageName: string;
  /** Number of the frame in the video; null: an image. */
  readonly videoFrame: number | null;
  readonly preprocessing: Preprocessing;
  /** Of an image cut into tiles. */
  readonly tile: number;
  /** How a tile is cut into tokens. */
  readonly grid: TokenGrid;
}

/**
 * `find_closest_aspect_ratio` and `dynamic_preprocess` in one: the same candidates from a set filled in the same order,
 * which decides between grids of as many tiles that are equally near, and the same rule for a tie.
 * Source: README.md of https://huggingface.co/OpenGVLab/InternVL2-1B; vita/util/data_utils_video_audio_neg_patch.py of
 * https://github.com/VITA-MLLM/VITA
 */
const writeDynamicPreprocess = (tileSizePx: number) =>
  `def dynamic_preprocess(image, min_num, max_num, use_thumbnail, image_size=${tileSizePx}):
    """The image on the grid nearest in aspect ratio, cut row by row, and the whole of it as one more tile."""
    width, height = image.size
    grids = {
        (columns, rows)
        for most in range(min_num, max_num + 1)
        for columns in range(1, most + 1)
        for rows in range(1, most + 1)
        if min_num <= columns * rows <= max_num
    }
    best, least_error = (1, 1), float("inf")
    for columns, rows in sorted(grids, key=lambda grid: grid[0] * grid[1]):
        error = abs(width / height - columns / rows)
        is_large = width * height > 0.5 * image_size * image_size * columns * rows
        if error < least_error or (error == least_error and is_large):
            best, least_error = (columns, rows), error
    columns, rows = best
    resized = image.resize((columns * image_size, rows * image_size), Image.BICUBIC)
    tiles = []
    for top in range(0, resized.height, image_size):
        for left in range(0, resized.width, image_size):
            tiles.append(resized.crop((left, top, left + image_size, top + image_size)))
    if use_thumbnail and len(tiles) > 1:
        tiles.append(image.resize((image_size, image_size), Image.BICUBIC))
    return tiles`;

/** `expand2square` of LLaVA and VITA (vita/util/mm_utils.py), with `int(255 * mean)` as the colour, and the resize. */
const writePadToSquare = (tileSizePx: number) => `def pad_to_square(image, size=${tileSizePx}):
    """The image in the middle of a square of the mean colour."""
    side = max(image.size)
    square = Image.new("RGB", (side, side), (123, 116, 103))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return square.resize((size, size), Image.BICUBIC)`;

/** `resize` and `center_crop` of transformers' CLIPImageProcessor. */
const writeCropMiddle = (tileSizePx: number) => `def crop_middle(image, size=${tileSizePx}):
    """The shorter side resized, and the middle cut out."""
    longer = int(size * max(image.size) / min(image.size))
    resized = image.resize((size, longer) if image.width <= image.height else (longer, size), Image.BICUBIC)
    left, top = (resized.width - size) // 2, (resized.height - size) // 2
    return resized.crop((left, top, left + size, top + size))`;

function prepare({ preprocessing, tile, grid: { tileSizePx } }: TileSource): Pick<ScriptPart, 'functions' | 'lines'> {
  const { mode, minTiles, maxTiles, thumbnail } = preprocessing;
  switch (mode) {
    case 'single':
      return { functions: [], lines: [`tile = image.resize((${tileSizePx}, ${tileSizePx}), Image.BICUBIC)`] };
    case 'tiles': {
      const options = `min_num=${minTiles}, max_num=${maxTiles}, use_thumbnail=${thumbnail ? 'True' : 'False'}`;
      return {
        functions: [writeDynamicPreprocess(tileSizePx)],
        lines: [`tile = dynamic_preprocess(image, ${options})[${tile}]`],
      };
    }
    case 'pad':
      return { functions: [writePadToSquare(tileSizePx)], lines: ['tile = pad_to_square(image)'] };
    case 'crop':
      return { functions: [writeCropMiddle(tileSizePx)], lines: ['tile = crop_middle(image)'] };
  }
}

/** From the file to `tile`: a square RGB image of Pillow's, before normalisation. */
export function writeImagePart(source: TileSource): ScriptPart {
  const { imageName, videoFrame } = source;
  const { functions, lines } = prepare(source);
  const open =
    videoFrame === null
      ? 'image = ImageOps.exif_transpose(Image.open(IMAGE)).convert("RGB")'
      : `image = Image.fromarray(VideoReader(IMAGE)[${videoFrame}].asnumpy())`;
  return {
    imports: [
      'import numpy as np',
      ...(videoFrame === null
        ? ['from PIL import Image, ImageOps']
        : ['from PIL import Image', 'from decord import VideoReader']),
    ],
    constants: [`IMAGE = ${quotePython(imageName)}`],
    functions,
    lines: [open, ...lines],
  };
}
