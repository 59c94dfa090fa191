import { useLayoutEffect, useRef } from 'react';
import type { ImageSize } from '#image/tile-plan.ts';
import styles from './tile-plan.module.css';

export interface DrawingProps {
  /** What is drawn, in any unit: only its aspect counts. */
  readonly aspect: ImageSize;
  /** The box that the drawing is to fit into, in CSS pixels. */
  readonly within: ImageSize;
  /** The text alternative; without one it is decoration beside a text that says the same. */
  readonly label?: string;
  /** Draws on a canvas of `size` device pixels. */
  readonly draw: (context: CanvasRenderingContext2D, size: ImageSize) => void;
}

/** A picture drawn as large as its box allows, sharp on any screen; where there is less room it shrinks as a whole. */
export function Drawing({ aspect, within, label, draw }: DrawingProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const zoom = Math.min(within.width / aspect.width, within.height / aspect.height);
  const width = Math.max(1, Math.round(aspect.width * zoom));
  const height = Math.max(1, Math.round(aspect.height * zoom));
  const density = window.devicePixelRatio;
  const size = { width: Math.round(width * density), height: Math.round(height * density) };
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, size.width, size.height);
    draw(context, size);
  });
  return (
    <canvas
      ref={canvas}
      className={styles.drawing}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
      width={size.width}
      height={size.height}
      style={{ width }}
    />
  );
}
