import { imageSize } from 'image-size';
import { TokenLensError } from '#errors.ts';

/** Pillow's limit against decompression bombs (`Image.MAX_IMAGE_PIXELS` * 2): the published pipelines refuse more too. */
export const mostPixels = 178_956_970;

/** SVG begins with markup; an XML declaration, a doctype or comments may come first. */
const svgStart = /^\s*(<\?xml[\s\S]*?\?>\s*)?(<!--[\s\S]*?-->\s*|<!DOCTYPE[\s\S]*?>\s*)*<svg[\s>]/i;
const sniffedBytes = 4096;

const endOfJpeg = [0xff, 0xd9];
const endOfPng = [0x49, 0x45, 0x4e, 0x44];
/** How far from the end of a file its end marker may lie: some cameras and editors append data. */
const endMarkerWindow = 65_536;

/**
 * Decodes an image file upright, first frame, without colour management and without blending alpha, as Pillow's
 * `exif_transpose(...).convert('RGB')` sees it. The size is read from the header first, so that nothing too large is
 * ever decoded.
 *
 * @throws TokenLensError `image-empty`, `image-svg`, `image-not-an-image`, `image-too-large`, `image-undecodable`.
 */
export async function decodeImage(file: Blob, name: string): Promise<ImageBitmap> {
  if (file.size === 0) throw new TokenLensError('image-empty', 'image', { name });
  const bytes = new Uint8Array(await file.arrayBuffer());
  const start = new TextDecoder().decode(bytes.subarray(0, sniffedBytes));
  if (file.type === 'image/svg+xml' || svgStart.test(start)) throw new TokenLensError('image-svg', 'image', { name });

  const header = readHeader(bytes);
  if (header && header.width * header.height > mostPixels) {
    const maxMegapixels = Math.floor(mostPixels / 1e6);
    const { width, height } = header;
    throw new TokenLensError('image-too-large', 'image', { name, width, height, maxMegapixels });
  }
  if (header && isCutShort(header.type, bytes)) throw new TokenLensError('image-undecodable', 'image', { name });
  try {
    return await createImageBitmap(file, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  } catch (cause) {
    throw new TokenLensError(header ? 'image-undecodable' : 'image-not-an-image', 'image', { name }, { cause });
  }
}

interface ImageHeader {
  readonly width: number;
  readonly height: number;
  readonly type: string | undefined;
}

/** What the file's header says; null where it says nothing that the library can read. */
function readHeader(bytes: Uint8Array): ImageHeader | null {
  try {
    const { width, height, type } = imageSize(bytes);
    return { width, height, type };
  } catch {
    // Not an error yet: the browser may know a format that the library does not.
    return null;
  }
}

/** Whether a JPEG or PNG ends before its end marker. Browsers paint the missing part grey without a word. */
function isCutShort(type: string | undefined, bytes: Uint8Array): boolean {
  const marker = type === 'jpg' ? endOfJpeg : type === 'png' ? endOfPng : null;
  if (!marker) return false;
  const first = Math.max(0, bytes.length - endMarkerWindow);
  for (let at = bytes.length - marker.length; at >= first; at--) {
    if (marker.every((byte, index) => bytes[at + index] === byte)) return false;
  }
  return true;
}
