import {
  AudioSample,
  AudioSampleSource,
  BlobSource,
  BufferTarget,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
  QUALITY_HIGH,
  type Rotation,
  type VideoCodec,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
} from 'mediabunny';
import { expect, test } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import { sampleFrames } from './frame-times.ts';
import { openVideo, type VideoPicture } from './video.ts';

/** Every frame shows its own number in binary, bit 0 on the left: white columns for 1, black for 0, and red below. */
const bits = 8;
const [width, height] = [160, 96];
const columnPx = width / bits;

interface Clip {
  readonly format: OutputFormat;
  readonly codec: VideoCodec;
  /** [frames]: how long each is shown, in seconds. */
  readonly durations: readonly number[];
  readonly rotation?: Rotation;
  /** Width of a pixel by its height. */
  readonly pixelAspect?: number;
}

const webm = { format: new WebMOutputFormat(), codec: 'vp8' } as const;
const mp4 = { format: new Mp4OutputFormat({ fastStart: 'in-memory' }), codec: 'vp9' } as const;
const sixSeconds = Array.from({ length: 60 }, () => 0.1);

/** Six seconds at 10 frames a second, unless `clip` says otherwise, as the browser encodes them. */
async function encodeClip(clip: Partial<Clip> = {}): Promise<Blob> {
  const { format, codec, durations, rotation = 0, pixelAspect = 1 }: Clip = { ...webm, durations: sixSeconds, ...clip };
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const source = new VideoSampleSource({ codec, bitrate: QUALITY_HIGH, keyFrameInterval: 2 });
  output.addVideoTrack(source, { rotation });
  await output.start();
  let timestamp = 0;
  for (const [index, duration] of durations.entries()) {
    const frame = new VideoFrame(paintNumber(index), {
      timestamp: Math.round(timestamp * 1e6),
      displayWidth: width * pixelAspect,
      displayHeight: height,
    });
    const sample = new VideoSample(frame, { timestamp, duration });
    await source.add(sample);
    sample.close();
    timestamp += duration;
  }
  await output.finalize();
  return new Blob([target.buffer ?? new ArrayBuffer()]);
}

function paintNumber(number: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = contextOf(canvas);
  context.fillStyle = '#f00';
  context.fillRect(0, height / 2, width, height / 2);
  for (let bit = 0; bit < bits; bit++) {
    context.fillStyle = (number >> bit) & 1 ? '#fff' : '#000';
    context.fillRect(bit * columnPx, 0, columnPx, height / 2);
  }
  return canvas;
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No 2D canvas.');
  return context;
}

/** [red, green, blue] at a place given in fractions of the picture. */
function colourAt(image: ImageBitmap, x: number, y: number): readonly number[] {
  const context = contextOf(new OffscreenCanvas(image.width, image.height));
  context.drawImage(image, 0, 0);
  return [...context.getImageData(Math.floor(x * image.width), Math.floor(y * image.height), 1, 1).data.slice(0, 3)];
}

/** The number that an upright frame shows. */
function readNumber(image: ImageBitmap): number {
  return Array.from({ length: bits }, (_, bit) => {
    const [, green = 0] = colourAt(image, (bit + 0.5) / bits, 0.25);
    return green > 127 ? 2 ** bit : 0;
  }).reduce((sum, value) => sum + value);
}

/** Reads `pictures` to the end and closes each; what they were, and the numbers they show. */
async function readAll(pictures: AsyncGenerator<VideoPicture>) {
  const read: { index: number; seconds: number; shown: number; size: readonly [number, number] }[] = [];
  for await (const { index, seconds, image } of pictures) {
    read.push({ index, seconds, shown: readNumber(image), size: [image.width, image.height] });
    image.close();
  }
  return read;
}

test.each([
  ['VP8 in WebM', { format: new WebMOutputFormat(), codec: 'vp8' }],
  ['VP9 in WebM', { format: new WebMOutputFormat(), codec: 'vp9' }],
  ['VP9 in MP4', { format: new Mp4OutputFormat(), codec: 'vp9' }],
] as const)('%s: one frame a second, the right ones, in order', async (_, clip) => {
  const video = await openVideo(await encodeClip(clip), 'a');
  expect(video).toMatchObject({ name: 'a', width, height, frames: 60, framesPerSecond: expect.closeTo(10, 6) });
  expect(video.durationSeconds).toBeCloseTo(6, 6);
  expect(video.codec).toMatch(new RegExp(`^${clip.codec}`));
  const read = await readAll(video.readFrames(sampleFrames(video)));
  expect(read.map(({ shown }) => shown)).toEqual([0, 10, 20, 30, 40, 50]);
  expect(read.map(({ index }) => index)).toEqual([0, 10, 20, 30, 40, 50]);
  for (const { index, seconds, size } of read) {
    expect(seconds).toBeCloseTo(index / 10, 6);
    expect(size).toEqual([width, height]);
  }
  video.close();
});

test('every single frame is addressed by its number, in any order, whatever the time between them', async () => {
  const durations = Array.from({ length: 40 }, (_, index) => (index % 3 === 0 ? 0.5 : 1001 / 30_000));
  for (const container of [webm, mp4]) {
    const video = await openVideo(await encodeClip({ ...container, durations }), 'a');
    const indices = [...durations.keys(), 39, 3, 3, 17];
    expect((await readAll(video.readFrames(indices))).map(({ shown }) => shown)).toEqual(indices);
    video.close();
  }
});

test('frames that an edit cut off are not counted', async () => {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat(), target });
  const source = new EncodedVideoPacketSource('vp9');
  output.addVideoTrack(source);
  await output.start();
  const input = new Input({ source: new BlobSource(await encodeClip(mp4)), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  const decoderConfig = await track?.getDecoderConfig();
  if (!track || !decoderConfig) throw new Error('No track.');
  for await (const packet of new EncodedPacketSink(track).packets()) {
    await source.add(packet.clone({ timestamp: packet.timestamp - 1.05 }), { decoderConfig });
  }
  await output.finalize();
  const video = await openVideo(new Blob([target.buffer ?? new ArrayBuffer()]), 'a');
  // The eleventh frame begins 0.05 s before the cut: FFmpeg leaves it out too.
  expect(video.frames).toBe(49);
  expect((await readAll(video.readFrames([0, 10]))).map(({ shown }) => shown)).toEqual([11, 21]);
  video.close();
});

test('one frame is read four times', async () => {
  const video = await openVideo(await encodeClip({ durations: [0.04] }), 'a');
  expect(video.frames).toBe(1);
  expect((await readAll(video.readFrames(sampleFrames(video)))).map(({ shown }) => shown)).toEqual([0, 0, 0, 0]);
  video.close();
});

test.each([
  [90, 'left'],
  [180, 'top'],
  [270, 'right'],
] as const)('a clip marked as turned by %i degrees is turned: what lay below is on the %s', async (rotation, side) => {
  const video = await openVideo(await encodeClip({ ...mp4, durations: [0.1], rotation }), 'a');
  const size = rotation === 180 ? [width, height] : [height, width];
  expect([video.width, video.height]).toEqual(size);
  const { value } = await video.readFrames([0]).next();
  if (!value) throw new Error('No frame.');
  expect([value.image.width, value.image.height]).toEqual(size);
  const places = { left: [0.25, 0.5], top: [0.5, 0.25], right: [0.75, 0.5] } as const;
  const [x, y] = places[side];
  expectColour(colourAt(value.image, x, y), [255, 0, 0]);
  expectColour(colourAt(value.image, 1 - x, 1 - y), [0, 0, 0]);
  video.close();
});

function expectColour(actual: readonly number[], expected: readonly number[], tolerance = 24): void {
  for (const [channel, value] of expected.entries()) {
    expect(Math.abs((actual[channel] ?? Number.NaN) - value)).toBeLessThan(tolerance);
  }
}

test('a wide pixel makes a wide picture', async () => {
  const video = await openVideo(await encodeClip({ ...mp4, durations: [0.1, 0.1], pixelAspect: 2 }), 'a');
  expect([video.width, video.height]).toEqual([2 * width, height]);
  const [, second] = await readAll(video.readFrames([0, 1]));
  expect(second).toMatchObject({ shown: 1, size: [2 * width, height] });
  video.close();
});

/** By the names of WebCodecs, of which TypeScript's own list has only some. */
interface ColorSpace {
  readonly primaries: string;
  readonly transfer: string;
  readonly matrix: string;
  readonly fullRange: boolean;
}

/** One frame of Y 100, U 90, V 180, and what the file says of its colours. */
async function encodeColour(colorSpace: ColorSpace | undefined): Promise<Blob> {
  const [codedWidth, codedHeight] = [64, 64];
  const pixels = codedWidth * codedHeight;
  const planes = new Uint8Array(1.5 * pixels)
    .fill(100, 0, pixels)
    .fill(90, pixels)
    .fill(180, 1.25 * pixels);
  const chunks: EncodedVideoChunk[] = [];
  const encoder = new VideoEncoder({
    output: (chunk) => chunks.push(chunk),
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({ codec: 'vp8', width: codedWidth, height: codedHeight, bitrate: 1e6 });
  const frame = new VideoFrame(planes, { format: 'I420', codedWidth, codedHeight, timestamp: 0 });
  encoder.encode(frame);
  frame.close();
  await encoder.flush();
  encoder.close();

  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new EncodedVideoPacketSource('vp8');
  output.addVideoTrack(source);
  await output.start();
  const decoderConfig = {
    codec: 'vp8',
    codedWidth,
    codedHeight,
    ...(colorSpace ? { colorSpace: colorSpace as VideoColorSpaceInit } : {}),
  };
  for (const chunk of chunks) await source.add(EncodedPacket.fromEncodedChunk(chunk), { decoderConfig });
  await output.finalize();
  return new Blob([target.buffer ?? new ArrayBuffer()]);
}

// Expected: R = y + 2(1 - Kr)v, B = y + 2(1 - Kb)u, G = (y - Kr R - Kb B) / (1 - Kr - Kb), in limited range.
test.each([
  ['nothing: BT.601, as FFmpeg has it', undefined, [181, 70, 21]],
  ['BT.709', { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false }, [191, 78, 17]],
  [
    'BT.2020, with primaries far from the screen',
    { primaries: 'bt2020', transfer: 'bt709', matrix: 'bt2020-ncl', fullRange: false },
    [185, 71, 16],
  ],
] as const)('YUV becomes RGB by the matrix alone where the file says %s', async (_, colorSpace, expected) => {
  const video = await openVideo(await encodeColour(colorSpace), 'a');
  const { value } = await video.readFrames([0]).next();
  if (!value) throw new Error('No frame.');
  // Chromium's 8-bit tables are off by up to 6 in blue; the matrices differ by 10 in red, the screen's primaries by 40.
  expectColour(colourAt(value.image, 0.5, 0.5), expected, 7);
  video.close();
});

/** Opens `file` and reads what VITA would see of it. */
async function readSampled(file: Blob) {
  const video = await openVideo(file, 'a.mp4');
  try {
    return await readAll(video.readFrames(sampleFrames(video)));
  } finally {
    video.close();
  }
}

test.each([
  ['a WebM', webm],
  ['an MP4 with its index in front', mp4],
  ['an MP4 with its index behind', { ...mp4, format: new Mp4OutputFormat({ fastStart: false }) }],
])('%s that was cut short is refused, the whole of it is not', async (_, container) => {
  const clip = await encodeClip(container);
  expect(await readSampled(clip)).toHaveLength(6);
  for (const part of [0.1, 0.5, 0.8]) {
    const cut = clip.slice(0, Math.floor(clip.size * part));
    expect(await reportOf(() => readSampled(cut))).toMatchObject({ code: 'video-damaged', details: { name: 'a.mp4' } });
  }
});

test('a live recording does not tell its length, and is read as far as it goes', async () => {
  const clip = await encodeClip({ format: new WebMOutputFormat({ appendOnly: true }) });
  expect(await readSampled(clip)).toHaveLength(6);
  expect((await readSampled(clip.slice(0, clip.size * 0.8))).length).toBeLessThan(6);
});

test('what is no video is refused by its own error', async () => {
  const text = new Blob(['This is a letter, and no video.']);
  expect(await reportOf(() => openVideo(text, 'a.mp4'))).toMatchObject({ code: 'video-not-a-video' });
  expect(await reportOf(() => openVideo(new Blob(), 'a.mp4'))).toMatchObject({ code: 'image-empty' });
});

test('a file of sound alone holds no frame', async () => {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new AudioSampleSource({ codec: 'opus', bitrate: 64_000 });
  output.addAudioTrack(source);
  await output.start();
  const data = new Float32Array(48_000);
  const sample = new AudioSample({ data, format: 'f32', numberOfChannels: 1, sampleRate: 48_000, timestamp: 0 });
  await source.add(sample);
  sample.close();
  await output.finalize();
  const sound = new Blob([target.buffer ?? new ArrayBuffer()]);
  expect(await reportOf(() => openVideo(sound, 'a.webm'))).toMatchObject({ code: 'video-empty' });
});

test('a codec that the browser cannot decode is named', async () => {
  const bytes = new Uint8Array(await (await encodeClip({ ...mp4, durations: [0.1] })).arrayBuffer());
  const renamed = new TextDecoder('latin1').decode(bytes).indexOf('vp09');
  bytes.set(new TextEncoder().encode('zz09'), renamed);
  const report = await reportOf(() => openVideo(new Blob([bytes]), 'a.mp4'));
  expect(report).toMatchObject({ code: 'video-undecodable', details: { codec: 'zz09' } });
});

test('an abort ends the opening, the reading, and a decoding under way', async () => {
  const clip = await encodeClip();
  const reason = new Error('Enough.');
  await expect(openVideo(clip, 'a', AbortSignal.abort(reason))).rejects.toBe(reason);

  const video = await openVideo(clip, 'a');
  const between = new AbortController();
  const pictures = video.readFrames([0, 10, 20], between.signal);
  expect(await pictures.next()).toMatchObject({ done: false, value: { index: 0 } });
  between.abort(reason);
  await expect(pictures.next()).rejects.toBe(reason);
  expect(await pictures.next()).toEqual({ done: true, value: undefined });

  const during = new AbortController();
  const next = video.readFrames([59], during.signal).next();
  during.abort(reason);
  await expect(next).rejects.toBe(reason);

  // The control: what was stopped can be read again.
  expect(await readAll(video.readFrames([0, 10, 20], new AbortController().signal))).toHaveLength(3);
  video.close();
});

test('a frame that is not there is refused', async () => {
  const video = await openVideo(await encodeClip({ durations: [0.1] }), 'a');
  expect(await reportOf(() => video.readFrames([1]).next())).toMatchObject({
    code: 'invalid-argument',
    details: { actual: 1, expected: 'a whole number from 0 to 0' },
  });
  video.close();
});
