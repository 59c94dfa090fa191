import { expect, test } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import { decodeImage, mostPixels } from './decode.ts';

/** The header of a PNG of this size; what follows it never matters for what is refused here. */
function pngHeader(width: number, height: number): Blob {
  const bytes = new Uint8Array(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  bytes.set([8, 2], 24);
  return new Blob([bytes], { type: 'image/png' });
}

test('an empty file is refused by name', async () => {
  expect(await reportOf(() => decodeImage(new Blob([]), 'a.png'))).toMatchObject({
    code: 'image-empty',
    details: { name: 'a.png' },
  });
});

test.each([
  ['by its type', new Blob(['anything'], { type: 'image/svg+xml' })],
  ['by its first tag', new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>'])],
  ['behind a declaration and a comment', new Blob(['<?xml version="1.0"?>\n<!-- made by hand -->\n<svg width="1"/>'])],
])('an SVG is refused, known %s', async (_, file) => {
  expect(await reportOf(() => decodeImage(file, 'a.svg'))).toMatchObject({ code: 'image-svg' });
});

test('an image too large is refused before it is decoded, one just within the limit is not', async () => {
  const side = Math.floor(Math.sqrt(mostPixels));
  expect(await reportOf(() => decodeImage(pngHeader(side + 1, side + 1), 'a.png'))).toMatchObject({
    code: 'image-too-large',
    details: { width: side + 1, height: side + 1, maxMegapixels: 178 },
  });
  // The control gets past the size and fails at what it lacks: its data.
  expect(await reportOf(() => decodeImage(pngHeader(side, side), 'a.png'))).toMatchObject({
    code: 'image-undecodable',
  });
});
