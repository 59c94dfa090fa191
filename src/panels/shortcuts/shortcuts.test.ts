import { expect, test } from 'vitest';
import { findShortcut, type KeyPress, otherShortcuts, pageShortcuts, squareShortcuts } from './shortcuts.ts';

const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  isAltGraph: false,
  ...change,
});

test('every key is found by its own shortcut', () => {
  for (const { name, keys } of pageShortcuts) {
    for (const [index, key] of keys.entries()) expect(findShortcut(press(key))).toEqual({ name, index });
  }
  expect(findShortcut(press('N'))).toEqual({ name: 'norm', index: 0 });
});

test('no key does two things', () => {
  const keys = [...pageShortcuts, ...squareShortcuts, ...otherShortcuts].flatMap((shortcut) => [...shortcut.keys]);
  expect(new Set(keys).size).toBe(keys.length);
});

test('with a modifier a key is the browser’s', () => {
  for (const modifier of ['ctrlKey', 'altKey', 'metaKey'] as const) {
    expect(findShortcut(press('t', { [modifier]: true }))).toBeNull();
  }
  expect(findShortcut(press('t'))).not.toBeNull();
});

test('AltGr is how some keyboards write a bracket', () => {
  const altGraph = { ctrlKey: true, altKey: true, isAltGraph: true };
  expect(findShortcut(press('[', altGraph))).toEqual({ name: 'layer', index: 0 });
  expect(findShortcut(press(']', { ...altGraph, metaKey: true }))).toBeNull();
});

test('other keys do nothing', () => {
  for (const key of ['6', 'q', 'Enter', 'ArrowLeft', 'Escape', '']) expect(findShortcut(press(key))).toBeNull();
});
