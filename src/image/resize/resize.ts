import { TokenLensError } from '#errors.ts';
import type { Gpu } from '#gpu/gpu.ts';
import {
  checkBindable,
  encodeKernel,
  type GpuLimits,
  type GpuTensor,
  type KernelDispatch,
  planWorkgroups,
} from '#gpu/kernel.ts';
import type { Placement } from '#image/placement.ts';
import type { ImageSize } from '#image/tile-plan.ts';
import type { Shape } from '#tensor/shape.ts';
import code from './resize.wgsl?raw';
import { planTaps, reachOf, type Taps } from './taps.ts';

/** Rows of pixels, `end` exclusive. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** Some rows of the output, small enough for what they are made from to fit in memory. */
export interface ResizeBand {
  /** Rows of the image that have to lie in the strip; none where the band is padding alone. */
  readonly stripRows: RowRange;
  /** Rows to the width of the output, from the strip. */
  readonly horizontal: ResizePass;
  /** Those to the output's rows, into the tiles. */
  readonly vertical: ResizePass;
}

interface ResizePass {
  readonly dispatch: KernelDispatch;
  /** Its row in `passes`. */
  readonly index: number;
  readonly outputShape: Shape;
}

export interface ResizePlan {
  readonly bands: readonly ResizeBand[];
  readonly columnTaps: Taps;
  readonly rowTaps: Taps;
  /** [2 * bands, 64] of 32 bits: what the kernel's `Pass` holds, each in a row long enough to be bound. */
  readonly passes: Int32Array;
  /** [rows, pitch] u32: rows of the image; the pitch is what a texture may be copied with. */
  readonly stripShape: Shape;
  /** [rows, columns] u32: canvas rows at the output's width, as much as the largest band needs. */
  readonly middleShape: Shape;
}

/** What the kernels read and write; the tiles are `[tiles, side, side]` packed RGBA, u32. */
export interface ResizeTensors {
  readonly passes: GpuTensor;
  readonly columnTaps: GpuTensor;
  readonly rowTaps: GpuTensor;
  readonly strip: GpuTensor;
  readonly middle: GpuTensor;
  readonly tiles: GpuTensor;
}

/** How large the strip and the rows between the two passes may each become, if one output row fits. */
const mostBandBytes = 64 * 2 ** 20;
const bytesPerPixel = 4;
/** `bytesPerRow` of a texture copy, and the offset of a binding, are multiples of this. */
const alignmentBytes = 256;
const passWords = alignmentBytes / 4;
/** Pixels that one invocation makes across its axis. */
const pixelsAtOnce = 4;

/** The fields of `Pass` in resize.wgsl, in their order. */
const passFields = [
  'axis',
  'tapsPitch',
  'firstLine',
  'firstAcross',
  'sourceLeft',
  'sourceTop',
  'sourceWidth',
  'sourceHeight',
  'sourcePitch',
  'background',
  'width',
  'height',
  'firstRow',
  'tileWidth',
  'tileHeight',
  'firstTile',
] as const;
type PassFields = Readonly<Record<(typeof passFields)[number], number>>;

/**
 * Plans one placement of an image: canvas [height, width] → tiles from `firstTile` on, byte for byte what
 * Pillow's BICUBIC gives: rows first, rounded to 8 bits, then columns. (Pillow 12.3 and newer begin with the columns
 * of images more than a hundred times as tall as wide; the published models were made with older ones.)
 * The output is computed in bands of rows, of any height with the same result.
 *
 * @throws TokenLensError `invalid-argument`, `gpu-limit-exceeded`.
 */
export function planResize(
  { image, placement, firstTile }: { image: ImageSize; placement: Placement; firstTile: number },
  limits: GpuLimits,
  bandBytes = mostBandBytes,
): ResizePlan {
  checkPlacement(placement);
  const { canvas, resized, cut } = placement;
  const { tileSizePx } = cut;
  const width = cut.columns * tileSizePx;
  const height = cut.rows * tileSizePx;
  const columnTaps = planTaps(canvas.width, resized.width, cut.left, width);
  const rowTaps = planTaps(canvas.height, resized.height, cut.top, height);
  const alignment = alignmentBytes / bytesPerPixel;
  const stripPitch = Math.ceil(image.width / alignment) * alignment;
  const rowsThatFit = Math.floor(bandBytes / (bytesPerPixel * Math.max(stripPitch, width)));

  const ranges = cutIntoBands(rowTaps, rowsThatFit);
  const passes = new Int32Array(2 * ranges.length * passWords);
  const workgroupSize = 64;
  const planPass = (index: number, fields: PassFields): ResizePass => {
    for (const [at, name] of passFields.entries()) passes[index * passWords + at] = fields[name];
    const { axis, width: columns, height: rows } = fields;
    const [lines, across] = axis === 0 ? [columns, rows] : [rows, columns];
    const workgroups = planWorkgroups(lines * Math.ceil(across / pixelsAtOnce), workgroupSize, limits);
    const dispatch = { label: 'resize', code, constants: { workgroup_size: workgroupSize }, workgroups };
    return { dispatch, index, outputShape: [rows, columns] };
  };
  const [red, green, blue] = placement.background;
  const background = red | (green << 8) | (blue << 16);

  const bands = ranges.map((rows, index): ResizeBand => {
    const reach = reachOf(rowTaps, rows.start, rows.end);
    const inImage = (canvasRow: number) => Math.min(Math.max(canvasRow - placement.image.y, 0), image.height);
    const isHeldWhole = image.height <= rowsThatFit;
    const stripRows = isHeldWhole
      ? { start: 0, end: image.height }
      : { start: inImage(reach.start), end: inImage(reach.end) };
    const middleRows = reach.end - reach.start;
    return {
      stripRows,
      horizontal: planPass(2 * index, {
        axis: 0,
        tapsPitch: columnTaps.pitch,
        firstLine: 0,
        firstAcross: reach.start,
        sourceLeft: placement.image.x,
        sourceTop: placement.image.y + stripRows.start,
        sourceWidth: image.width,
        sourceHeight: stripRows.end - stripRows.start,
        sourcePitch: stripPitch,
        background,
        width,
        height: middleRows,
        firstRow: 0,
        tileWidth: width,
        tileHeight: middleRows,
        firstTile: 0,
      }),
      vertical: planPass(2 * index + 1, {
        axis: 1,
        tapsPitch: rowTaps.pitch,
        firstLine: rows.start,
        firstAcross: 0,
        sourceLeft: 0,
        sourceTop: reach.start,
        sourceWidth: width,
        sourceHeight: middleRows,
        sourcePitch: width,
        background,
        width,
        height: rows.end - rows.start,
        firstRow: rows.start,
        tileWidth: tileSizePx,
        tileHeight: tileSizePx,
        firstTile,
      }),
    };
  });
  const mostRows = (count: (band: ResizeBand) => number) => Math.max(1, ...bands.map(count));
  const stripShape = [mostRows(({ stripRows }) => stripRows.end - stripRows.start), stripPitch];
  const middleShape = [mostRows(({ horizontal }) => horizontal.outputShape[0] ?? 0), width];
  checkBindable('The rows of the image', stripShape, limits);
  checkBindable('The rows between the passes', middleShape, limits);
  return { bands, columnTaps, rowTaps, passes, stripShape, middleShape };
}

/** Records both passes of one band; the strip has to hold the band's rows of the image by then. */
export function encodeResize(
  gpu: Gpu,
  pass: GPUComputePassEncoder,
  { horizontal, vertical }: ResizeBand,
  { passes, columnTaps, rowTaps, strip, middle, tiles }: ResizeTensors,
): void {
  const fieldsOf = ({ index }: ResizePass): GpuTensor => ({
    buffer: passes.buffer,
    shape: [passFields.length],
    byteOffset: (passes.byteOffset ?? 0) + index * alignmentBytes,
  });
  encodeKernel(gpu, pass, horizontal.dispatch, [fieldsOf(horizontal), columnTaps, strip, middle]);
  encodeKernel(gpu, pass, vertical.dispatch, [fieldsOf(vertical), rowTaps, middle, tiles]);
}

/** The lines of `taps` in runs that each read at most `most` source pixels, or are a single line. */
function cutIntoBands(taps: Taps, most: number): RowRange[] {
  const bands: RowRange[] = [];
  let start = 0;
  for (let end = 1; end <= taps.lines; end++) {
    const next = reachOf(taps, start, Math.min(end + 1, taps.lines));
    if (end < taps.lines && next.end - next.start <= most) continue;
    bands.push({ start, end });
    start = end;
  }
  return bands;
}

function checkPlacement({ canvas, resized, cut }: Placement): void {
  const { tileSizePx } = cut;
  const sizes = { ...canvas, tileSizePx, columns: cut.columns, rows: cut.rows, left: cut.left + 1, top: cut.top + 1 };
  for (const [name, actual] of Object.entries(sizes)) {
    if (Number.isInteger(actual) && actual > 0) continue;
    throw new TokenLensError('invalid-argument', 'image', { name, actual, expected: 'a positive integer' });
  }
  const right = cut.left + cut.columns * tileSizePx;
  const bottom = cut.top + cut.rows * tileSizePx;
  if (right <= resized.width && bottom <= resized.height) return;
  const expected = `within ${resized.width} x ${resized.height}`;
  throw new TokenLensError('invalid-argument', 'image', {
    name: 'cut',
    actual: `up to ${right} x ${bottom}`,
    expected,
  });
}
