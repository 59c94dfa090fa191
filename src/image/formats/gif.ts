const headerLength = 13;
const extension = 0x21;
const graphicControl = 0xf9;
const transparencyFlag = 0x01;

/**
 * A copy of a GIF whose first frame has no transparent colour: a browser decodes such pixels to transparent black,
 * where Pillow keeps the colour of the palette. A file that is not understood comes back as it is.
 * Source: GIF89a, sections 18 and 23 (https://www.w3.org/Graphics/GIF/spec-gif89a.txt).
 */
export function withoutTransparentColour(gif: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(gif);
  const flags = bytes[10] ?? 0;
  let at = headerLength + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  // Extensions stand before the first frame; each is a label and sub-blocks up to an empty one.
  while (bytes[at] === extension) {
    const packed = at + 3;
    if (bytes[at + 1] === graphicControl) bytes[packed] = (bytes[packed] ?? 0) & ~transparencyFlag;
    at += 2;
    for (let length = bytes[at]; length; length = bytes[at]) at += 1 + length;
    at += 1;
  }
  return bytes;
}
