import type { Page } from '@playwright/test';

/** Margins of a saved picture, and what lies below its map: gap, bar, two lines. */
const marginPx = 24;
const belowPx = 16 + 16 + 2 * 24 + marginPx;

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue at a place. */
  at(x: number, y: number): number[];
}

/** The pixels of a PNG, as the browser decodes them. */
export async function decodePng(page: Page, bytes: Uint8Array): Promise<Pixels> {
  const { width, height, base64 } = await page.evaluate(async (encoded) => {
    const png = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([png], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    if (!context) throw new Error('no 2D canvas');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let binary = '';
    for (let start = 0; start < data.length; start += 32_768) {
      binary += String.fromCharCode(...data.subarray(start, start + 32_768));
    }
    return { width: bitmap.width, height: bitmap.height, base64: btoa(binary) };
  }, Buffer.from(bytes).toString('base64'));
  const data = Buffer.from(base64, 'base64');
  return { width, height, at: (x, y) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)] };
}

/** The colour in the middle of every token of a saved map of `columns` x `rows` tokens: [rows * columns, 3]. */
export function tokensOf({ width, height, at }: Pixels, columns: number, rows: number): number[][] {
  // The map is as wide as the picture, or the texts are wider than a narrow map; it ends at the same height.
  const tokenPx = Math.max(1, Math.floor(640 / Math.max(columns, rows)));
  if (columns * tokenPx >= 320 && width !== columns * tokenPx + 2 * marginPx) throw new Error(`${width} px wide`);
  const top = height - belowPx - rows * tokenPx;
  const middle = Math.floor(tokenPx / 2);
  return Array.from({ length: rows * columns }, (_, token) =>
    at(marginPx + (token % columns) * tokenPx + middle, top + Math.floor(token / columns) * tokenPx + middle),
  );
}
