import { expect, test } from 'vitest';
import { defaultPreferences, readPreferences, writePreferences } from './preferences.ts';

function createStorage(text: string | null = null) {
  let stored = text;
  return {
    getItem: () => stored,
    setItem: (_: string, value: string) => {
      stored = value;
    },
  };
}

test('remembers what was written', () => {
  const storage = createStorage();
  const chosen = { ...defaultPreferences, theme: 'dark', mapKind: 'pca', isRailOpen: false, imageShare: 0.4 } as const;
  writePreferences(storage, chosen);
  expect(readPreferences(storage)).toEqual(chosen);
});

test.each([
  ['no storage', null],
  ['nothing stored', createStorage()],
  ['no JSON', createStorage('{')],
  ['no object', createStorage('7')],
  ['foreign values', createStorage('{"theme":"sepia","mapKind":3,"imageShare":1,"unknown":true}')],
  [
    'a storage that refuses',
    {
      getItem: () => {
        throw new Error('denied');
      },
      setItem: () => {},
    },
  ],
])('falls back to the defaults on %s', (_, storage) => {
  expect(readPreferences(storage)).toEqual(defaultPreferences);
});

test('keeps the values that are valid beside one that is not', () => {
  expect(readPreferences(createStorage('{"theme":"dark","mapKind":"x"}'))).toEqual({
    ...defaultPreferences,
    theme: 'dark',
  });
});
