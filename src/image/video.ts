import {
  BlobSource,
  EncodedPacketSink,
  Input,
  type InputVideoTrack,
  MATROSKA,
  MP4,
  QTFF,
  UnsupportedInputFormatError,
  VideoSample,
  VideoSampleSink,
  WEBM,
} from 'mediabunny';
import { TokenLensError } from '#errors.ts';
import { isSegmentCutShort } from './video-segment.ts';

const headersOnly = { metadataOnly: true };

/** One frame of a video. Whoever receives it closes `image`. */
export interface VideoPicture {
  /** In presentation order, from 0. */
  readonly index: number;
  /** When it is shown. */
  readonly seconds: number;
  /** Upright, of the video's `width` x `height`. */
  readonly image: ImageBitmap;
}

/** An opened video file. Its frames are numbered in presentation order, whatever the time between them. */
export interface Video {
  readonly name: string;
  /** Display size: square pixels, upright. */
  readonly width: number;
  readonly height: number;
  /** From the first frame to the end of the last. */
  readonly durationSeconds: number;
  readonly frames: number;
  /** Average over the whole file. */
  readonly framesPerSecond: number;
  /** E.g. `vp9 (vp09.00.10.08)`. */
  readonly codec: string;
  /**
   * Decodes the frames of these numbers, in the order given; a repeated number gives a picture each time.
   *
   * @throws TokenLensError `video-damaged`; `signal`'s reason once it is aborted.
   */
  readFrames(indices: readonly number[], signal?: AbortSignal): AsyncGenerator<VideoPicture, void, undefined>;
  /** Lets the file go; nothing can be read afterwards. */
  close(): void;
}

/**
 * Opens a video file and counts its frames; no frame is decoded yet, and the file is read piece by piece.
 *
 * @throws TokenLensError `image-empty`, `video-not-a-video`, `video-empty`, `video-undecodable`, `video-damaged`;
 * `signal`'s reason once it is aborted.
 */
export async function openVideo(file: Blob, name: string, signal?: AbortSignal): Promise<Video> {
  if (file.size === 0) throw new TokenLensError('image-empty', 'image', { name });
  if (await isSegmentCutShort(file)) throw new TokenLensError('video-damaged', 'image', { name });
  const input = new Input({ source: new BlobSource(file), formats: [MP4, QTFF, WEBM, MATROSKA] });
  try {
    return await readVideo(input, name, signal);
  } catch (thrown) {
    input.dispose();
    signal?.throwIfAborted();
    if (thrown instanceof UnsupportedInputFormatError) {
      throw new TokenLensError('video-not-a-video', 'image', { name }, { cause: thrown });
    }
    throw damagedUnlessKnown(thrown, name);
  }
}

async function readVideo(input: Input, name: string, signal: AbortSignal | undefined): Promise<Video> {
  const track = await input.getPrimaryVideoTrack();
  if (!track) {
    // An MP4 without its index has no track at all, and the index often comes last.
    const hasSound = (await input.getAudioTracks()).length > 0;
    throw new TokenLensError(hasSound ? 'video-empty' : 'video-damaged', 'image', { name });
  }
  const codec = await describeCodec(track);
  if (!(await track.canDecode())) throw new TokenLensError('video-undecodable', 'image', { name, codec });
  const { starts, durationSeconds } = await listFrames(track, signal);
  if (starts.length === 0) throw new TokenLensError('video-empty', 'image', { name });
  const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
  const hasMatrix = Boolean((await track.getColorSpace()).matrix);

  return {
    name,
    width,
    height,
    durationSeconds,
    frames: starts.length,
    framesPerSecond: averageRate(starts.length, durationSeconds),
    codec,
    readFrames: (indices, stop) => readFrames(track, { name, width, height, starts, hasMatrix }, indices, stop),
    close: () => input.dispose(),
  };
}

/** Frames a second; 1 where a single frame has no duration. */
function averageRate(frames: number, durationSeconds: number): number {
  // Sums of times carry rounding errors, and sampling tells 2.5 from what is just below it.
  return durationSeconds > 0 ? Number((frames / durationSeconds).toPrecision(12)) : 1;
}

async function describeCodec(track: InputVideoTrack): Promise<string> {
  const codec = (await track.getCodec()) ?? String(await track.getInternalCodecId());
  const parameters = await track.getCodecParameterString();
  return parameters && parameters !== codec ? `${codec} (${parameters})` : codec;
}

interface FrameList {
  /** [frames]: when each is shown, in seconds, ascending. */
  readonly starts: readonly number[];
  readonly durationSeconds: number;
}

/** The times of all frames, from the packets' headers alone. A frame before time 0 was cut off by an edit. */
async function listFrames(track: InputVideoTrack, signal: AbortSignal | undefined): Promise<FrameList> {
  const starts: number[] = [];
  let end = 0;
  for await (const { timestamp, duration } of new EncodedPacketSink(track).packets(undefined, undefined, headersOnly)) {
    signal?.throwIfAborted();
    if (timestamp < 0) continue;
    starts.push(timestamp);
    end = Math.max(end, timestamp + duration);
  }
  starts.sort((a, b) => a - b);
  const [first = 0, last = 0] = [starts[0], starts.at(-1)];
  // WebM may not say how long its last frame lasts: then as long as the others do on average.
  const lastSeconds = end > last || starts.length === 1 ? end - last : (last - first) / (starts.length - 1);
  return { starts, durationSeconds: last - first + lastSeconds };
}

interface FrameSource {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly starts: readonly number[];
  /** Whether the file says how its colours become RGB. */
  readonly hasMatrix: boolean;
}

async function* readFrames(
  track: InputVideoTrack,
  source: FrameSource,
  indices: readonly number[],
  signal: AbortSignal | undefined,
): AsyncGenerator<VideoPicture, void, undefined> {
  signal?.throwIfAborted();
  const { name, starts } = source;
  const frames = indices.map((index) => ({ index, seconds: startOf(starts, index) }));
  const samples = new VideoSampleSink(track).samplesAtTimestamps(frames.map(({ seconds }) => seconds));
  // Ends a decoding that is under way, and with it the wait for the next sample.
  const stop = () => void samples.return();
  signal?.addEventListener('abort', stop);
  try {
    for (const { index, seconds } of frames) {
      const { value: sample } = await samples.next();
      if (signal?.aborted) sample?.close();
      signal?.throwIfAborted();
      if (!sample) throw new TokenLensError('video-damaged', 'image', { name });
      yield { index, seconds, image: await paintSample(sample, source) };
    }
  } catch (thrown) {
    signal?.throwIfAborted();
    throw damagedUnlessKnown(thrown, name);
  } finally {
    signal?.removeEventListener('abort', stop);
    await samples.return();
  }
}

function startOf(starts: readonly number[], index: number): number {
  const start = starts[index];
  if (start !== undefined) return start;
  const expected = `a whole number from 0 to ${starts.length - 1}`;
  throw new TokenLensError('invalid-argument', 'image', { name: 'frame', actual: index, expected });
}

/**
 * The sample as a picture, turned upright and its pixels made square; the sample is closed. Drawing a frame on a canvas
 * would move its colours from the video's primaries to the screen's; a bitmap has them as decoded.
 */
async function paintSample(sample: VideoSample, { width, height, hasMatrix }: FrameSource): Promise<ImageBitmap> {
  const { rotation, flip } = sample;
  const decoded = await createDecodedBitmap(sample, hasMatrix);
  if (rotation === 0 && !flip && decoded.width === width && decoded.height === height) return decoded;

  const upright = new VideoSample(decoded, { timestamp: 0, rotation, flip });
  try {
    const context = new OffscreenCanvas(width, height).getContext('2d', { alpha: false });
    if (!context) throw new Error('This browser has no 2D canvas off the screen.');
    context.imageSmoothingQuality = 'high';
    upright.draw(context, 0, 0, width, height);
    return context.canvas.transferToImageBitmap();
  } finally {
    upright.close();
    decoded.close();
  }
}

/** The sample as it was decoded, and the sample closed. */
async function createDecodedBitmap(sample: VideoSample, hasMatrix: boolean): Promise<ImageBitmap> {
  let frame: VideoFrame;
  try {
    frame = sample.toVideoFrame();
  } finally {
    sample.close();
  }
  try {
    if (!hasMatrix) frame = await assumeMatrix(frame);
    return await createImageBitmap(frame, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  } finally {
    frame.close();
  }
}

/**
 * A copy of `frame`, which is closed, that takes its colours for BT.601, as FFmpeg and so the published code do where
 * nothing is said; browsers take BT.709. A frame that is not YUV or cannot be copied comes back as it is.
 */
async function assumeMatrix(frame: VideoFrame): Promise<VideoFrame> {
  const { format, visibleRect, timestamp, displayWidth, displayHeight } = frame;
  if (!format || !visibleRect || !/^(I4|NV)/.test(format)) return frame;
  const planes = new Uint8Array(frame.allocationSize());
  const layout = await frame.copyTo(planes);
  const colorSpace = { ...frame.colorSpace.toJSON(), matrix: 'smpte170m' } as const;
  const { width: codedWidth, height: codedHeight } = visibleRect;
  frame.close();
  const init = { format, codedWidth, codedHeight, layout, timestamp, displayWidth, displayHeight, colorSpace };
  return new VideoFrame(planes, init);
}

/** What the reader or the decoder threw as `video-damaged`; an error of ours stays as it is. */
function damagedUnlessKnown(thrown: unknown, name: string): TokenLensError {
  if (thrown instanceof TokenLensError) return thrown;
  return new TokenLensError('video-damaged', 'image', { name }, { cause: thrown });
}
