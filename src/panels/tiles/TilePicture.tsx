import { useLayoutEffect, useRef } from 'react';
import type { TileGrid } from '#tensor/tile-grid.ts';
import { drawTiles } from './draw-tiles.ts';
import styles from './tile-picture.module.css';

export interface TilePictureProps {
  /** [tiles]: of the whole run. */
  readonly pictures: readonly ImageBitmap[];
  /** Those to draw. */
  readonly grid: TileGrid;
  /** Side of one tile on the canvas. */
  readonly tileSidePx: number;
}

/** Tiles as the encoder sees them, side by side on one canvas that fills its place. */
export function TilePicture({ pictures, grid, tileSidePx }: TilePictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { columns, rows, first } = grid;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context) drawTiles(context, pictures, { columns, rows, first }, tileSidePx);
  }, [pictures, columns, rows, first, tileSidePx]);
  return <canvas ref={canvas} className={styles.picture} width={columns * tileSidePx} height={rows * tileSidePx} />;
}
