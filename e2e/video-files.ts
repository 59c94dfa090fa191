import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

/** A colour a second. */
export type Rgb = readonly [red: number, green: number, blue: number];

export interface ClipPattern {
  readonly container: 'webm' | 'mp4';
  /** The colour of each second; the lower half of the picture is black in odd seconds. */
  readonly colours: readonly Rgb[];
  readonly framesPerSecond: number;
  readonly width: number;
  readonly height: number;
}

const encoderLibrary = join('node_modules', 'mediabunny', 'dist', 'bundles', 'mediabunny.min.mjs');

/** A clip of the pattern, VP8 in WebM or VP9 in MP4, as the browser of `page` encodes it. */
export async function encodeClip(page: Page, pattern: ClipPattern): Promise<Buffer> {
  const library = readFileSync(encoderLibrary).toString('base64');
  const base64 = await page.evaluate(
    async ([source, { container, colours, framesPerSecond, width, height }]) => {
      const url = URL.createObjectURL(
        new Blob([Uint8Array.from(atob(source), (character) => character.charCodeAt(0))], { type: 'text/javascript' }),
      );
      // Kept in the page: the library complains of being loaded twice.
      const media: typeof import('mediabunny') = Reflect.get(window, 'mediabunny') ?? (await import(url));
      Object.assign(window, { mediabunny: media });
      const target = new media.BufferTarget();
      const format = container === 'webm' ? new media.WebMOutputFormat() : new media.Mp4OutputFormat();
      const output = new media.Output({ format, target });
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      if (!context) throw new Error('no 2D canvas');
      const codec = container === 'webm' ? 'vp8' : 'vp9';
      const frames = new media.CanvasSource(canvas, { codec, bitrate: media.QUALITY_HIGH });
      output.addVideoTrack(frames, { frameRate: framesPerSecond });
      await output.start();
      for (const [second, colour] of colours.entries()) {
        context.fillStyle = `rgb(${colour.join(' ')})`;
        context.fillRect(0, 0, width, height);
        context.fillStyle = '#000';
        if (second % 2 === 1) context.fillRect(0, height / 2, width, height / 2);
        for (let frame = 0; frame < framesPerSecond; frame++) {
          await frames.add(second + frame / framesPerSecond, 1 / framesPerSecond);
        }
      }
      await output.finalize();
      const bytes = new Uint8Array(target.buffer ?? new ArrayBuffer());
      let binary = '';
      for (let start = 0; start < bytes.length; start += 32_768) {
        binary += String.fromCharCode(...bytes.subarray(start, start + 32_768));
      }
      return btoa(binary);
    },
    [library, pattern] as const,
  );
  return Buffer.from(base64, 'base64');
}
