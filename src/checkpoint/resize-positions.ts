import type { VisionConfig } from './config.ts';
import { toFloat32 } from './dtype.ts';
import type { StoredWeight } from './read-weights.ts';

/** Of the cubic kernel; PyTorch's. */
const sharpness = -0.75;
const taps = 4;

/** The source cell before each target, and the weights of the four cells around it. */
interface CubicTaps {
  /** [targets, 4], kept within the source. */
  readonly cells: Int32Array;
  /** [targets, 4] */
  readonly weights: Float64Array;
}

function planCubicTaps(from: number, to: number): CubicTaps {
  const near = (x: number) => ((sharpness + 2) * x - (sharpness + 3)) * x * x + 1;
  const far = (x: number) => ((sharpness * x - 5 * sharpness) * x + 8 * sharpness) * x - 4 * sharpness;
  const cells = new Int32Array(to * taps);
  const weights = new Float64Array(to * taps);
  for (let target = 0; target < to; target++) {
    const source = (from / to) * (target + 0.5) - 0.5;
    const before = Math.floor(source);
    const t = source - before;
    weights.set([far(t + 1), near(t), near(1 - t), far(2 - t)], target * taps);
    for (let tap = 0; tap < taps; tap++) {
      cells[target * taps + tap] = Math.min(Math.max(before + tap - 1, 0), from - 1);
    }
  }
  return { cells, weights };
}

/**
 * Position embeddings of a grid of `from` x `from` patches for one of `to` x `to`: [1 + from², C] → [1 + to², C] f32. The
 * class token's stays as it is.
 * Source: `_get_pos_embed` of modeling_intern_vit.py, https://huggingface.co/OpenGVLab/InternViT-300M-448px: PyTorch's
 * `interpolate` in float32, bicubic, corners not aligned, without antialiasing.
 */
export function resizePositions(positions: Float32Array, from: number, to: number): Float32Array<ArrayBuffer> {
  const channels = positions.length / (1 + from * from);
  const { cells, weights } = planCubicTaps(from, to);
  const resized = new Float32Array((1 + to * to) * channels);
  resized.set(positions.subarray(0, channels));
  /** One row of the target's columns, made of one row of the source. */
  const acrossRows = Array.from({ length: from }, (_, row) => {
    const across = new Float64Array(to * channels);
    for (let at = 0; at < to * taps; at++) {
      const source = (1 + row * from + (cells[at] ?? 0)) * channels;
      const target = Math.floor(at / taps) * channels;
      const weight = weights[at] ?? Number.NaN;
      for (let channel = 0; channel < channels; channel++) {
        across[target + channel] =
          (across[target + channel] ?? 0) + weight * (positions[source + channel] ?? Number.NaN);
      }
    }
    return across;
  });
  for (let row = 0; row < to; row++) {
    const [a, b, c, d] = [0, 1, 2, 3].map((tap) => acrossRows[cells[row * taps + tap] ?? 0] ?? new Float64Array());
    const [wa = 0, wb = 0, wc = 0, wd = 0] = weights.subarray(row * taps, (row + 1) * taps);
    const target = (1 + row * to) * channels;
    for (let at = 0; at < to * channels; at++) {
      const sum = wa * (a?.[at] ?? Number.NaN) + wb * (b?.[at] ?? Number.NaN) + wc * (c?.[at] ?? Number.NaN);
      resized[target + at] = sum + wd * (d?.[at] ?? Number.NaN);
    }
  }
  return resized;
}

/** `weight` as an encoder for tiles of `imageSize` needs it: position embeddings stored for another size are resized. */
export function fitPositions(
  { imageSize, positionImageSize, patchSize }: Pick<VisionConfig, 'imageSize' | 'positionImageSize' | 'patchSize'>,
  weight: StoredWeight,
): StoredWeight {
  if (weight.name !== 'embeddings.position' || imageSize === positionImageSize) return weight;
  const [from, to] = [Math.floor(positionImageSize / patchSize), imageSize / patchSize];
  const values = resizePositions(toFloat32(weight.bytes, weight.dtype), from, to);
  return {
    name: weight.name,
    bytes: new Uint8Array(values.buffer),
    dtype: 'F32',
    shape: [1 + to * to, ...weight.shape.slice(1)],
  };
}
