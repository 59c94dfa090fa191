import { TokenLensError } from '#errors.ts';
import { createTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import { checkParts, type GpuTensor } from '#gpu/kernel.ts';
import { runTimedPass, type Timing } from '#gpu/timing.ts';
import { decodeImage } from '#image/decode.ts';
import { sampleFrames } from '#image/frame-times.ts';
import { encodeNormalize, planNormalize } from '#image/normalize/normalize.ts';
import { createPictures, createPreview } from '#image/pictures.ts';
import { type Preprocessing, planPlacements, type TileLayout } from '#image/placement.ts';
import { prepareTiles, tileOf } from '#image/prepare.ts';
import { openVideo, type Video } from '#image/video.ts';
import { isVideo } from '#image/video-type.ts';
import type { TokenGrid } from '#tensor/grid.ts';
import type { Normalization } from '#tensor/normalization.ts';
import { float32ByteLength } from '#tensor/shape.ts';
import type { FetchedRequest } from './fetch-source.ts';
import type { ImageReport, PreprocessingDefault, Progress, TileReport, VideoReport } from './protocol.ts';

/** An image or the frames of a video as the encoder is to see them. */
export interface PreparedTiles {
  /** [tiles, side, side] packed RGBA, red in the lowest byte. */
  readonly rgba: GpuTensor;
  readonly tiles: TileReport;
  readonly image: ImageReport;
  readonly video: VideoReport | null;
  /** [tiles] */
  readonly pictures: readonly ImageBitmap[];
  readonly timing: Timing;
}

export interface PrepareContext {
  readonly gpu: Gpu;
  readonly preprocessingDefault: PreprocessingDefault;
  /** How large a tile is. */
  readonly grid: Pick<TokenGrid, 'tileSizePx'>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Longest side of the picture of the whole image that the page gets. */
const previewSizePx = 1024;

/**
 * Decodes what was fetched and cuts it into tiles on the device.
 *
 * @throws TokenLensError of the image stage, `run-cancelled`.
 */
export async function prepareSource(
  { image: file, name, preprocessing = {} }: FetchedRequest,
  context: PrepareContext,
): Promise<PreparedTiles> {
  const { signal, onProgress } = context;
  onProgress({ operation: 'run', phase: 'decoding', fraction: null });
  const startMs = performance.now();
  try {
    const prepared = (await isVideo(file, name))
      ? await closing(await openVideo(file, name, signal), (video) => prepareVideo(video, context))
      : await closing(await decodeImage(file, name), (image) => prepareImage(image, name, preprocessing, context));
    return { ...prepared, timing: { elapsedMs: performance.now() - startMs, clock: 'wall' } };
  } catch (thrown) {
    if (signal.aborted) throw new TokenLensError('run-cancelled', 'engine', {}, { cause: thrown });
    throw thrown;
  }
}

/** Frees what was prepared and has not been handed to the page. */
export function releasePrepared({ rgba, pictures, image }: PreparedTiles): void {
  rgba.buffer.destroy();
  for (const bitmap of [...pictures, image.preview]) bitmap.close();
}

/** What `use` makes of `source`, which is closed then. */
async function closing<Source extends { close(): void }, Result>(
  source: Source,
  use: (source: Source) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(source);
  } finally {
    source.close();
  }
}

async function prepareImage(
  decoded: ImageBitmap,
  name: string,
  change: Partial<Preprocessing>,
  { gpu, preprocessingDefault, grid }: PrepareContext,
): Promise<Omit<PreparedTiles, 'timing'>> {
  const { source: _, ...own } = preprocessingDefault;
  const preprocessing: Preprocessing = { ...own, ...change };
  const layout = planPlacements(decoded, preprocessing, grid);
  const rgba = await prepareTiles(gpu, decoded, layout.placements);
  let preview: ImageBitmap | null = null;
  try {
    preview = await createPreview(decoded, previewSizePx);
    await gpu.device.queue.onSubmittedWorkDone();
    const pictures = await createPictures(gpu, decoded, layout, rgba);
    return {
      rgba,
      tiles: {
        preprocessing,
        isDefault: isSame(preprocessing, own),
        columns: layout.columns,
        rows: layout.rows,
        count: layout.tiles,
        hasThumbnail: layout.hasThumbnail,
      },
      image: { name, width: decoded.width, height: decoded.height, preview },
      video: null,
      pictures,
    };
  } catch (thrown) {
    rgba.buffer.destroy();
    preview?.close();
    throw thrown;
  }
}

/** Normalises one tile of `rgba` into `pixelValues` [3, side, side] f32. */
export async function normalizeTile(
  gpu: Gpu,
  normalization: Normalization,
  rgba: GpuTensor,
  tile: number,
  pixelValues: GpuTensor,
): Promise<void> {
  const [, side = 0] = pixelValues.shape;
  const plan = planNormalize(side, normalization, gpu.device.limits);
  const bindings = { rgba: tileOf(rgba, tile), pixelValues };
  await runTimedPass(gpu, 'normalize', (pass) => encodeNormalize(gpu, pass, plan, bindings));
}

/** Two ways come to the same when their modes do and, for tiles, their bounds. */
function isSame(a: Preprocessing, b: Preprocessing): boolean {
  if (a.mode !== b.mode) return false;
  return a.mode !== 'tiles' || (a.minTiles === b.minTiles && a.maxTiles === b.maxTiles && a.thumbnail === b.thumbnail);
}

/** Frames as VITA samples them, each padded to a square: one tile a frame. */
async function prepareVideo(
  video: Video,
  { gpu, preprocessingDefault, grid, signal, onProgress }: PrepareContext,
): Promise<Omit<PreparedTiles, 'timing'>> {
  const { name, width, height } = video;
  const { source: _, ...own } = preprocessingDefault;
  const preprocessing: Preprocessing = { ...own, mode: 'pad' };
  const layout = planPlacements(video, preprocessing, grid);
  const indices = sampleFrames(video);
  const count = indices.length;
  const tileShape = [grid.tileSizePx, grid.tileSizePx];
  checkParts('image', 'a frame', tileShape, count, gpu.device.limits);
  const rgba = createTensor(gpu, 'tiles', [count, ...tileShape]);
  const pictures: ImageBitmap[] = [];
  const sampled: { index: number; seconds: number }[] = [];
  let preview: ImageBitmap | null = null;
  try {
    for await (const { index, seconds, image } of video.readFrames(indices, signal)) {
      const tile = sampled.length;
      try {
        onProgress({ operation: 'run', phase: 'decoding', fraction: tile / count, tile: { index: tile, count } });
        preview ??= await createPreview(image, previewSizePx);
        pictures.push(...(await placeFrame(gpu, image, layout, tileOf(rgba, tile))));
      } finally {
        image.close();
      }
      sampled.push({ index, seconds });
    }
    await gpu.device.queue.onSubmittedWorkDone();
    if (!preview) throw new TokenLensError('video-empty', 'image', { name });
  } catch (thrown) {
    rgba.buffer.destroy();
    for (const bitmap of [...pictures, preview]) bitmap?.close();
    throw thrown;
  }
  const { codec, durationSeconds, framesPerSecond, frames } = video;
  return {
    rgba,
    tiles: { preprocessing, isDefault: true, columns: 1, rows: 1, count, hasThumbnail: false },
    image: { name, width, height, preview },
    video: { codec, durationSeconds, framesPerSecond, frames, sampled },
    pictures,
  };
}

/** Computes the tile of one frame, [side, side], puts it where `target` is, and draws its pictures. */
async function placeFrame(
  gpu: Gpu,
  image: ImageBitmap,
  layout: TileLayout,
  target: GpuTensor,
): Promise<readonly ImageBitmap[]> {
  const tiles = await prepareTiles(gpu, image, layout.placements);
  try {
    const commands = gpu.device.createCommandEncoder({ label: 'frame' });
    commands.copyBufferToBuffer(
      tiles.buffer,
      0,
      target.buffer,
      target.byteOffset ?? 0,
      float32ByteLength(target.shape),
    );
    gpu.device.queue.submit([commands.finish()]);
    return await createPictures(gpu, image, layout, tiles);
  } finally {
    tiles.buffer.destroy();
  }
}
