import { describe, expect, it } from 'vitest';
import { noiseBytes } from '#testing/values.ts';
import { drawMapPicture, type MapPicture } from './map-picture.ts';

type Rgba = readonly number[];

/** Opaque pixels, each of another colour. */
function colouredPixels(width: number, height: number): MapPicture['pixels'] {
  const data = new Uint8ClampedArray(noiseBytes(4 * width * height));
  for (let pixel = 0; pixel < width * height; pixel++) data.set([pixel % 256, 128 + (pixel >> 8), 255], 4 * pixel + 1);
  return { width, height, data };
}

/** From dark to bright, no two colours alike. */
const table = Uint8ClampedArray.from({ length: 3 * 256 }, (_, at) => {
  const step = Math.floor(at / 3);
  return [step, 255 - step, 40][at % 3] ?? 0;
});

const picture = (change: Partial<MapPicture>): MapPicture => ({
  title: 'coffee.png: selected',
  facts: ['demo', 'tile 0'],
  unit: 'L2 norm',
  pixels: colouredPixels(32, 32),
  below: null,
  ranges: [{ min: '−1.25', max: '38.4' }],
  table,
  isPca: false,
  ...change,
});

interface Drawn {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): Rgba;
  /** Pixels of the rows [top, bottom) that are not white. */
  inked(top: number, bottom: number): number;
}

/** The picture's pixels. */
function draw(map: MapPicture): Drawn {
  const canvas = drawMapPicture(map);
  const { width, height } = canvas;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no 2D canvas');
  const { data } = context.getImageData(0, 0, width, height);
  const at = (x: number, y: number) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
  const inked = (top: number, bottom: number) => {
    let count = 0;
    for (let y = top; y < bottom; y++)
      for (let x = 0; x < width; x++) if (at(x, y).some((byte) => byte !== 255)) count++;
    return count;
  };
  return { width, height, at, inked };
}

const left = 24;
const mapTop = 80;
const white = [255, 255, 255, 255];

/** The colour of a token in `pixels`. */
function colourOf({ width, data }: MapPicture['pixels'], column: number, row: number): Rgba {
  return [...data.subarray(4 * (row * width + column), 4 * (row * width + column) + 4)];
}

/** Every corner of every token in the picture has the token's colour. */
function expectTokens(drawn: Drawn, pixels: MapPicture['pixels'], tokenPx: number): void {
  for (let row = 0; row < pixels.height; row++) {
    for (let column = 0; column < pixels.width; column++) {
      const x = left + column * tokenPx;
      const y = mapTop + row * tokenPx;
      const corners = [drawn.at(x, y), drawn.at(x + tokenPx - 1, y), drawn.at(x + tokenPx - 1, y + tokenPx - 1)];
      expect(corners).toEqual(Array(3).fill(colourOf(pixels, column, row)));
    }
  }
}

describe('drawMapPicture', () => {
  it.each([
    ['a square of 32x32 tokens', 32, 32, 20],
    ['a tile of 16x16 tokens', 16, 16, 40],
    ['a wide assembly of tiles', 96, 32, 6],
    ['a tall one', 7, 129, 4],
    ['more tokens than the side has pixels', 3, 641, 1],
  ])('gives each token of %s exactly its colour', (_, width, height, tokenPx) => {
    const map = picture({ pixels: colouredPixels(width, height) });
    const drawn = draw(map);
    expect(drawn.width).toBe(2 * left + Math.max(320, width * tokenPx));
    expectTokens(drawn, map.pixels, tokenPx);
    // Beside the map a line of one pixel, then white.
    expect(drawn.at(left - 1, mapTop)).not.toEqual(white);
    expect(drawn.at(left - 2, mapTop)).toEqual(white);
  });

  it('lets white through where a pixel has no colour', () => {
    const pixels = { width: 2, height: 1, data: Uint8ClampedArray.from([9, 9, 9, 0, 10, 20, 30, 255]) };
    const drawn = draw(picture({ pixels }));
    expect(drawn.at(left + 160, mapTop + 10)).toEqual(white);
    expect(drawn.at(left + 500, mapTop + 10)).toEqual([10, 20, 30, 255]);
  });

  it('ends the bar with the ends of the table, and passes through every colour between', () => {
    const drawn = draw(picture({}));
    const y = mapTop + 640 + 16 + 8;
    const colours = Array.from({ length: 640 }, (_, x) => drawn.at(left + x, y));
    expect(colours[0]).toEqual([...table.subarray(0, 3), 255]);
    expect(colours.at(-1)).toEqual([...table.subarray(-3), 255]);
    expect(new Set(colours.map(String)).size).toBe(256);
    expect(drawn.at(left - 2, y)).toEqual(white);
    expect(drawn.at(left + 641, y)).toEqual(white);
  });

  it('gives a PCA a bar for each of red, green and blue', () => {
    const range = { min: '−3', max: '4' };
    const map = picture({ isPca: true, ranges: [range, range, range] });
    const drawn = draw(map);
    const y = mapTop + 640 + 16 + 8;
    const barWidth = 208;
    for (const component of [0, 1, 2]) {
      const start = left + component * (barWidth + 8);
      const full = [0, 0, 0, 255].map((byte, channel) => (channel === component ? 255 : byte));
      expect(drawn.at(start, y)).toEqual([0, 0, 0, 255]);
      expect(drawn.at(start + barWidth - 1, y)).toEqual(full);
    }
    expectTokens(drawn, map.pixels, 20);
  });

  it('writes each text where it belongs, on white', () => {
    const lines = { title: [24, 48], facts: [48, 72], unit: [780, 804] } as const;
    const full = draw(picture({}));
    expect(full.height).toBe(mapTop + 640 + 16 + 16 + 48 + 24);
    for (const [text, [top, bottom]] of Object.entries(lines)) {
      expect(full.inked(top, bottom)).toBeGreaterThan(100);
      expect(draw(picture({ [text]: text === 'facts' ? [] : '' })).inked(top, bottom)).toBe(0);
    }
    const ends = [756, 780] as const;
    expect(full.inked(...ends)).toBeGreaterThan(50);
    expect(draw(picture({ ranges: [{ min: '', max: '' }] })).inked(...ends)).toBe(0);
    expect(full.inked(0, 24)).toBe(0);
    expect(full.inked(full.height - 24, full.height)).toBe(0);
  });

  it('cuts a text that is too long, inside the margins', () => {
    const long = draw(picture({ title: 'W'.repeat(400) }));
    const columns = Array.from({ length: long.width }, (_, x) =>
      Array.from({ length: 24 }, (_row, y) => long.at(x, 24 + y)).some((colour) => String(colour) !== String(white)),
    );
    expect(columns.lastIndexOf(true)).toBeLessThan(long.width - left);
    expect(columns.lastIndexOf(true)).toBeGreaterThan(long.width - left - 40);
  });

  it('gives facts that do not fit on one line the lines they need, and moves the map down', () => {
    const facts = Array.from({ length: 12 }, (_, index) => `a fact of some length, ${index}`);
    const [one, many] = [draw(picture({})), draw(picture({ facts }))];
    const lines = (many.height - one.height) / 24 + 1;
    expect(lines).toBeGreaterThan(2);
    expect(Number.isInteger(lines)).toBe(true);
    for (let line = 0; line < lines; line++) {
      expect(many.inked(48 + 24 * line, 72 + 24 * line)).toBeGreaterThan(100);
    }
    const colours = (drawn: Drawn, top: number) => [0, 1, 31].map((token) => drawn.at(left + 20 * token, top));
    expect(colours(many, mapTop + 24 * (lines - 1))).toEqual(colours(one, mapTop));
  });

  it('lets the image show through by its share, each of its pixels as it is', () => {
    const pixels = colouredPixels(2, 1);
    pixels.data.set([0, 0, 0, 0], 4);
    const bytes = new Uint8ClampedArray(noiseBytes(4 * 400 * 200)).map((byte, at) => (at % 4 === 3 ? 255 : byte));
    const image = new OffscreenCanvas(400, 200);
    image.getContext('2d')?.putImageData(new ImageData(bytes, 400, 200), 0, 0);
    const drawn = draw(picture({ pixels, below: { image, share: 0.25 } }));
    expect(drawn.width).toBe(400 + 2 * left);
    const token = colourOf(pixels, 0, 0);
    for (const [x, y] of [
      [0, 0],
      [7, 0],
      [199, 199],
      [120, 33],
    ] as const) {
      const below = [...bytes.subarray(4 * (y * 400 + x), 4 * (y * 400 + x) + 4)];
      const seen = drawn.at(left + x, mapTop + y);
      for (const channel of [0, 1, 2]) {
        const blend = 0.75 * (token[channel] ?? 0) + 0.25 * (below[channel] ?? 0);
        expect(Math.abs((seen[channel] ?? 0) - blend)).toBeLessThanOrEqual(1);
      }
    }
    // A token without a colour leaves the image as it is.
    expect(drawn.at(left + 201, mapTop + 5)).toEqual([...bytes.subarray(4 * 2201, 4 * 2201 + 4)]);
  });
});
