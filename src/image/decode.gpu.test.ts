import { expect, test } from 'vitest';
import { createTensor, readTensor } from '#gpu/buffers.ts';
import { reportOf } from '#testing/errors.ts';
import { testGpu } from '#testing/gpu-fixture.ts';
import { decodeImage } from './decode.ts';
import { uploadRows } from './upload.ts';

/** A small image file and what Pillow makes of it; both in base64. Made by `e2e/fixtures/images/make.py`. */
interface PillowImage {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly file: string;
  /** [height, width, 3] u8 */
  readonly rgb: string;
}

const images: readonly PillowImage[] = await (await fetch('/e2e/fixtures/images/pillow.json')).json();

async function fromBase64(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await fetch(`data:application/octet-stream;base64,${text}`)).arrayBuffer());
}

/** The bytes of a decoded image as the kernels are handed them: [height, width, 3]. */
async function rgbOf(image: ImageBitmap): Promise<Uint8Array> {
  const gpu = await testGpu();
  const pitch = Math.ceil(image.width / 64) * 64;
  const strip = createTensor(gpu, 'strip', [image.height, pitch]);
  uploadRows(gpu, image, { start: 0, end: image.height }, strip);
  const bytes = new Uint8Array((await readTensor(gpu, strip)).buffer);
  strip.buffer.destroy();
  return Uint8Array.from({ length: image.height * image.width * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    const row = Math.floor(pixel / image.width);
    return bytes[4 * (row * pitch + (pixel % image.width)) + (at % 3)] ?? 0;
  });
}

test('every kind of file is there', () => expect(images).toHaveLength(72));

test.for(images)('$name: decoded as Pillow does', async ({ name, width, height, file, rgb }) => {
  const image = await decodeImage(new Blob([await fromBase64(file)]), name);
  expect([image.width, image.height]).toEqual([width, height]);
  expect(await rgbOf(image)).toEqual(await fromBase64(rgb));
});

test.for([
  [
    'TIFF',
    'SUkqAAgAAAAKAAABBAABAAAAAgAAAAEBBAABAAAAAgAAAAIBAwADAAAAhgAAAAMBAwABAAAAAQAAAAYBAwABAAAAAgAAABEBBAABAAAAjAAAABUBAwABAAAAAwAAABYBBAABAAAAAgAAABcBBAABAAAADAAAABwBAwABAAAAAQAAAAAAAAAIAAgACAABAgMBAgMBAgMBAgM=',
  ],
  [
    'JPEG 2000',
    'AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAAAgAAAAIAAwcHAAAAAAAPY29scgEAAAAAABAAAACaanAyY/9P/1EALwAAAAAAAgAAAAIAAAAAAAAAAAAAAAIAAAACAAAAAAAAAAAAAwcBAQcBAQcBAf9SAAwAAAABAAEEBAAB/1wAB0BASEhQ/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAAHwAB/5PPtAQJz7QICd/PtAgJ14CAgP/Z',
  ],
  // The first box of a file alone: this browser gets no further.
  ['HEIC', btoa('\0\0\0\x18ftypheic\0\0\0\0mif1heic')],
] as const)('%s, which Chromium cannot read, is refused by its name', async ([format, base64]) => {
  const report = await reportOf(async () => decodeImage(new Blob([await fromBase64(base64)]), 'a.bin'));
  expect(report).toMatchObject({ code: 'image-format-unsupported', details: { name: 'a.bin', format } });
});

test('a 16-bit PNG whose data ends early is refused', async () => {
  const whole = images.find(({ name }) => name === 'PNG of 16 bits, grey');
  if (!whole) throw new Error('no such file');
  const bytes = await fromBase64(whole.file);
  expect((await decodeImage(new Blob([bytes]), 'a.png')).width).toBe(whole.width);
  // One row more than the data has.
  new DataView(bytes.buffer).setUint32(20, whole.height + 1);
  const report = await reportOf(() => decodeImage(new Blob([bytes]), 'a.png'));
  expect(report).toMatchObject({ code: 'image-undecodable', cause: 'the PNG has too few rows' });
});
