import { blockCountOf, cellOf, type PixelBox, pixelBoxOf, type TokenGrid } from '#tensor/grid.ts';

/** The token of a reshape [N, C] → [N/4, 4C] that `patch` goes into: it folds as many consecutive ones as the shuffle does. */
export function stripOfPatch(patch: number, grid: TokenGrid): number {
  return Math.floor(patch / blockCountOf(grid));
}

/** The pixels of the patches in such a token, a box for each row of the grid that it reaches into: one of 56x14, say. */
export function stripBoxesOf(strip: number, grid: TokenGrid): readonly PixelBox[] {
  const { patchGridSize } = grid;
  const count = blockCountOf(grid);
  const first = strip * count;
  const last = first + count - 1;
  const boxes: PixelBox[] = [];
  for (let start = first; start <= last; ) {
    const endOfRow = (cellOf(start, patchGridSize).row + 1) * patchGridSize - 1;
    const end = Math.min(last, endOfRow);
    const { left, top, bottom } = pixelBoxOf(start, patchGridSize, grid);
    boxes.push({ left, top, bottom, right: pixelBoxOf(end, patchGridSize, grid).right });
    start = end + 1;
  }
  return boxes;
}
