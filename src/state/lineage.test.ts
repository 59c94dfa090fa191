import { describe, expect, test } from 'vitest';
import { publishedGrid } from '#tensor/grid.ts';
import { outlinesIn, sameSelection, selectionInSquare, squares, tokenAtPoint } from './lineage.ts';

describe('selectionInSquare', () => {
  test('carries a patch to the token it is folded into and stays where the grid is the same', () => {
    // Row 14, column 17 of 32 is row 7, column 8 of 16.
    const patch = { kind: 'patch', tile: 0, index: 14 * 32 + 17 } as const;
    expect(selectionInSquare(patch, 'image', publishedGrid)).toEqual(patch);
    expect(selectionInSquare(patch, 'dropped', publishedGrid)).toEqual(patch);
    expect(selectionInSquare(patch, 'shuffled', publishedGrid)).toEqual({
      kind: 'shuffled',
      tile: 0,
      index: 7 * 16 + 8,
    });
    expect(selectionInSquare(patch, 'tokens', publishedGrid)).toEqual({ kind: 'shuffled', tile: 0, index: 7 * 16 + 8 });
  });

  test('carries a shuffled token to its top-left patch', () => {
    expect(selectionInSquare({ kind: 'shuffled', tile: 0, index: 255 }, 'selected', publishedGrid)).toEqual({
      kind: 'patch',
      tile: 0,
      index: 990,
    });
  });

  test('keeps the class token in the encoder square', () => {
    const reached = squares.filter(
      (square) => selectionInSquare({ kind: 'class', tile: 0 }, square, publishedGrid) !== null,
    );
    expect(reached).toEqual(['selected']);
  });
});

describe('outlinesIn', () => {
  test('outlines a patch with its three siblings, and one cell after the shuffle', () => {
    const outlines = outlinesIn('dropped', { kind: 'patch', tile: 0, index: 33 }, publishedGrid);
    expect(outlines.map(({ strength }) => strength)).toEqual(['related', 'related', 'related', 'selected']);
    expect(outlines.map(({ box }) => [box.left, box.top])).toEqual([
      [0, 0],
      [14, 0],
      [0, 14],
      [14, 14],
    ]);
    expect(outlinesIn('tokens', { kind: 'patch', tile: 0, index: 33 }, publishedGrid)).toEqual([
      { box: { left: 0, top: 0, right: 28, bottom: 28 }, strength: 'selected' },
    ]);
  });

  test('outlines the four patches and the 28-px box of a shuffled token', () => {
    const outlines = outlinesIn('image', { kind: 'shuffled', tile: 0, index: 17 }, publishedGrid);
    expect(outlines).toHaveLength(5);
    expect(outlines.at(-1)).toEqual({ box: { left: 28, top: 28, right: 56, bottom: 56 }, strength: 'selected' });
  });

  test('outlines nothing in a grid for the class token', () => {
    for (const square of squares) expect(outlinesIn(square, { kind: 'class', tile: 0 }, publishedGrid)).toEqual([]);
  });
});

test('sameSelection tells patches from shuffled tokens of the same number', () => {
  expect(sameSelection({ kind: 'patch', tile: 0, index: 3 }, { kind: 'patch', tile: 0, index: 3 })).toBe(true);
  expect(sameSelection({ kind: 'patch', tile: 0, index: 3 }, { kind: 'shuffled', tile: 0, index: 3 })).toBe(false);
  expect(sameSelection({ kind: 'class', tile: 0 }, { kind: 'class', tile: 0 })).toBe(true);
  expect(sameSelection(null, null)).toBe(true);
  expect(sameSelection(null, { kind: 'class', tile: 0 })).toBe(false);
});

describe('tokenAtPoint', () => {
  const tiles = { columns: 3, rows: 2, first: 4, tokens: publishedGrid };

  test('finds the token under a point of one tile and of assembled tiles', () => {
    const one = { columns: 1, rows: 1, first: 2, tokens: publishedGrid };
    expect(tokenAtPoint(0, 0, 'dropped', one)).toEqual({ kind: 'patch', tile: 2, index: 0 });
    expect(tokenAtPoint(31.9 / 32, 1 / 32, 'image', one)).toEqual({ kind: 'patch', tile: 2, index: 63 });
    expect(tokenAtPoint(0.5, 0.5, 'tokens', one)).toEqual({ kind: 'shuffled', tile: 2, index: 136 });
    expect(tokenAtPoint((16 + 5.5) / 48, (16 + 2.5) / 32, 'shuffled', tiles)).toEqual({
      kind: 'shuffled',
      tile: 8,
      index: 37,
    });
  });

  test('finds none beside the tokens', () => {
    for (const [x, y] of [
      [-0.001, 0.5],
      [1, 0.5],
      [0.5, -0.001],
      [0.5, 1],
      [Number.NaN, 0.5],
    ] as const) {
      expect(tokenAtPoint(x, y, 'dropped', tiles)).toBeNull();
    }
  });
});
