import { isHubRepository } from './hub-id.ts';

/** The published encoders, all in https://huggingface.co/OpenGVLab. */
const publishedEncoders = [
  'InternViT-300M-448px',
  'InternViT-300M-448px-V2_5',
  'InternViT-6B-224px',
  'InternViT-6B-448px-V1-0',
  'InternViT-6B-448px-V1-2',
  'InternViT-6B-448px-V1-5',
  'InternViT-6B-448px-V2_5',
];

/**
 * Hub id of the encoder that `mm_vision_tower` of a VITA `config.json` stands for: a hub id, or a path on the machine
 * where the checkpoint was trained (VITA-1.5 says `/mnt/cfs/lhj/model_weights/InternViT-300M-448px`). null where it
 * cannot be told.
 * Source: https://github.com/VITA-MLLM/VITA/issues/61; `build_vision_tower` of VITA, too, goes by the name alone.
 */
export function suggestEncoder(mmVisionTower: string): string | null {
  const path = mmVisionTower.replace(/[\\/]+$/, '');
  // The hub's own cache keeps an id in `models--owner--name/snapshots/commit`.
  const name = path
    .replace(/[\\/]snapshots[\\/][0-9a-f]+$/, '')
    .split(/[\\/]|--/)
    .at(-1);
  const published = publishedEncoders.find((encoder) => encoder.toLowerCase() === name?.toLowerCase());
  if (published !== undefined) return `OpenGVLab/${published}`;
  return isHubRepository(path) && /internvit/i.test(path) ? path : null;
}
