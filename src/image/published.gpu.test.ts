import { parse } from 'npyjs';
import { expect, test } from 'vitest';
import { publishedGrid } from '#tensor/grid.ts';
import { testGpu } from '#testing/gpu-fixture.ts';
import { decodeImage } from './decode.ts';
import { planPlacements } from './placement.ts';
import { prepareTiles, readTileRgb } from './prepare.ts';
import { publishedTiling } from './tile-plan.ts';

/** The case of `e2e/fixtures/reference`, and those of its tiles whose pixels it holds. */
const cases = [
  { name: 'demo-coffee', tiles: [0] },
  { name: 'internvit-bf16', tiles: [0] },
  { name: 'internvl-chat-v2-bf16', tiles: [0] },
  { name: 'internvl-hf-bf16', tiles: [0] },
  { name: 'vita-bf16-sharded', tiles: [0] },
  { name: 'vita-tiles', tiles: [0, 5, 6] },
] as const;

interface PublishedCase {
  readonly image: string;
  readonly image_size: readonly [number, number];
  readonly mode: 'single' | 'tiles';
  readonly tiles: number;
}

test.for(cases)('$name: from the image file to the bytes of the published pipeline', async ({ name, tiles }) => {
  const gpu = await testGpu();
  const folder = `/e2e/fixtures/reference/${name}`;
  const published: PublishedCase = await (await fetch(`${folder}/case.json`)).json();
  const file = await (await fetch(`/samples/${published.image}`)).blob();
  const image = await decodeImage(file, published.image);
  expect([image.width, image.height]).toEqual(published.image_size);
  const layout = planPlacements(image, { ...publishedTiling, mode: published.mode }, publishedGrid);
  expect(layout.tiles).toBe(published.tiles);
  const rgba = await prepareTiles(gpu, image, layout.placements);
  for (const tile of tiles) {
    const { data, shape } = parse(await (await fetch(`${folder}/tile${tile}.resized_rgb.npy`)).arrayBuffer());
    expect(shape).toEqual([448, 448, 3]);
    if (!(data instanceof Uint8Array)) throw new Error(`tile ${tile} is not u8`);
    const actual = await readTileRgb(gpu, rgba, tile);
    expect(actual.length).toBe(data.length);
    expect(data.filter((value, at) => value !== actual[at]).length, `bytes of tile ${tile} that differ`).toBe(0);
  }
  rgba.buffer.destroy();
});
