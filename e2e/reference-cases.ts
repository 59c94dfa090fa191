import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'npyjs';

/** Where `e2e/checkpoint-server.mjs` serves the fixtures: another origin than the app's. */
export const checkpointOrigin = 'http://localhost:4174';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'fixtures', 'reference');

/** A case of `e2e/fixtures/reference`: what is loaded, and what the published code made of it. */
export interface ReferenceCase {
  readonly name: string;
  /** What goes into `?model=` and `?connector=`. */
  readonly model: string;
  readonly connector?: string;
  readonly hasTokens: boolean;
  /** What features are multiplied by before the shuffle. */
  readonly featureScale: number;
}

const url = (path: string) => `${checkpointOrigin}/reference/${path}`;

export const referenceCases: readonly ReferenceCase[] = [
  {
    name: 'vita-bf16-sharded',
    model: url('vita-bf16-sharded/InternViT'),
    connector: url('vita-bf16-sharded/VITA'),
    hasTokens: true,
    featureScale: 0.5,
  },
  {
    name: 'internvl-chat-v2-bf16',
    model: url('internvl-chat-v2-bf16/InternVL'),
    hasTokens: true,
    featureScale: 1,
  },
  { name: 'internvl-hf-bf16', model: url('internvl-hf-bf16/InternVL-hf'), hasTokens: true, featureScale: 1 },
  { name: 'internvit-bf16', model: url('internvit-bf16/InternViT'), hasTokens: false, featureScale: 1 },
  { name: 'demo-coffee', model: 'demo', hasTokens: true, featureScale: 0.5 },
];

/** The 448x448 image of a case. */
export function resizedImageUrl({ name }: ReferenceCase): string {
  return url(`${name}/resized.png`);
}

/** A tensor that the published code computed. */
export function readReference({ name }: ReferenceCase, tensor: string): Float32Array {
  const bytes = readFileSync(join(folder, name, `tile0.${tensor}.npy`));
  const { data } = parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  if (data instanceof Float32Array || data instanceof Uint8Array) return Float32Array.from(data);
  throw new TypeError(`${name} ${tensor} is neither f32 nor u8`);
}
