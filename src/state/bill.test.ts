import { describe, expect, test } from 'vitest';
import { createTokenGrid, publishedGrid } from '#tensor/grid.ts';
import { attentionFlops, billOf, costOf, kvCacheByteLength, mlpFlops, projectionFlops } from './bill.ts';
import { countBlockParameters, type LanguageModelSizes, languageModels } from './language-models.ts';

const small: LanguageModelSizes = {
  layers: 2,
  hiddenSize: 8,
  heads: 4,
  kvHeads: 2,
  headSize: 2,
  intermediateSize: 12,
  experts: 4,
  activeExperts: 2,
};

describe('three tokens of a small model', () => {
  test('pass the projections', () => {
    // A token through q [8, 8], k [8, 4], v [8, 4], o [8, 8]: 192 products and as many sums.
    expect(projectionFlops(small, 3)).toBe(3 * 2 * 2 * 192);
    expect(projectionFlops(small, 3)).toBe(2304);
  });

  test('pass two of four experts', () => {
    // Through gate [8, 12], up [8, 12], down [12, 8] of two experts: 2 x 288.
    expect(mlpFlops(small, 3)).toBe(3 * 2 * 2 * 2 * 288);
    expect(mlpFlops(small, 3)).toBe(6912);
    expect(mlpFlops({ ...small, activeExperts: 1 }, 3)).toBe(3456);
  });

  test('attend to half of each other', () => {
    // Full: 9 pairs, 4 heads of 2 channels, product and sum, for the scores and again for the weighted sums, 2 layers.
    const full = 9 * 4 * 2 * 2 * 2 * 2;
    expect(full).toBe(576);
    expect(attentionFlops(small, 3)).toBe(full / 2);
  });

  test('leave keys and values behind', () => {
    // 2 layers, keys and values, 2 heads of 2 channels, 2 bytes each: 32 bytes a token.
    expect(kvCacheByteLength(small, 3)).toBe(96);
  });

  test('cost all of that', () => {
    expect(costOf(small, 3)).toEqual({
      tokens: 3,
      projectionFlops: 2304,
      mlpFlops: 6912,
      attentionFlops: 288,
      flops: 9504,
      kvCacheByteLength: 96,
    });
  });
});

test('half of the pairs are the pairs of a causal prompt, but for the diagonal', () => {
  const tokens = 256;
  let pairs = 0;
  for (let query = 0; query < tokens; query++) for (let key = 0; key <= query; key++) pairs++;
  const exact = pairs * 4 * small.headSize * small.heads * small.layers;
  expect(exact / attentionFlops(small, tokens)).toBeCloseTo(1 + 1 / tokens, 12);
});

test('the weights cost two FLOPs each and token', () => {
  const { sizes } = languageModels['Qwen2.5-7B'];
  expect(projectionFlops(sizes, 1) + mlpFlops(sizes, 1)).toBe(2 * countBlockParameters(sizes));
});

describe('the bill of thirteen tiles', () => {
  const model = languageModels['Qwen2.5-7B'].sizes;
  const { shuffled, unshuffled, saved, ratio } = billOf({ tiles: 13, model, grid: publishedGrid });

  test('is for 256 tokens a tile, and for 1024', () => {
    expect(shuffled).toEqual(costOf(model, 3328));
    expect(unshuffled).toEqual(costOf(model, 13_312));
    // 28 layers x (q 3584² + k and v 2 x 3584 x 512 + o 3584² + 3 x 3584 x 18944) = 6 525 288 448 weights
    expect(shuffled.projectionFlops + shuffled.mlpFlops).toBe(2 * 3328 * 6_525_288_448);
    expect(shuffled.attentionFlops).toBe(2 * 3328 * 3328 * 28 * 3584);
    // 28 layers x keys and values x 4 heads x 128 channels x 2 bytes = 57 344 bytes a token
    expect(shuffled.kvCacheByteLength).toBe(57_344 * 3328);
  });

  test('names the difference', () => {
    expect(saved.tokens).toBe(9984);
    expect(saved.kvCacheByteLength).toBe(57_344 * 9984);
    expect(saved.flops).toBe(unshuffled.flops - shuffled.flops);
    expect(saved.flops).toBe(2 * 9984 * 6_525_288_448 + 2 * (13_312 ** 2 - 3328 ** 2) * 28 * 3584);
  });

  test('comes to a quarter of the weights’ work and a sixteenth of attention’s', () => {
    expect(ratio.tokens).toBe(4);
    expect(ratio.projectionFlops).toBe(4);
    expect(ratio.mlpFlops).toBe(4);
    expect(ratio.kvCacheByteLength).toBe(4);
    expect(ratio.attentionFlops).toBe(16);
    // (173.736 + 35.570) / (43.432 + 2.223) TFLOP
    expect(ratio.flops).toBeCloseTo(4.584, 3);
  });

  test('saves more than that of one tile', () => {
    const one = billOf({ tiles: 1, model, grid: publishedGrid }).ratio.flops;
    expect(one).toBeGreaterThan(4);
    expect(ratio.flops).toBeGreaterThan(one);
    expect(ratio.flops).toBeLessThan(16);
  });
});

test('a bill needs a whole number of tiles, at least one', () => {
  expect(billOf({ tiles: 1, model: small, grid: publishedGrid }).shuffled.tokens).toBe(256);
  for (const tiles of [0, -1, 1.5, Number.NaN]) {
    expect(() => billOf({ tiles, model: small, grid: publishedGrid })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', details: expect.objectContaining({ name: 'tiles' }) }),
    );
  }
});

test('a tile costs what its grid has tokens', () => {
  const { sizes } = languageModels['Qwen2.5-7B'];
  const grid = createTokenGrid({ imageSize: 224, patchSize: 14, shuffleFactor: 2 });
  const bill = billOf({ tiles: 3, model: sizes, grid });
  expect(bill.shuffled).toEqual(costOf(sizes, 3 * 64));
  expect(bill.unshuffled).toEqual(costOf(sizes, 3 * 256));
  const unfolded = createTokenGrid({ imageSize: 224, patchSize: 14, shuffleFactor: 1 });
  expect(billOf({ tiles: 3, model: sizes, grid: unfolded }).ratio).toMatchObject({ tokens: 1, flops: 1 });
});
