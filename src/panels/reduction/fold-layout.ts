import {
  cellOf,
  patchCount,
  patchesOfShuffledToken,
  patchGridSize,
  shuffledTokenOfPatch,
  shuffleFactor,
} from '#tensor/grid.ts';

/** Where every token is drawn while 1025 become 256; whole pixels at every step, so that each cell has one colour. */

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

/** Side of a patch with the gap to its neighbours. */
const pitchPx = 16;
const gapPx = 1;
/** A folded cell is as wide as two patches; the gap around it parts it from the next. */
const foldedPitchPx = shuffleFactor * pitchPx;
const foldedGapPx = 4;
const foldedSidePx = foldedPitchPx - foldedGapPx;
/** Height of the class token's place above the patches. */
const slotPx = 32;
const classSidePx = 24;

export const pictureWidthPx = patchGridSize * pitchPx;
export const pictureHeightPx = slotPx + pictureWidthPx;

/** The box of `patch` at `position` 0..3. */
export function boxOfPatch(patch: number, position: number): Box {
  const from = Math.floor(position);
  return between(restingBox(patch, from), restingBox(patch, Math.min(from + 1, lastStep)), position - from);
}

/** The box around the four patches of a shuffled cell at `position`. */
export function boxOfCell(cell: number, position: number): Box {
  const boxes = patchesOfShuffledToken(cell).map((patch) => boxOfPatch(patch, position));
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.left + box.width));
  const bottom = Math.max(...boxes.map((box) => box.top + box.height));
  return { left, top, width: right - left, height: bottom - top };
}

/** The class token's box, and how much of it is still to be seen: it leaves upwards between 0 and 1. */
export function classTokenAt(position: number): { readonly box: Box; readonly opacity: number } {
  const left = Math.min(position, 1);
  const box = { left: 0, top: (slotPx - classSidePx) / 2 - left * slotPx, width: classSidePx, height: classSidePx };
  return { box, opacity: 1 - left };
}

/** The patch drawn at a point of the picture, gaps counted to the cell before them; null above the patches. */
export function patchAt(xPx: number, yPx: number, step: number): number | null {
  const y = yPx - slotPx;
  if (xPx < 0 || y < 0 || xPx >= pictureWidthPx || y >= pictureWidthPx) return null;
  if (step < lastStep) return Math.floor(y / pitchPx) * patchGridSize + Math.floor(xPx / pitchPx);
  const cell = Math.floor(y / foldedPitchPx) * (patchGridSize / shuffleFactor) + Math.floor(xPx / foldedPitchPx);
  const block = Math.floor(((xPx % foldedPitchPx) / foldedPitchPx) * shuffleFactor ** 2);
  return patchesOfShuffledToken(cell)[block] ?? null;
}

function restingBox(patch: number, step: number): Box {
  const { row, column } = cellOf(patch, patchGridSize);
  if (step < 2) {
    const side = pitchPx - gapPx;
    return { left: column * pitchPx, top: slotPx + row * pitchPx, width: side, height: side };
  }
  const cell = cellOf(shuffledTokenOfPatch(patch), patchGridSize / shuffleFactor);
  const left = cell.column * foldedPitchPx + foldedGapPx / 2;
  const top = slotPx + cell.row * foldedPitchPx + foldedGapPx / 2;
  const [dy, dx] = [row % shuffleFactor, column % shuffleFactor];
  if (step === 2) {
    const side = foldedSidePx / shuffleFactor;
    return { left: left + dx * side, top: top + dy * side, width: side, height: side };
  }
  const width = foldedSidePx / shuffleFactor ** 2;
  return { left: left + (dy * shuffleFactor + dx) * width, top, width, height: foldedSidePx };
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

/** All patches, by number. */
export const patches: readonly number[] = Array.from({ length: patchCount }, (_, patch) => patch);
