import { imageSize } from 'image-size';
import { TokenLensError } from '#errors.ts';
import { withoutTransparentColour } from './formats/gif.ts';
import { decodeGrey16, readGrey16Header } from './formats/png-grey16.ts';
import { readWebpOrientation } from './formats/webp.ts';
import { turnUpright } from './upright.ts';

/** Pillow's limit against decompression bombs (`Image.MAX_IMAGE_PIXELS` * 2): the published pipelines refuse more too. */
export const mostPixels = 178_956_970;

/** SVG begins with markup; an XML declaration, a doctype or comments may come first. */
const svgStart = /^\s*(<\?xml[\s\S]*?\?>\s*)?(<!--[\s\S]*?-->\s*|<!DOCTYPE[\s\S]*?>\s*)*<svg[\s>]/i;
const sniffedBytes = 4096;

const endOfJpeg = [0xff, 0xd9];
const endOfPng = [0x49, 0x45, 0x4e, 0x44];
/** How far from the end of a file its end marker may lie: some cameras and editors append data. */
const endMarkerWindow = 65_536;

/** Colours as they stand in the file: no profile applied, no alpha multiplied in. */
const asStored: ImageBitmapOptions = { colorSpaceConversion: 'none', premultiplyAlpha: 'none' };

/**
 * Decodes an image file upright, first frame, without colour management and without blending alpha, byte for byte as
 * Pillow's `exif_transpose(...).convert('RGB')` sees it, the colour beneath transparent pixels included. The size is
 * read from the header first, so that nothing too large is ever decoded.
 *
 * Known to differ from Pillow: an animated AVIF (the browser shows its still image, Pillow the first frame), the colour
 * beneath transparent pixels of a WebP that EXIF turns, and what a GIF leaves uncovered by its first frame.
 *
 * @throws TokenLensError `image-empty`, `image-svg`, `image-not-an-image`, `image-format-unsupported`,
 * `image-too-large`, `image-undecodable`.
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
    return await decodeBytes(file, bytes, header?.type);
  } catch (cause) {
    const format = unsupportedFormat(header?.type, bytes);
    if (format) throw new TokenLensError('image-format-unsupported', 'image', { name, format }, { cause });
    throw new TokenLensError(header ? 'image-undecodable' : 'image-not-an-image', 'image', { name }, { cause });
  }
}

/** The browser's decoder, and what has to be done where it departs from Pillow. */
async function decodeBytes(file: Blob, bytes: Uint8Array, type: string | undefined): Promise<ImageBitmap> {
  const grey16 = readGrey16Header(bytes);
  if (grey16) return createImageBitmap(await decodeGrey16(bytes, grey16), asStored);
  if (type === 'gif') return createImageBitmap(new Blob([withoutTransparentColour(bytes)]), asStored);
  const image = await createImageBitmap(file, asStored);
  return type === 'webp' ? turnUpright(image, readWebpOrientation(bytes)) : image;
}

/** Formats by their names in `image-size` that only some browsers read. */
const rareFormats: Readonly<Record<string, string>> = {
  heic: 'HEIC',
  heif: 'HEIF',
  tiff: 'TIFF',
  jp2: 'JPEG 2000',
  j2c: 'JPEG 2000',
  jxl: 'JPEG XL',
  'jxl-stream': 'JPEG XL',
  psd: 'PSD',
};
const heifBrands = /^ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)/;

/** The name of a format that this browser, having failed to decode `bytes`, does not know; null for any other file. */
function unsupportedFormat(type: string | undefined, bytes: Uint8Array): string | null {
  if (heifBrands.test(String.fromCharCode(...bytes.subarray(4, 12)))) return 'HEIC';
  return rareFormats[type ?? ''] ?? null;
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
