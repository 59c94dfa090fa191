/** VITA's bounds on the frames of one video (`MIN_IMAGE_LENGTH` and `MAX_IMAGE_LENGTH` in `vita/constants.py`). */
const fewestFrames = 4;
const mostFrames = 16;

/** What sampling needs to know of a video. */
export interface FrameCount {
  /** Frames in the file, at least 1. */
  readonly frames: number;
  /** Average over the whole file. */
  readonly framesPerSecond: number;
}

/**
 * Which frames of a video VITA looks at: one a second; of more than 16 an even 16, of fewer than 4 some repeated to
 * make 4. Indices in presentation order, from 0.
 *
 * Up to half a frame a second VITA's stride would be 0, which is an error there; here every frame counts.
 *
 * Source: VITA, `_get_rawvideo_dec` in `video_audio_demo.py`.
 */
export function sampleFrames({ frames, framesPerSecond }: FrameCount): readonly number[] {
  const stride = Math.max(1, roundHalfToEven(framesPerSecond));
  const seconds = Math.ceil(frames / stride);
  const count = Math.min(mostFrames, Math.max(fewestFrames, seconds));
  return spreadEvenly(seconds - 1, count).map((second) => second * stride);
}

/** Python's `round`. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** `np.linspace(0, last, count, dtype=int)`. */
function spreadEvenly(last: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => Math.floor((index * last) / (count - 1)));
}
