/** Brands of still and moving HEIF and AVIF: the same box as MP4's at the start, and pictures all the same. */
const imageBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1', 'miaf', 'avif', 'avis']);
/** EBML: WebM and Matroska. */
const ebmlStart = [0x1a, 0x45, 0xdf, 0xa3];
const videoExtension = /\.(mp4|m4v|mov|webm|mkv)$/i;

/** Whether `file` is to be opened as a video, by its first bytes, and where they say nothing by its type and name. */
export async function isVideo(file: Blob, name: string): Promise<boolean> {
  const bytes = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  if (ebmlStart.every((byte, index) => bytes[index] === byte)) return true;
  const text = String.fromCharCode(...bytes);
  if (text.slice(4, 8) === 'ftyp') return !imageBrands.has(text.slice(8, 12));
  return file.type.startsWith('video/') || videoExtension.test(name);
}
