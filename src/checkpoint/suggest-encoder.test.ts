import { describe, expect, it } from 'vitest';
import { suggestEncoder } from './suggest-encoder.ts';

describe('suggestEncoder', () => {
  it.each([
    ['OpenGVLab/InternViT-300M-448px', 'OpenGVLab/InternViT-300M-448px'],
    ['/mnt/cfs/lhj/model_weights/InternViT-300M-448px', 'OpenGVLab/InternViT-300M-448px'],
    ['model_weights/InternViT-300M-448px/', 'OpenGVLab/InternViT-300M-448px'],
    ['InternViT-300M-448px-V2_5', 'OpenGVLab/InternViT-300M-448px-V2_5'],
    ['C:\\weights\\internvit-6b-448px-v1-5', 'OpenGVLab/InternViT-6B-448px-V1-5'],
    ['/cache/models--OpenGVLab--InternViT-300M-448px/snapshots/0123456789abcdef', 'OpenGVLab/InternViT-300M-448px'],
    ['someone/my-InternViT', 'someone/my-InternViT'],
  ])('takes %s for %s', (tower, encoder) => {
    expect(suggestEncoder(tower)).toBe(encoder);
  });

  it.each([
    '',
    'InternViT',
    '/weights/InternViT-300M-448px-tuned',
    '/weights/InternViT-300M-448px/step-500',
    'google/siglip-so400m-patch14-384',
    './my-InternViT',
  ])('cannot tell what %j is', (tower) => {
    expect(suggestEncoder(tower)).toBeNull();
  });
});
