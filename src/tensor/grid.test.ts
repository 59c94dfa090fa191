import { describe, expect, test } from 'vitest';
import { reportOf } from '#testing/errors.ts';
import {
  createTokenGrid,
  firstPatchOf,
  gridSideOf,
  patchesOfShuffledToken,
  patchesOfToken,
  pixelBoxOf,
  publishedGrid,
  rowOfShuffledCell,
  sequencePlacesOf,
  shuffledTokenOf,
  shuffledTokenOfPatch,
  tokenCountOf,
} from './grid.ts';

const sizes = [
  { imageSize: 448, patchSize: 14, shuffleFactor: 2, patches: 1024, tokens: 256 },
  { imageSize: 224, patchSize: 14, shuffleFactor: 2, patches: 256, tokens: 64 },
  { imageSize: 448, patchSize: 28, shuffleFactor: 2, patches: 256, tokens: 64 },
  { imageSize: 448, patchSize: 14, shuffleFactor: 4, patches: 1024, tokens: 64 },
  { imageSize: 448, patchSize: 14, shuffleFactor: 1, patches: 1024, tokens: 1024 },
  { imageSize: 42, patchSize: 14, shuffleFactor: 3, patches: 9, tokens: 1 },
];

test('the published grid', () => {
  expect(publishedGrid).toEqual({
    tileSizePx: 448,
    patchSizePx: 14,
    patchGridSize: 32,
    shuffleFactor: 2,
    shuffledGridSize: 16,
    patchCount: 1024,
    shuffledCount: 256,
  });
});

test('a size that is no multiple of the next is refused by name', async () => {
  expect(createTokenGrid({ imageSize: 56, patchSize: 14, shuffleFactor: 2 }).shuffledCount).toBe(4);
  const refused = async (change: Partial<Parameters<typeof createTokenGrid>[0]>) =>
    (await reportOf(() => createTokenGrid({ imageSize: 56, patchSize: 14, shuffleFactor: 2, ...change }))).details;
  const ofPatches = (size: number, part: number) => ({ name: 'image_size', size, partName: 'patch_size', part });
  expect(await refused({ imageSize: 57 })).toEqual(ofPatches(57, 14));
  expect(await refused({ imageSize: 0 })).toEqual(ofPatches(0, 14));
  expect(await refused({ patchSize: 112 })).toEqual(ofPatches(56, 112));
  expect(await refused({ patchSize: 0.5 })).toEqual(ofPatches(56, 0.5));
  expect(await refused({ shuffleFactor: 3 })).toMatchObject({ size: 4, part: 3, partName: '1 / downsample_ratio' });
  expect(await refused({ shuffleFactor: 8 })).toMatchObject({ size: 4, part: 8 });
});

describe.each(sizes)(
  '$imageSize px in patches of $patchSize px, $shuffleFactor x $shuffleFactor to one token',
  (spec) => {
    const grid = createTokenGrid(spec);
    const side = grid.patchGridSize;

    test('has so many patches and tokens', () => {
      expect(grid).toMatchObject({ patchCount: spec.patches, shuffledCount: spec.tokens });
      expect([tokenCountOf('patch', grid), tokenCountOf('shuffled', grid)]).toEqual([spec.patches, spec.tokens]);
      expect([gridSideOf('patch', grid) ** 2, gridSideOf('shuffled', grid) ** 2]).toEqual([spec.patches, spec.tokens]);
    });

    test('every patch is in one token, where the token says', () => {
      const found = Array.from({ length: spec.tokens }, (_, token) => patchesOfShuffledToken(token, grid));
      expect(found.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: spec.patches }, (_, patch) => patch));
      for (const [token, patches] of found.entries()) {
        expect(patches).toHaveLength(spec.shuffleFactor ** 2);
        expect(patches[0]).toBe(firstPatchOf(token, grid));
        expect(patches.map((patch) => shuffledTokenOfPatch(patch, grid))).toEqual(patches.map(() => token));
      }
    });

    test('the blocks of a token go through its neighbourhood row by row', () => {
      const patches = patchesOfShuffledToken(spec.tokens - 1, grid);
      const first = patches[0] ?? Number.NaN;
      const expected = patches.map((_, block) => {
        const [dy, dx] = [Math.floor(block / spec.shuffleFactor), block % spec.shuffleFactor];
        return first + dy * side + dx;
      });
      expect(patches).toEqual(expected);
      expect(patches.at(-1)).toBe(spec.patches - 1);
    });

    test('a token covers the pixels of its patches', () => {
      const token = spec.tokens - 1;
      const boxes = patchesOfShuffledToken(token, grid).map((patch) => pixelBoxOf(patch, side, grid));
      expect(pixelBoxOf(token, grid.shuffledGridSize, grid)).toEqual({
        left: Math.min(...boxes.map(({ left }) => left)),
        top: Math.min(...boxes.map(({ top }) => top)),
        right: spec.imageSize,
        bottom: spec.imageSize,
      });
    });

    test('v1 exchanges rows and columns of the tokens', () => {
      const last = grid.shuffledGridSize - 1;
      expect(rowOfShuffledCell(last, 'v2', grid)).toBe(last);
      expect(rowOfShuffledCell(last, 'v1', grid)).toBe(last * grid.shuffledGridSize);
    });
  },
);

test('what a token of either grid stands for', () => {
  const patch = { kind: 'patch', index: 33 } as const;
  const shuffled = { kind: 'shuffled', index: 17 } as const;
  expect(patchesOfToken(patch, publishedGrid)).toEqual([33]);
  expect(shuffledTokenOf(patch, publishedGrid)).toBe(0);
  expect(patchesOfToken(shuffled, publishedGrid)).toEqual([66, 67, 98, 99]);
  expect(shuffledTokenOf(shuffled, publishedGrid)).toBe(17);
  const places = [{ kind: 'class' } as const, patch, shuffled].map((token) => sequencePlacesOf(token, publishedGrid));
  expect(places).toEqual([[0], [34], [67, 68, 99, 100]]);
});
