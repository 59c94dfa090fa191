import { createTensor, readTensor, uploadTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import { checkParts, type GpuTensor } from '#gpu/kernel.ts';
import { elementCount, float32ByteLength, type Shape } from '#tensor/shape.ts';
import type { Placement } from './placement.ts';
import { encodeResize, planResize, type ResizePlan, type RowRange } from './resize/resize.ts';
import type { Taps } from './resize/taps.ts';
import { type DecodedImage, sizeOf, uploadRows } from './upload.ts';

/**
 * The tiles of all `placements` of `image`, in their order: [tiles, side, side] packed RGBA, red in the lowest byte,
 * alpha 255, byte for byte what Pillow gives. Nothing is read back. `bandBytes` bounds the memory that one image takes on its
 * way; the bytes do not depend on it.
 *
 * @throws TokenLensError `invalid-argument`, `gpu-limit-exceeded`.
 */
export async function prepareTiles(
  gpu: Gpu,
  image: DecodedImage,
  placements: readonly Placement[],
  bandBytes?: number,
): Promise<GpuTensor> {
  const plans: ResizePlan[] = [];
  let tiles = 0;
  for (const placement of placements) {
    plans.push(planResize({ image: sizeOf(image), placement, firstTile: tiles }, gpu.device.limits, bandBytes));
    tiles += placement.cut.columns * placement.cut.rows;
  }
  const scratch: GpuTensor[] = [];
  const keep = (tensor: GpuTensor) => {
    scratch.push(tensor);
    return tensor;
  };
  const side = placements[0]?.cut.tileSizePx ?? 0;
  checkParts('image', 'a tile', [side, side], tiles, gpu.device.limits);
  const rgba = createTensor(gpu, 'tiles', [tiles, side, side]);
  try {
    const strip = keep(createTensor(gpu, 'image rows', largestOf(plans.map(({ stripShape }) => stripShape))));
    const middle = keep(createTensor(gpu, 'resized rows', largestOf(plans.map(({ middleShape }) => middleShape))));
    let held: RowRange | null = null;
    for (const plan of plans) {
      const passes = keep(uploadIntegers(gpu, 'resize passes', [plan.passes.length], plan.passes));
      const columnTaps = keep(uploadTaps(gpu, 'column taps', plan.columnTaps));
      const rowTaps = keep(uploadTaps(gpu, 'row taps', plan.rowTaps));
      const tensors = { passes, columnTaps, rowTaps, strip, middle, tiles: rgba };
      for (const band of plan.bands) {
        const { start, end } = band.stripRows;
        if (held?.start !== start || held.end !== end) {
          uploadRows(gpu, image, band.stripRows, strip);
          held = band.stripRows;
        }
        const commands = gpu.device.createCommandEncoder({ label: 'resize' });
        const pass = commands.beginComputePass({ label: 'resize' });
        encodeResize(gpu, pass, band, tensors);
        pass.end();
        gpu.device.queue.submit([commands.finish()]);
        // Each upload is staged in memory until the queue gets to it.
        if (plan.bands.length > 1) await gpu.device.queue.onSubmittedWorkDone();
      }
    }
    return rgba;
  } catch (thrown) {
    rgba.buffer.destroy();
    throw thrown;
  } finally {
    for (const { buffer } of scratch) buffer.destroy();
  }
}

/** Tile number `tile` of `rgba` [tiles, side, side] where it lies: [side, side]. */
export function tileOf(rgba: GpuTensor, tile: number): GpuTensor {
  const tileShape = rgba.shape.slice(1);
  return {
    buffer: rgba.buffer,
    shape: tileShape,
    byteOffset: (rgba.byteOffset ?? 0) + tile * float32ByteLength(tileShape),
  };
}

/** The pixels of tile number `tile`, read back: [side, side, 3] in 0..255, as f32. */
export async function readTileRgb(gpu: Gpu, rgba: GpuTensor, tile: number): Promise<Float32Array> {
  const bytes = new Uint8Array((await readTensor(gpu, tileOf(rgba, tile))).buffer);
  return Float32Array.from({ length: (bytes.length / 4) * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return bytes[4 * pixel + (index % 3)] ?? Number.NaN;
  });
}

function largestOf(shapes: readonly Shape[]): Shape {
  return shapes.reduce((largest, shape) => (elementCount(shape) > elementCount(largest) ? shape : largest));
}

function uploadTaps(gpu: Gpu, label: string, { table, lines, pitch }: Taps): GpuTensor {
  return uploadIntegers(gpu, label, [lines, pitch], table);
}

/** The bits of `values` as they are: a tensor is 32 bits an element, whatever they mean. */
function uploadIntegers(gpu: Gpu, label: string, shape: Shape, values: Int32Array): GpuTensor {
  return uploadTensor(gpu, label, shape, new Float32Array(values.buffer, values.byteOffset, values.length));
}
