/** What the header of a PNG says that matters here. */
interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly isInterlaced: boolean;
}

const signatureLength = 8;
const headerEnd = 33;
const bytesPerSample = 2;
const grey = 0;

/** The header of a PNG in 16-bit grey; null for every other file. */
export function readGrey16Header(bytes: Uint8Array): PngHeader | null {
  if (bytes.length < headerEnd || bytes[0] !== 0x89 || bytes[1] !== 0x50) return null;
  if (bytes[24] !== 16 || bytes[25] !== grey) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20), isInterlaced: bytes[28] === 1 };
}

/**
 * Decodes a PNG in 16-bit grey as Pillow's `convert('RGB')` does: values above 255 become 255, where a browser takes
 * the upper byte. (What uses more than a little of the range comes out white, and that is what the models are shown.)
 * Source: https://www.w3.org/TR/png-3/, sections 8 and 9; Pillow, src/libImaging/Convert.c.
 *
 * @throws Error where the file is damaged.
 */
export async function decodeGrey16(bytes: Uint8Array, header: PngHeader): Promise<ImageData> {
  const { width, height } = header;
  const data = await inflate(bytes);
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  let at = 0;
  for (const pass of header.isInterlaced ? interlacedPasses : [wholePass]) {
    const columns = Math.ceil((width - pass.x) / pass.stepX);
    const rows = Math.ceil((height - pass.y) / pass.stepY);
    if (columns < 1 || rows < 1) continue;
    const rowLength = columns * bytesPerSample;
    let above = new Uint8Array(rowLength);
    for (let row = 0; row < rows; row++) {
      const filter = data[at];
      const line = data.subarray(at + 1, at + 1 + rowLength);
      if (filter === undefined || line.length < rowLength) throw new Error('the PNG has too few rows');
      unfilter(filter, line, above);
      for (let column = 0; column < columns; column++) {
        const value = line[2 * column] ? 255 : (line[2 * column + 1] ?? 0);
        const y = pass.y + row * pass.stepY;
        pixels[y * width + pass.x + column * pass.stepX] = 0xff000000 | (value * 0x010101);
      }
      above = line;
      at += 1 + rowLength;
    }
  }
  return image;
}

const wholePass = { x: 0, y: 0, stepX: 1, stepY: 1 };
/** Adam7 */
const interlacedPasses = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];

/** The contents of all IDAT chunks, inflated. */
async function inflate(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: BlobPart[] = [];
  for (let at = signatureLength; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const isData = view.getUint32(at + 4) === 0x49444154;
    if (isData) parts.push(Uint8Array.from(bytes.subarray(at + 8, at + 8 + length)));
    at += 12 + length;
  }
  const stream = new Blob(parts).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Undoes the filter of one row in place. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array): void {
  for (let at = 0; at < line.length; at++) {
    const a = at < bytesPerSample ? 0 : (line[at - bytesPerSample] ?? 0);
    const b = above[at] ?? 0;
    const c = at < bytesPerSample ? 0 : (above[at - bytesPerSample] ?? 0);
    line[at] = (line[at] ?? 0) + predict(filter, a, b, c);
  }
}

/** What the bytes to the left (a), above (b) and above left (c) foretell. */
function predict(filter: number, a: number, b: number, c: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return a;
    case 2:
      return b;
    case 3:
      return (a + b) >> 1;
    case 4: {
      const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
      return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
    }
    default:
      throw new Error(`the PNG has a filter ${filter}`);
  }
}
