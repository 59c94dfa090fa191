import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withoutTransparentColour } from './gif.ts';
import { readGrey16Header } from './png-grey16.ts';
import { readWebpOrientation } from './webp.ts';

const files: readonly { readonly name: string; readonly file: string }[] = JSON.parse(
  readFileSync('e2e/fixtures/images/pillow.json', 'utf8'),
);

function bytesOf(name: string): Uint8Array {
  const found = files.find((file) => file.name === name);
  if (!found) throw new Error(`no file ${name}`);
  return Uint8Array.from(Buffer.from(found.file, 'base64'));
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('the EXIF orientation %i of a WebP', (orientation) => {
  const bytes = bytesOf(`lossless WebP, EXIF ${orientation}`);
  expect(readWebpOrientation(bytes)).toBe(orientation);
});

test('a WebP without EXIF, or cut anywhere, is upright or as it says', () => {
  expect(readWebpOrientation(bytesOf('lossy WebP'))).toBe(1);
  const bytes = bytesOf('lossless WebP, EXIF 6');
  const seen = new Set(Array.from(bytes, (_, length) => readWebpOrientation(bytes.subarray(0, length))));
  expect([...seen].sort()).toEqual([1, 6]);
});

test('only the transparency of the first frame of a GIF is taken away', () => {
  const gif = bytesOf('animated GIF, one colour transparent');
  const opaque = withoutTransparentColour(gif);
  const changed = [...gif.keys()].filter((at) => gif[at] !== opaque[at]);
  expect(changed).toHaveLength(1);
  const at = changed[0] ?? 0;
  expect([...gif.subarray(at - 3, at)]).toEqual([0x21, 0xf9, 4]);
  expect([gif[at], opaque[at]].map((flags = 0) => flags & 1)).toEqual([1, 0]);
});

test('a GIF without transparency, or cut anywhere, stays as long as it is', () => {
  const gif = bytesOf('GIF');
  expect(withoutTransparentColour(gif)).toEqual(gif);
  const cut = Array.from(gif, (_, length) => withoutTransparentColour(gif.subarray(0, length)).length);
  expect(cut).toEqual([...gif.keys()]);
});

test('of all PNGs only those in 16-bit grey are decoded here', () => {
  const special = files.filter(({ name }) => readGrey16Header(bytesOf(name)) !== null).map(({ name }) => name);
  expect(special).toHaveLength(8);
  expect(special.every((name) => name.startsWith('PNG of 16 bits, grey'))).toBe(true);
  expect(special).not.toContain('PNG of 16 bits, grey with alpha');
  expect(readGrey16Header(new Uint8Array(5))).toBeNull();
});
