import { expect, test } from 'vitest';
import { planPieces } from './upload.ts';

test('pieces cover the rows, none larger than a texture or 16 MiB', () => {
  const pieces = planPieces({ start: 100, end: 9000 }, 12000, { maxTextureDimension2D: 8192 });
  expect(pieces.reduce((area, { width, height }) => area + width * height, 0)).toBe(12000 * 8900);
  for (const { x, y, width, height } of pieces) {
    expect(Math.max(width, height)).toBeLessThanOrEqual(8192);
    expect(4 * width * height).toBeLessThanOrEqual(16 * 2 ** 20);
    expect([x + width <= 12000, y >= 100, y + height <= 9000]).toEqual([true, true, true]);
  }
});
