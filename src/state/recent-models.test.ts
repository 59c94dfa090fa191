import { expect, test } from 'vitest';
import { areRecentModels, type RecentModel, withRecent } from './recent-models.ts';

const vita: RecentModel = { model: 'OpenGVLab/InternViT-300M-448px', connector: 'VITA-MLLM/VITA-1.5' };

test('the one loaded last comes first, once, and six are remembered', () => {
  const names = ['a/1', 'a/2', 'a/3', 'a/4', 'a/5', 'a/6', 'a/7', 'a/3'];
  const recent = names.reduce<readonly RecentModel[]>((list, model) => withRecent(list, { model }), []);
  expect(recent.map(({ model }) => model)).toEqual(['a/3', 'a/7', 'a/6', 'a/5', 'a/4', 'a/2']);
});

test('an encoder with a connector is another than the encoder alone', () => {
  const { model, connector } = vita;
  const recent = withRecent(withRecent([], { model }), { model, connector: connector ?? '' });
  expect(recent).toEqual([vita, { model, connector: null }]);
});

test('bundled models and files have no name to come back by', () => {
  expect(withRecent([vita], { model: 'demo' })).toEqual([vita]);
  expect(withRecent([vita], { model: [] })).toEqual([vita]);
});

test('an address that may hold a secret is not written down; a repository is by its name', () => {
  const folder = 'https://example.org/m/';
  expect(withRecent([vita], { model: folder })).toEqual([{ model: folder, connector: null }, vita]);
  for (const model of [`${folder}?token=1`, `${folder}#token`, 'https://me:secret@example.org/m/']) {
    expect(withRecent([vita], { model })).toEqual([vita]);
    expect(withRecent([vita], { model: 'a/b', connector: model })).toEqual([vita]);
    expect(areRecentModels([{ model, connector: null }])).toBe(false);
    expect(areRecentModels([{ model: 'a/b', connector: model }])).toBe(false);
  }
  const page = { model: 'https://huggingface.co/a/b/tree/main?token=1' };
  expect(withRecent([], page)).toEqual([{ model: 'a/b@main', connector: null }]);
  expect(areRecentModels([{ model: folder, connector: 'a/b@main' }])).toBe(true);
});

test('what was remembered is believed when all of it is of the right form', () => {
  expect(areRecentModels([vita])).toBe(true);
  expect(areRecentModels([])).toBe(true);
  for (const wrong of [null, {}, [{ model: 'a/b' }], [{ model: 1, connector: null }], [vita, 'a/b']]) {
    expect(areRecentModels(wrong)).toBe(false);
  }
});
