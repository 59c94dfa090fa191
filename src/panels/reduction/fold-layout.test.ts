import { describe, expect, test } from 'vitest';
import { createTokenGrid, publishedGrid } from '#tensor/grid.ts';
import { classTokenAt, createFoldLayout, foldSteps, lastStep } from './fold-layout.ts';

const { boxOfPatch, boxOfCell, patchAt, widthPx, heightPx } = createFoldLayout(publishedGrid);
const patches = Array.from({ length: publishedGrid.patchCount }, (_, patch) => patch);

describe('the picture of the fold', () => {
  test.for([...foldSteps.keys()])('at step %i no two patches share a pixel, and all lie within', (step) => {
    const taken = new Set<number>();
    let areaPx = 0;
    for (const patch of patches) {
      const { left, top, width, height } = boxOfPatch(patch, step);
      for (let y = top; y < top + height; y++) {
        for (let x = left; x < left + width; x++) taken.add(y * widthPx + x);
      }
      areaPx += width * height;
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(widthPx);
      expect(top + height).toBeLessThanOrEqual(heightPx);
    }
    expect(taken.size).toBe(areaPx);
  });

  test('folded, the four of a neighbourhood touch and lie as in the image', () => {
    const [topLeft, topRight, bottomLeft] = [0, 1, 32].map((patch) => boxOfPatch(patch, 2));
    expect(topRight).toEqual({ left: 16, top: topLeft?.top, width: 14, height: 14 });
    expect(bottomLeft).toEqual({ left: 2, top: (topLeft?.top ?? 0) + 14, width: 14, height: 14 });
    expect(boxOfCell(0, 2)).toEqual({ left: 2, top: 34, width: 28, height: 28 });
  });

  test('in the end they stand side by side in the order of their channel blocks', () => {
    // Cell 17 of the 16x16 grid: row 1, column 1; patches 66, 67, 98, 99.
    const lefts = [66, 67, 98, 99].map((patch) => boxOfPatch(patch, lastStep).left);
    expect(lefts).toEqual([34, 41, 48, 55]);
    expect(boxOfCell(17, lastStep)).toEqual({ left: 34, top: 66, width: 28, height: 28 });
  });

  test('between two steps everything is on its way', () => {
    const [before, after] = [boxOfPatch(99, 2), boxOfPatch(99, 3)];
    expect(boxOfPatch(99, 2.5)).toEqual({
      left: (before.left + after.left) / 2,
      top: (before.top + after.top) / 2,
      width: (before.width + after.width) / 2,
      height: (before.height + after.height) / 2,
    });
  });

  test('the class token is there at first, and gone from the first step on', () => {
    expect(classTokenAt(0).opacity).toBe(1);
    expect(classTokenAt(0.5).opacity).toBe(0.5);
    expect([1, 2, 3].map((step) => classTokenAt(step).opacity)).toEqual([0, 0, 0]);
  });

  test.for([...foldSteps.keys()])('at step %i the patch at the middle of each box is that patch', (step) => {
    const found = patches.map((patch) => {
      const { left, top, width, height } = boxOfPatch(patch, step);
      return patchAt(left + width / 2, top + height / 2, step);
    });
    expect(found).toEqual(patches);
    expect(patchAt(5, 5, step)).toBeNull();
  });
});

describe.for([
  { imageSize: 224, patchSize: 14, shuffleFactor: 2 },
  { imageSize: 128, patchSize: 16, shuffleFactor: 4 },
  { imageSize: 448, patchSize: 14, shuffleFactor: 4 },
  { imageSize: 64, patchSize: 16, shuffleFactor: 1 },
])('the picture of $imageSize px in patches of $patchSize px by $shuffleFactor', (sizes) => {
  const grid = createTokenGrid(sizes);
  const layout = createFoldLayout(grid);

  test.for([...foldSteps.keys()])(
    'at step %i no two patches share a pixel, and each is found where it lies',
    (step) => {
      const taken = new Set<number>();
      let areaPx = 0;
      for (let patch = 0; patch < grid.patchCount; patch++) {
        const { left, top, width, height } = layout.boxOfPatch(patch, step);
        expect([left, top, width, height].every(Number.isInteger)).toBe(true);
        for (let y = top; y < top + height; y++) {
          for (let x = left; x < left + width; x++) taken.add(y * layout.widthPx + x);
        }
        areaPx += width * height;
        expect(left + width).toBeLessThanOrEqual(layout.widthPx);
        expect(top + height).toBeLessThanOrEqual(layout.heightPx);
        expect(layout.patchAt(left + width / 2, top + height / 2, step)).toBe(patch);
      }
      expect(taken.size).toBe(areaPx);
    },
  );
});
