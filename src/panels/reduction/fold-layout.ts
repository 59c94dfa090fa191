import { blockCountOf, cellOf, patchesOfShuffledToken, shuffledTokenOfPatch, type TokenGrid } from '#tensor/grid.ts';

/** Where every token is drawn while the tokens are folded; whole pixels at every step, so that each cell has one colour. */

/** What the picture shows at position 0, 1, 2, 3; between them it moves. */
export const foldSteps = ['encoded', 'dropped', 'folded', 'stacked'] as const;
export type FoldStep = (typeof foldSteps)[number];
export const lastStep = foldSteps.length - 1;

/** A box of the picture, in its own pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface FoldLayout {
  readonly widthPx: number;
  readonly heightPx: number;
  /** The box of `patch` at `position` 0..3. */
  boxOfPatch(patch: number, position: number): Box;
  /** The box around the patches of a shuffled cell at `position`. */
  boxOfCell(cell: number, position: number): Box;
  /** The patch drawn at a point of the picture, gaps counted to the cell before them; null above the patches. */
  patchAt(xPx: number, yPx: number, step: number): number | null;
}

/** About as wide as the picture is, in its own pixels: a whole number for each patch of the grid. */
const aboutWidthPx = 512;
const gapPx = 1;
/** The least gap around a folded cell, which parts it from the next. */
const foldedGapPx = 4;
/** Height of the class token's place above the patches. */
const slotPx = 32;
const classSidePx = 24;

/** The picture of the tokens of `grid`. */
export function createFoldLayout(grid: TokenGrid): FoldLayout {
  const { patchGridSize, shuffledGridSize, shuffleFactor } = grid;
  const blocks = blockCountOf(grid);
  /** Side of a patch with the gap to its neighbours. */
  const pitchPx = Math.max(Math.round(aboutWidthPx / patchGridSize), gapPx + foldedGapPx);
  /** A folded cell takes the place of its patches; its side holds a whole number of pixels for each. */
  const foldedPitchPx = shuffleFactor * pitchPx;
  const foldedSidePx = Math.max(Math.floor((foldedPitchPx - foldedGapPx) / blocks), 1) * blocks;
  const marginPx = Math.floor((foldedPitchPx - foldedSidePx) / 2);
  const widthPx = patchGridSize * pitchPx;

  function restingBox(patch: number, step: number): Box {
    const { row, column } = cellOf(patch, patchGridSize);
    if (step < 2) {
      const side = pitchPx - gapPx;
      return { left: column * pitchPx, top: slotPx + row * pitchPx, width: side, height: side };
    }
    const cell = cellOf(shuffledTokenOfPatch(patch, grid), shuffledGridSize);
    const left = cell.column * foldedPitchPx + marginPx;
    const top = slotPx + cell.row * foldedPitchPx + marginPx;
    const [dy, dx] = [row % shuffleFactor, column % shuffleFactor];
    if (step === 2) {
      const side = foldedSidePx / shuffleFactor;
      return { left: left + dx * side, top: top + dy * side, width: side, height: side };
    }
    const width = foldedSidePx / blocks;
    return { left: left + (dy * shuffleFactor + dx) * width, top, width, height: foldedSidePx };
  }

  function boxOfPatch(patch: number, position: number): Box {
    const from = Math.floor(position);
    return between(restingBox(patch, from), restingBox(patch, Math.min(from + 1, lastStep)), position - from);
  }

  return {
    widthPx,
    heightPx: slotPx + widthPx,
    boxOfPatch,
    boxOfCell(cell, position) {
      const boxes = patchesOfShuffledToken(cell, grid).map((patch) => boxOfPatch(patch, position));
      const left = Math.min(...boxes.map((box) => box.left));
      const top = Math.min(...boxes.map((box) => box.top));
      const right = Math.max(...boxes.map((box) => box.left + box.width));
      const bottom = Math.max(...boxes.map((box) => box.top + box.height));
      return { left, top, width: right - left, height: bottom - top };
    },
    patchAt(xPx, yPx, step) {
      const y = yPx - slotPx;
      if (xPx < 0 || y < 0 || xPx >= widthPx || y >= widthPx) return null;
      if (step < lastStep) return Math.floor(y / pitchPx) * patchGridSize + Math.floor(xPx / pitchPx);
      const cell = Math.floor(y / foldedPitchPx) * shuffledGridSize + Math.floor(xPx / foldedPitchPx);
      const share = ((xPx % foldedPitchPx) - marginPx) / foldedSidePx;
      const block = Math.min(Math.max(Math.floor(share * blocks), 0), blocks - 1);
      return patchesOfShuffledToken(cell, grid)[block] ?? null;
    },
  };
}

/** The class token's box, and how much of it is still to be seen: it leaves upwards between 0 and 1. */
export function classTokenAt(position: number): { readonly box: Box; readonly opacity: number } {
  const left = Math.min(position, 1);
  const box = { left: 0, top: (slotPx - classSidePx) / 2 - left * slotPx, width: classSidePx, height: classSidePx };
  return { box, opacity: 1 - left };
}

function between(a: Box, b: Box, share: number): Box {
  const mix = (from: number, to: number) => from + (to - from) * share;
  return {
    left: mix(a.left, b.left),
    top: mix(a.top, b.top),
    width: mix(a.width, b.width),
    height: mix(a.height, b.height),
  };
}
