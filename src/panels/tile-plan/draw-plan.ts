import type { Placement } from '#image/placement.ts';
import type { ImageSize } from '#image/tile-plan.ts';
import { cellOf } from '#tensor/grid.ts';
import { type Box, cutBoxOf, imageBoxOf, scaleOf } from './placement-effects.ts';

type Context = CanvasRenderingContext2D;

/** A picture less wide than this many device pixels gets thinner lines. */
const smallWidth = 240;
/** What lies outside of every tile is darkened by this much. */
const discardedShade = 'rgb(0 0 0 / 64%)';

/** The image undistorted, with its padding, the cuts through it, and what is discarded darkened. */
export function drawOriginal(
  context: Context,
  preview: ImageBitmap,
  size: ImageSize,
  placement: Placement,
  { width, height }: ImageSize,
): void {
  const { canvas, image, background } = placement;
  const zoom = { x: width / canvas.width, y: height / canvas.height };
  fill(context, background, width, height);
  context.drawImage(preview, image.x * zoom.x, image.y * zoom.y, size.width * zoom.x, size.height * zoom.y);

  const scale = scaleOf(placement);
  const cut = cutBoxOf(placement);
  const kept = {
    left: (cut.left / scale.x) * zoom.x,
    top: (cut.top / scale.y) * zoom.y,
    width: (cut.width / scale.x) * zoom.x,
    height: (cut.height / scale.y) * zoom.y,
  };
  context.fillStyle = discardedShade;
  context.beginPath();
  context.rect(0, 0, width, height);
  context.rect(kept.left, kept.top, kept.width, kept.height);
  context.fill('evenodd');
  drawCuts(context, placement, kept);
}

/** The tiles of a placement as the encoder sees them, assembled; made from the preview. */
export function drawPrepared(
  context: Context,
  preview: ImageBitmap,
  size: ImageSize,
  placement: Placement,
  { width, height }: ImageSize,
): void {
  const cut = cutBoxOf(placement);
  const box = imageBoxOf(size, placement);
  const zoom = { x: width / cut.width, y: height / cut.height };
  fill(context, placement.background, width, height);
  context.drawImage(
    preview,
    (box.left - cut.left) * zoom.x,
    (box.top - cut.top) * zoom.y,
    box.width * zoom.x,
    box.height * zoom.y,
  );
  drawCuts(context, placement, { left: 0, top: 0, width, height });
}

/** The tiles of a finished run, assembled: `pictures` are those of `placement`, row by row. */
export function drawTiles(
  context: Context,
  pictures: readonly ImageBitmap[],
  placement: Placement,
  { width, height }: ImageSize,
): void {
  const { columns, rows } = placement.cut;
  const tile = { width: width / columns, height: height / rows };
  for (const [index, picture] of pictures.entries()) {
    const { row, column } = cellOf(index, columns);
    context.drawImage(picture, column * tile.width, row * tile.height, tile.width, tile.height);
  }
  drawCuts(context, placement, { left: 0, top: 0, width, height });
}

function fill(context: Context, [red, green, blue]: Placement['background'], width: number, height: number): void {
  context.imageSmoothingQuality = 'high';
  context.fillStyle = `rgb(${red} ${green} ${blue})`;
  context.fillRect(0, 0, width, height);
}

/** The lines between tiles: white on black, to be seen on any picture. */
function drawCuts(context: Context, { cut }: Placement, box: Box): void {
  context.beginPath();
  for (let column = 1; column < cut.columns; column++) {
    const x = Math.round(box.left + (box.width * column) / cut.columns);
    context.moveTo(x, box.top);
    context.lineTo(x, box.top + box.height);
  }
  for (let row = 1; row < cut.rows; row++) {
    const y = Math.round(box.top + (box.height * row) / cut.rows);
    context.moveTo(box.left, y);
    context.lineTo(box.left + box.width, y);
  }
  const line = window.devicePixelRatio * (box.width < smallWidth ? 0.5 : 1);
  context.strokeStyle = 'rgb(0 0 0 / 60%)';
  context.lineWidth = 4 * line;
  context.stroke();
  context.strokeStyle = '#fff';
  context.lineWidth = 2 * line;
  context.stroke();
}
