import { describe, expect, test } from 'vitest';
import { errorTexts } from '#errors.ts';
import { en } from './en.ts';
import { chooseLanguage } from './languages.ts';
import { zh } from './zh.ts';

/** Every text of a catalogue by its path. */
function flatten(catalogue: object, path = ''): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(catalogue).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${path}${key}`, value] as const] : [...flatten(value, `${path}${key}.`)],
    ),
  );
}

const placesOf = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

describe('the Chinese texts', () => {
  const english = flatten(en);
  const chinese = flatten(zh);

  test('carry exactly the keys of the English ones', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
    expect([...chinese.values()].filter((text) => text.trim() === '')).toEqual([]);
  });

  test('have the same places to fill', () => {
    const differing = [...english].filter(
      ([key, text]) => placesOf(text).join() !== placesOf(chinese.get(key) ?? '').join(),
    );
    expect(differing).toEqual([]);
  });

  test('use full-width punctuation between Chinese characters', () => {
    const halfWidth = [...chinese].filter(([, text]) => /[\u4e00-\u9fff][,;:()][\u4e00-\u9fff]/.test(text));
    expect(halfWidth).toEqual([]);
  });
});

test('the English error texts are those of the errors themselves', () => {
  expect(en.errors).toBe(errorTexts);
});

test('the address decides the language, then memory, then the browser', () => {
  expect(chooseLanguage('en', 'zh', ['zh-CN'])).toBe('en');
  expect(chooseLanguage(null, 'zh', ['en'])).toBe('zh');
  expect(chooseLanguage(null, null, ['zh-TW', 'en'])).toBe('zh');
  expect(chooseLanguage(null, null, ['de', 'zh'])).toBe('en');
  expect(chooseLanguage(null, null, [])).toBe('en');
});
