import type { VisionCheckpoint } from '#checkpoint/vision-checkpoint.ts';
import type { EncoderSession, EncoderTarget } from '#encoder/encoder-session.ts';
import { TokenLensError } from '#errors.ts';
import { createTensor, readTensor } from '#gpu/buffers.ts';
import type { Gpu } from '#gpu/gpu.ts';
import type { GpuTensor } from '#gpu/kernel.ts';
import type { AttentionForm } from '#onnx/attention.ts';
import { hiddenStateName } from '#onnx/vision-graph.ts';
import { encodeByBlock } from './encode-by-block.ts';
import { fetchSource } from './fetch-source.ts';
import { comparePrecision } from './precision-check.ts';
import { normalizeTile, prepareSource, releasePrepared } from './prepare.ts';
import type { EncoderPrecision, PrecisionCheck, Progress } from './protocol.ts';

export interface MeasureContext {
  readonly precision: EncoderPrecision;
  /** The encoder in that precision. */
  readonly session: EncoderSession;
  readonly checkpoint: VisionCheckpoint;
  readonly target: EncoderTarget;
  readonly attention: AttentionForm;
  readonly gpu: Gpu;
  /** Address of the reference image. */
  readonly image: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * Runs one image through `session` and, block by block, through the same encoder in f32 on the same backend, and holds the
 * hidden states that go on against one another.
 *
 * @throws TokenLensError of the image, checkpoint and encoder stages.
 */
export async function measurePrecision(context: MeasureContext): Promise<PrecisionCheck> {
  const { precision, session, checkpoint, gpu, image, onProgress } = context;
  if (image === undefined) {
    const details = { name: 'checkImage', actual: 'missing', expected: 'an image to check the precision with' };
    throw new TokenLensError('invalid-argument', 'encoder', details);
  }
  onProgress({ operation: 'load', phase: 'checking', fraction: null });
  const pixelValues = await readPixelValues(image, context);
  const selected = hiddenStateName(checkpoint.selectLayer);
  const { tileSizePx } = checkpoint.grid;
  const run = await session.run(pixelValues, [1, 3, tileSizePx, tileSizePx], [selected]);
  let actual: Float32Array;
  try {
    const output = run.outputs.get(selected);
    if (output === undefined) throw new Error(`the encoder gave no ${selected}`);
    actual = output.location === 'cpu' ? output.values.slice() : await readTensor(gpu, output.tensor);
  } finally {
    run.dispose();
  }
  const expected = await encodeByBlock(checkpoint, pixelValues, checkpoint.selectLayer, {
    ...context,
    onBlock: (done, count) => onProgress({ operation: 'load', phase: 'checking', fraction: done / count }),
  });
  return comparePrecision(precision, actual, expected);
}

/** The image as one tile, [3, tile, tile] f32. */
async function readPixelValues(
  image: string,
  { gpu, checkpoint, signal }: Pick<MeasureContext, 'gpu' | 'checkpoint' | 'signal'>,
): Promise<Float32Array> {
  const onProgress = () => {};
  const request = await fetchSource({ image, preprocessing: { mode: 'single' } }, { signal, onProgress });
  const { preprocessing: preprocessingDefault, normalization, grid } = checkpoint;
  const prepared = await prepareSource(request, { gpu, preprocessingDefault, grid, signal, onProgress });
  let pixelValues: GpuTensor | null = null;
  try {
    pixelValues = createTensor(gpu, 'pixel_values', [3, grid.tileSizePx, grid.tileSizePx]);
    await normalizeTile(gpu, normalization, prepared.rgba, 0, pixelValues);
    return await readTensor(gpu, pixelValues);
  } finally {
    pixelValues?.buffer.destroy();
    releasePrepared(prepared);
  }
}
