/** EBML's header and Matroska's segment, the two elements that a WebM or Matroska file is made of. */
const ebmlId = 0x1a45dfa3;
const segmentId = 0x18538067;
/** Far more than the header takes, and the segment's identifier and length behind it. */
const bytesToRead = 4096;
const longestSize = 8;

/**
 * Whether a WebM or Matroska file ends before its segment does. Readers take the clusters that are there and say
 * nothing; MP4 needs no such look, for its index knows every frame. A recording made live does not tell its length.
 *
 * Source: RFC 8794, sections 4 and 6.
 */
export async function isSegmentCutShort(file: Blob): Promise<boolean> {
  const view = new DataView(await file.slice(0, bytesToRead).arrayBuffer());
  const header = readElement(view, 0);
  if (header?.id !== ebmlId) return false;
  const segment = readElement(view, header.end);
  return segment?.id === segmentId && segment.isSizeKnown && segment.end > file.size;
}

interface Element {
  readonly id: number;
  readonly isSizeKnown: boolean;
  /** Byte behind it. */
  readonly end: number;
}

/** The element at `offset`, of an identifier of four bytes; null where there is none. */
function readElement(view: DataView, offset: number): Element | null {
  const sizeAt = offset + 4;
  if (sizeAt + longestSize > view.byteLength) return null;
  // As many zeros lead the first byte as bytes follow it; a size of ones alone is unknown.
  const first = view.getUint8(sizeAt);
  const sizeLength = Math.clz32(first) - 23;
  if (sizeLength > longestSize) return null;
  let size = first & (0xff >> sizeLength);
  for (let index = 1; index < sizeLength; index++) size = size * 256 + view.getUint8(sizeAt + index);
  const isSizeKnown = size < 2 ** (7 * sizeLength) - 1;
  return { id: view.getUint32(offset), isSizeKnown, end: sizeAt + sizeLength + size };
}
