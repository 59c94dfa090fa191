/** How an image is turned, as EXIF numbers it: 1 is upright. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const orientationTag = 0x0112;

/**
 * The EXIF orientation of a WebP, which browsers pass over in this format (and no other); 1 where there is none.
 * Source: RIFF container of https://developers.google.com/speed/webp/docs/riff_container, EXIF 2.32 section 4.6.
 */
export function readWebpOrientation(bytes: Uint8Array): Orientation {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    if (textAt(bytes, at, 4) === 'EXIF') return readExif(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length + (length % 2);
  }
  return 1;
}

function readExif(chunk: Uint8Array): Orientation {
  // Some writers keep the prefix that EXIF has in a JPEG.
  const bytes = textAt(chunk, 0, 4) === 'Exif' ? chunk.subarray(6) : chunk;
  const order = textAt(bytes, 0, 2);
  if (bytes.length < 8 || (order !== 'II' && order !== 'MM')) return 1;
  const isLittleEndian = order === 'II';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = view.getUint32(4, isLittleEndian);
  if (directory + 2 > bytes.length) return 1;
  const entries = view.getUint16(directory, isLittleEndian);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > bytes.length) return 1;
    if (view.getUint16(at, isLittleEndian) !== orientationTag) continue;
    const value = view.getUint16(at + 8, isLittleEndian);
    return isOrientation(value) ? value : 1;
  }
  return 1;
}

function isOrientation(value: number): value is Orientation {
  return value >= 1 && value <= 8;
}

function textAt(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}
