import { crc32 } from 'node:zlib';

/** A PNG that claims to be `width` x `height` pixels and holds none of them. */
export function pngHeader(width: number, height: number): Buffer {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, pngChunk('IHDR', size), pngChunk('IEND', Buffer.alloc(0))]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type), data]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** A GIF of 1x1 pixel with one frame a colour, shown for a tenth of a second each. */
export function animatedGif(colours: readonly (readonly [red: number, green: number, blue: number])[]): Buffer {
  const screen = [...Buffer.from('GIF89a'), 1, 0, 1, 0, 0, 0, 0];
  const frames = colours.flatMap((colour) => [
    ...[0x21, 0xf9, 4, 0, 10, 0, 0, 0],
    // One pixel with a table of two colours of its own, and the LZW codes clear, 0, end.
    ...[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0x80, ...colour, 0, 0, 0],
    ...[2, 2, 0x44, 0x01, 0],
  ]);
  return Buffer.from([...screen, ...frames, 0x3b]);
}
