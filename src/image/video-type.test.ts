import { expect, test } from 'vitest';
import { isVideo } from './video-type.ts';

const ftyp = (brand: string) => [0, 0, 0, 24, ...new TextEncoder().encode(`ftyp${brand}`), 0, 0, 0, 0];
const ebml = [0x1a, 0x45, 0xdf, 0xa3, 0x9f];
const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13];

test.each([
  { file: 'an MP4 without a name or type', bytes: ftyp('isom'), name: '', type: '', is: true },
  { file: 'a QuickTime film', bytes: ftyp('qt  '), name: 'a', type: '', is: true },
  { file: 'a WebM called .png', bytes: ebml, name: 'a.png', type: 'image/png', is: true },
  { file: 'a HEIC', bytes: ftyp('heic'), name: 'a.heic', type: 'image/heic', is: false },
  { file: 'a HEIC called .mp4', bytes: ftyp('mif1'), name: 'a.mp4', type: 'video/mp4', is: false },
  { file: 'an AVIF', bytes: ftyp('avif'), name: 'a', type: '', is: false },
  { file: 'a PNG', bytes: png, name: 'a.png', type: 'image/png', is: false },
  { file: 'an empty file', bytes: [], name: 'a', type: '', is: false },
  { file: 'text of type video', bytes: [104, 105], name: 'a', type: 'video/mp4', is: true },
  { file: 'text called .MOV', bytes: [104, 105], name: 'a.MOV', type: '', is: true },
  { file: 'text called .mov.txt', bytes: [104, 105], name: 'a.mov.txt', type: '', is: false },
])('$file: $is', async ({ bytes, name, type, is }) => {
  expect(await isVideo(new Blob([Uint8Array.from(bytes)], { type }), name)).toBe(is);
});
