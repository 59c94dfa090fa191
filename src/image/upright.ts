import type { Orientation } from './formats/webp.ts';

/** What a canvas is transformed by for each orientation, for an image `w` by `h`. */
const transforms: Readonly<Record<Orientation, (w: number, h: number) => DOMMatrix2DInit>> = {
  1: () => ({ a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }),
  2: (w) => ({ a: -1, b: 0, c: 0, d: 1, e: w, f: 0 }),
  3: (w, h) => ({ a: -1, b: 0, c: 0, d: -1, e: w, f: h }),
  4: (_, h) => ({ a: 1, b: 0, c: 0, d: -1, e: 0, f: h }),
  5: () => ({ a: 0, b: 1, c: 1, d: 0, e: 0, f: 0 }),
  6: (_, h) => ({ a: 0, b: 1, c: -1, d: 0, e: h, f: 0 }),
  7: (w, h) => ({ a: 0, b: -1, c: -1, d: 0, e: h, f: w }),
  8: (w) => ({ a: 0, b: -1, c: 1, d: 0, e: 0, f: w }),
};

/**
 * `image` turned upright, as Pillow's `exif_transpose`; `image` is closed. Opaque pixels keep their bytes; a canvas
 * loses the colour beneath transparent ones.
 */
export function turnUpright(image: ImageBitmap, orientation: Orientation): ImageBitmap {
  if (orientation === 1) return image;
  try {
    const { width, height } = image;
    const canvas = orientation < 5 ? new OffscreenCanvas(width, height) : new OffscreenCanvas(height, width);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no 2D canvas');
    context.imageSmoothingEnabled = false;
    context.setTransform(transforms[orientation](width, height));
    context.drawImage(image, 0, 0);
    return canvas.transferToImageBitmap();
  } finally {
    image.close();
  }
}
