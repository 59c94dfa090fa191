import { parse } from 'npyjs';
import type { Shape } from '#tensor/shape.ts';

/** Cases in `e2e/fixtures/reference` with one tile. */
export type GoldenCase =
  | 'demo-coffee'
  | 'internvit-bf16'
  | 'internvl-chat-v2-bf16'
  | 'internvl-hf-bf16'
  | 'vita-bf16-sharded';

/** A tensor that the published code computed, f32 row-major. In the browser only: it is fetched from the dev server. */
export async function loadGolden(
  name: GoldenCase,
  tensor: 'selected_hidden_state' | 'shuffled' | 'tokens',
): Promise<{ values: Float32Array; shape: Shape }> {
  const response = await fetch(`/e2e/fixtures/reference/${name}/tile0.${tensor}.npy`);
  const { data, shape } = parse(await response.arrayBuffer());
  if (!(data instanceof Float32Array)) throw new Error(`${name} ${tensor} is not f32`);
  return { values: data, shape };
}
