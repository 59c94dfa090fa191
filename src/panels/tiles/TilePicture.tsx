import { useLayoutEffect, useRef } from 'react';
import { cellOf } from '#tensor/grid.ts';
import type { TileGrid } from '#tensor/tile-grid.ts';
import styles from './tile-picture.module.css';

export interface TilePictureProps {
  /** [tiles]: of the whole run. */
  readonly pictures: readonly ImageBitmap[];
  /** Those to draw. */
  readonly grid: Omit<TileGrid, 'tokens'>;
  /** Side of one tile on the canvas. */
  readonly tileSidePx: number;
}

/** Tiles as the encoder sees them, side by side on one canvas that fills its place. */
export function TilePicture({ pictures, grid, tileSidePx }: TilePictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { columns, rows, first } = grid;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.imageSmoothingQuality = 'high';
    for (const [index, picture] of pictures.slice(first, first + columns * rows).entries()) {
      const { row, column } = cellOf(index, columns);
      context.drawImage(picture, column * tileSidePx, row * tileSidePx, tileSidePx, tileSidePx);
    }
  }, [pictures, columns, rows, first, tileSidePx]);
  return <canvas ref={canvas} className={styles.picture} width={columns * tileSidePx} height={rows * tileSidePx} />;
}
