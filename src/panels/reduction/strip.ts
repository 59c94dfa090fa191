import { type PixelBox, patchGridSize, pixelBoxOf } from '#tensor/grid.ts';

/** Patches that a reshape [1024, C] → [256, 4C] puts into one token: consecutive ones, which lie in one row. */
const stripPatches = 4;

/** The token of a reshape that `patch` goes into. */
export function stripOfPatch(patch: number): number {
  return Math.floor(patch / stripPatches);
}

/** The pixels of the four patches in such a token: 56x14. */
export function stripBoxOf(strip: number): PixelBox {
  const first = pixelBoxOf(strip * stripPatches, patchGridSize);
  const last = pixelBoxOf(strip * stripPatches + stripPatches - 1, patchGridSize);
  return { left: first.left, top: first.top, right: last.right, bottom: last.bottom };
}
