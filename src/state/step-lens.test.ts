import { expect, test } from 'vitest';
import { stepHead, stepLayer } from './step-lens.ts';

const sizes = { lastHiddenState: 6, heads: 3, selectedLayer: 5 };

test('layers go from the embeddings to the last, and the one that goes on has no number', () => {
  expect(stepLayer(null, 1, sizes)).toBe(6);
  expect(stepLayer(null, -1, sizes)).toBe(4);
  expect(stepLayer(4, 1, sizes)).toBeNull();
  expect(stepLayer(6, 1, sizes)).toBe(6);
  expect(stepLayer(0, -1, sizes)).toBe(0);
});

test('heads go from the mean to the last', () => {
  expect(stepHead('mean', 1, sizes)).toBe(0);
  expect(stepHead(0, -1, sizes)).toBe('mean');
  expect(stepHead('mean', -1, sizes)).toBe('mean');
  expect(stepHead(1, 1, sizes)).toBe(2);
  expect(stepHead(2, 1, sizes)).toBe(2);
});

test('an exported encoder has neither', () => {
  const none = { lastHiddenState: null, heads: null, selectedLayer: null };
  expect(stepLayer(null, 1, none)).toBeNull();
  expect(stepHead('mean', 1, none)).toBe('mean');
});
