import { describe, expect, test } from 'vitest';
import {
  checkSizes,
  countBlockParameters,
  expertWeights,
  languageModelNames,
  languageModelOfWidth,
  languageModels,
  mostTyped,
  projectionWeights,
  sizesOfTyped,
  type TypedSizes,
} from './language-models.ts';

const share = (value: number, published: number) => Math.abs(value / published - 1);

describe('the published sizes', () => {
  // The model cards: "Number of Paramaters (Non-Embedding)".
  test.each([
    ['Qwen2.5-0.5B', 0.36e9],
    ['Qwen2.5-7B', 6.53e9],
  ] as const)('of %s make the parameters of its card, embeddings apart', (name, published) => {
    expect(share(countBlockParameters(languageModels[name].sizes), published)).toBeLessThan(0.01);
  });

  test('of Mixtral make 46.7 billion parameters, and 12.9 billion that a token meets', () => {
    const { sizes } = languageModels['Mixtral 8x7B'];
    // Embeddings and vocabulary head, 32 000 words each, are no part of the blocks.
    const embeddings = 2 * 32_000 * 4096;
    expect(share(countBlockParameters(sizes) + embeddings, 46.7e9)).toBeLessThan(0.001);
    const active = countBlockParameters({ ...sizes, experts: sizes.activeExperts });
    expect(share(active + embeddings, 12.9e9)).toBeLessThan(0.01);
  });

  test.each(languageModelNames)('of %s are consistent', (name) => {
    const { sizes } = languageModels[name];
    expect(checkSizes(sizes)).toBeNull();
    expect(sizes.heads * sizes.headSize).toBe(sizes.hiddenSize);
  });
});

test('the weights of one layer are those of its matrices', () => {
  const sizes = sizesOfTyped({ layers: 2, hiddenSize: 8, heads: 4, kvHeads: 2, intermediateSize: 12 });
  expect(sizes.headSize).toBe(2);
  // q [8, 8], k [8, 4], v [8, 4], o [8, 8]
  expect(projectionWeights(sizes)).toBe(64 + 32 + 32 + 64);
  // gate [8, 12], up [8, 12], down [12, 8]
  expect(expertWeights(sizes)).toBe(96 + 96 + 96);
  expect(countBlockParameters(sizes)).toBe(2 * (192 + 288));
  expect(countBlockParameters({ ...sizes, experts: 5 })).toBe(2 * (192 + 5 * 288));
});

test('the width of the embeddings suggests the language model', () => {
  expect(languageModelOfWidth(896)).toBe('Qwen2.5-0.5B');
  expect(languageModelOfWidth(3584)).toBe('Qwen2.5-7B');
  expect(languageModelOfWidth(4096)).toBe('Mixtral 8x7B');
  expect(languageModelOfWidth(2048)).toBe('Qwen2.5-7B');
  expect(languageModelOfWidth(null)).toBe('Qwen2.5-7B');
});

describe('typed sizes', () => {
  const right: TypedSizes = { layers: 24, hiddenSize: 896, heads: 14, kvHeads: 2, intermediateSize: 4864 };

  test('are taken when they fit together', () => {
    expect(checkSizes(right)).toBeNull();
    expect(checkSizes({ ...right, kvHeads: 14 })).toBeNull();
    expect(checkSizes({ ...right, kvHeads: 1 })).toBeNull();
    expect(checkSizes({ layers: 1, hiddenSize: 1, heads: 1, kvHeads: 1, intermediateSize: 1 })).toBeNull();
    expect(checkSizes({ ...right, layers: mostTyped, intermediateSize: mostTyped })).toBeNull();
  });

  test.each(['layers', 'hiddenSize', 'heads', 'kvHeads', 'intermediateSize'] as const)(
    'need a count of %s',
    (field) => {
      for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, mostTyped + 1]) {
        expect(checkSizes({ ...right, [field]: value })).toEqual({ field, reason: 'not-a-count' });
      }
    },
  );

  test('need heads that divide the hidden size, and key/value heads that divide the heads', () => {
    expect(checkSizes({ ...right, heads: 15 })).toEqual({ field: 'heads', reason: 'heads-not-in-hidden-size' });
    expect(checkSizes({ ...right, hiddenSize: 897 })).toEqual({ field: 'heads', reason: 'heads-not-in-hidden-size' });
    expect(checkSizes({ ...right, kvHeads: 3 })).toEqual({ field: 'kvHeads', reason: 'kv-heads-not-in-heads' });
    expect(checkSizes({ ...right, kvHeads: 28 })).toEqual({ field: 'kvHeads', reason: 'kv-heads-not-in-heads' });
  });
});
