import { describe, expect, test } from 'vitest';
import { createTokenGrid, publishedGrid } from '#tensor/grid.ts';
import { gridOfOneTile } from '#tensor/tile-grid.ts';
import {
  atSamePlace,
  isInGrid,
  outlinesIn,
  sameSelection,
  selectionInSquare,
  squares,
  tokenAtPoint,
} from './lineage.ts';

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

describe('in another grid', () => {
  // 8 x 8 patches, 4 x 4 of which become one of 2 x 2 tokens.
  const small = createTokenGrid({ imageSize: 128, patchSize: 16, shuffleFactor: 4 });
  const tiles = gridOfOneTile(0, small);

  test('a token is found, carried and outlined by that grid', () => {
    const patch = { kind: 'patch', tile: 0, index: 14 } as const;
    expect(tokenAtPoint(6.5 / 8, 1.5 / 8, 'dropped', tiles)).toEqual(patch);
    expect(selectionInSquare(patch, 'tokens', small)).toEqual({ kind: 'shuffled', tile: 0, index: 1 });
    expect(selectionInSquare({ kind: 'shuffled', tile: 0, index: 3 }, 'image', small)).toMatchObject({ index: 36 });
    const outlines = outlinesIn('image', patch, small);
    expect(outlines).toHaveLength(16);
    expect(outlines.at(-1)).toEqual({ box: { left: 96, top: 16, right: 112, bottom: 32 }, strength: 'selected' });
    expect(outlinesIn('tokens', patch, small)).toEqual([
      { box: { left: 64, top: 0, right: 128, bottom: 64 }, strength: 'selected' },
    ]);
  });

  test('where nothing is folded a patch and its token are two kinds at one place', () => {
    const unfolded = createTokenGrid({ imageSize: 64, patchSize: 16, shuffleFactor: 1 });
    const patch = { kind: 'patch', tile: 0, index: 5 } as const;
    expect(selectionInSquare(patch, 'tokens', unfolded)).toEqual({ kind: 'shuffled', tile: 0, index: 5 });
    expect(outlinesIn('dropped', patch, unfolded)).toEqual([
      { box: { left: 16, top: 16, right: 32, bottom: 32 }, strength: 'selected' },
    ]);
  });

  test('a token of one grid has a token of the other at its place, and a number that there may not be', () => {
    const patch = { kind: 'patch', tile: 0, index: 14 * 32 + 17 } as const;
    expect(isInGrid(patch, publishedGrid)).toBe(true);
    expect(isInGrid(patch, small)).toBe(false);
    // Row 14.5, column 17.5 of 32 is row 3.6, column 4.4 of 8.
    expect(atSamePlace(patch, publishedGrid, small)).toEqual({ kind: 'patch', tile: 0, index: 3 * 8 + 4 });
    expect(atSamePlace(patch, publishedGrid, publishedGrid)).toEqual(patch);
    expect(isInGrid({ kind: 'class', tile: 0 }, small)).toBe(true);
  });
});
