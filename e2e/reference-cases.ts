import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'npyjs';

/** How far a value may lie from the published code's. */
export const tolerances = { features: 2e-4, attention: 1e-5 } as const;

/** Where `e2e/checkpoint-server.mjs` serves the fixtures: another origin than the app's. */
export const checkpointOrigin = 'http://localhost:4174';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'fixtures', 'reference');

/** A case of `e2e/fixtures/reference`: what is loaded, and what the published code made of it. */
export interface ReferenceCase {
  readonly name: string;
  /** What goes into `?model=` and `?connector=`: repositories of a mock hub over the fixtures, or a bundled name. */
  readonly model: string;
  readonly connector?: string;
  readonly hasTokens: boolean;
  /** What features are multiplied by before the shuffle. */
  readonly featureScale: number;
  /** The image as it was before resizing, in `public/samples`. */
  readonly image: string;
  /** How it was prepared, and which of its tiles were written down. */
  readonly mode: 'single' | 'tiles';
  readonly tiles: readonly number[];
}

/** The whole image as one tile. */
const single = { mode: 'single', tiles: [0] } as const;

export const referenceCases: readonly ReferenceCase[] = [
  {
    name: 'vita-bf16-sharded',
    model: 'vita-bf16-sharded/InternViT',
    connector: 'vita-bf16-sharded/VITA',
    hasTokens: true,
    featureScale: 0.5,
    image: 'coffee.png',
    ...single,
  },
  {
    name: 'internvl-chat-v2-bf16',
    model: 'internvl-chat-v2-bf16/InternVL',
    hasTokens: true,
    featureScale: 1,
    image: 'astronaut.png',
    ...single,
  },
  {
    name: 'internvl-hf-bf16',
    model: 'internvl-hf-bf16/InternVL-hf',
    hasTokens: true,
    featureScale: 1,
    image: 'chelsea.png',
    ...single,
  },
  {
    name: 'internvit-bf16',
    model: 'internvit-bf16/InternViT',
    hasTokens: false,
    featureScale: 1,
    image: 'chelsea.png',
    ...single,
  },
  { name: 'demo-coffee', model: 'demo', hasTokens: true, featureScale: 0.5, image: 'coffee.png', ...single },
  {
    name: 'vita-tiles',
    model: 'vita-tiles/InternViT',
    connector: 'vita-tiles/VITA',
    hasTokens: true,
    featureScale: 0.5,
    image: 'rocket.jpg',
    mode: 'tiles',
    tiles: [0, 5, 6],
  },
];

/** A tensor that the published code computed of one tile. */
export function readReference({ name }: ReferenceCase, tensor: string, tile = 0): Float32Array {
  const bytes = readFileSync(join(folder, name, `tile${tile}.${tensor}.npy`));
  const { data } = parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  if (data instanceof Float32Array || data instanceof Uint8Array) return Float32Array.from(data);
  throw new TypeError(`${name} ${tensor} is neither f32 nor u8`);
}

/** A row of `tiles.json`: the grid that the published `dynamic_preprocess` chooses for one size. */
export interface PublishedTilePlan {
  readonly width: number;
  readonly height: number;
  readonly min_num: number;
  readonly max_num: number;
  readonly use_thumbnail: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Thumbnail included. */
  readonly images: number;
}

export const publishedTilePlans: readonly PublishedTilePlan[] = JSON.parse(
  readFileSync(join(folder, 'tiles.json'), 'utf8'),
);
