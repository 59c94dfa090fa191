import type { Placement, Preprocessing } from '#image/placement.ts';
import type { ImageSize } from '#image/tile-plan.ts';

/** What a placement does to an image. */
export interface PlacementEffects {
  /** Resized pixels a pixel of the image, across. */
  readonly scaleX: number;
  /** Resized pixels a pixel of the image, down. */
  readonly scaleY: number;
  /** How many times wider the image looks than it is: `scaleX / scaleY`. */
  readonly widening: number;
  /** Share 0..1 of the image's pixels that no tile shows. */
  readonly discardedShare: number;
  /** Share 0..1 of the tiles' pixels that is padding. */
  readonly paddingShare: number;
}

/** A box in pixels by its corner and its size. */
export interface Box extends ImageSize {
  readonly left: number;
  readonly top: number;
}

/** Resized pixels a pixel of the canvas, across and down. */
export function scaleOf({ canvas, resized }: Placement): { readonly x: number; readonly y: number } {
  return { x: resized.width / canvas.width, y: resized.height / canvas.height };
}

/** What the tiles cover of the resized canvas, in resized pixels. */
export function cutBoxOf({ cut }: Placement): Box {
  return { left: cut.left, top: cut.top, width: cut.columns * cut.tileSizePx, height: cut.rows * cut.tileSizePx };
}

/** Where an image of `size` lies in the resized canvas, in resized pixels. */
export function imageBoxOf(size: ImageSize, placement: Placement): Box {
  const scale = scaleOf(placement);
  return {
    left: placement.image.x * scale.x,
    top: placement.image.y * scale.y,
    width: size.width * scale.x,
    height: size.height * scale.y,
  };
}

/** What `placement` does to an image of `size`. */
export function effectsOf(size: ImageSize, placement: Placement): PlacementEffects {
  const scale = scaleOf(placement);
  const image = imageBoxOf(size, placement);
  const cut = cutBoxOf(placement);
  const shown =
    overlap(image.left, image.width, cut.left, cut.width) * overlap(image.top, image.height, cut.top, cut.height);
  return {
    scaleX: scale.x,
    scaleY: scale.y,
    widening: scale.x / scale.y,
    discardedShare: restOf(shown, image),
    paddingShare: restOf(shown, cut),
  };
}

/** Share of a box that is left beside `area` of it; rounding must not make it negative. */
function restOf(area: number, { width, height }: Box): number {
  return Math.max(0, 1 - area / (width * height));
}

/** Length that two intervals have in common. */
function overlap(start: number, length: number, otherStart: number, otherLength: number): number {
  return Math.max(0, Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart));
}

/** Whether two ways of preparing an image come to the same: only tiles are counted and have a thumbnail. */
export function isSamePreparation(one: Preprocessing, other: Preprocessing): boolean {
  if (one.mode !== other.mode) return false;
  return (
    one.mode !== 'tiles' ||
    (one.minTiles === other.minTiles && one.maxTiles === other.maxTiles && one.thumbnail === other.thumbnail)
  );
}

/** A widening nearer to 1 than this is the rounding of pixels. */
const leastBend = 0.005;

/** Whether a widening changes the shape of what is seen. */
export function isBent(widening: number): boolean {
  return Math.abs(widening - 1) >= leastBend;
}
