import { createEngine } from '#engine/engine.ts';
import type { EncoderBackend, Engine, LocalFile, ModelReport, RunReport } from '#engine/protocol.ts';

/** An image of `side` x `side` pixels, no two rows or columns alike, as a PNG file and as its values [side, side, 3]. */
export async function createTestImage(side = 448): Promise<{ readonly file: File; readonly rgb: Uint8Array }> {
  const rgb = new Uint8Array(side * side * 3);
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let index = 0; index < side * side; index++) {
    const [x, y] = [index % side, Math.floor(index / side)];
    const waves = [Math.sin(x / 23 + y / 61), Math.cos((x * y) / 9000), Math.sin(y / 17 - x / 90)];
    const colour = waves.map((wave) => Math.round(128 + 120 * wave));
    rgb.set(colour, 3 * index);
    pixels.set(colour, 4 * index);
  }
  const canvas = new OffscreenCanvas(side, side);
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, side, side), 0, 0);
  return { file: new File([await canvas.convertToBlob({ type: 'image/png' })], 'waves.png'), rgb };
}

/** A file of this project, by its path, as it is dropped from disk. */
export async function fetchFile(path: string): Promise<LocalFile> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return { path, file: new File([await response.blob()], path.split('/').at(-1) ?? path) };
}

/** Files of a checkpoint as they are dropped from disk. */
export function asLocalFiles(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): readonly LocalFile[] {
  return [...files].map(([path, bytes]) => ({ path, file: new File([bytes], path.split('/').at(-1) ?? path) }));
}

let engine: Engine | undefined;

/** The whole engine in the page of a test, without its worker; the tests of one file share it. */
export function testEngine(): Engine {
  engine ??= createEngine();
  return engine;
}

/** Loads a checkpoint from files for `encoder`. */
export function loadModel(files: readonly LocalFile[], encoder: EncoderBackend): Promise<ModelReport> {
  return testEngine().load({ model: files, encoder }, () => {});
}

/** Runs `image` as one tile. */
export function runSingle(image: Blob | string): Promise<RunReport> {
  return testEngine().run({ image, preprocessing: { mode: 'single' } }, () => {});
}
