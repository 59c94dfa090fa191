import { expect, test } from 'vitest';
import { nameOfRequest, shortName } from './checkpoint-name.ts';

test('a name is shortened to its last two parts', () => {
  expect(shortName('https://example.org/models/a/')).toBe('models/a');
  expect(shortName('OpenGVLab/InternVL2-1B')).toBe('OpenGVLab/InternVL2-1B');
  expect(shortName('demo')).toBe('demo');
});

test('files are called after their folder, or after themselves', () => {
  const file = new File(['x'], 'model.safetensors');
  expect(nameOfRequest({ model: 'a/b' })).toBe('a/b');
  expect(nameOfRequest({ model: file })).toBe('model.safetensors');
  expect(nameOfRequest({ model: [{ path: './InternViT/config.json', file }] })).toBe('InternViT');
  expect(nameOfRequest({ model: [{ path: 'model.safetensors', file }] })).toBe('model.safetensors');
  expect(nameOfRequest({ model: [] })).toBe('');
});
