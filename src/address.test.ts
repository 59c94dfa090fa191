import { expect, test } from 'vitest';
import { decodePart, isOpenAddress, nameOfAddress, withoutSecrets } from './address.ts';

test('a file or folder is named by the last part of its address', () => {
  expect(nameOfAddress('https://x.org/a/b%20c.png?x=1#y')).toBe('b c.png');
  expect(nameOfAddress('https://x.org/models/vit/')).toBe('vit');
  expect(nameOfAddress('https://me:secret@x.org/?token=1')).toBe('x.org');
  expect(nameOfAddress('no address')).toBe('no address');
});

test('what is no valid encoding is left as it stands', () => {
  expect(nameOfAddress('https://x.org/50%.png')).toBe('50%.png');
  expect(nameOfAddress('https://x.org/50%25.png')).toBe('50%.png');
  expect(decodePart('%FF')).toBe('%FF');
  expect(decodePart('%C3%BF')).toBe('ÿ');
});

test('user, password, query and fragment are taken off an address, and nothing off another', () => {
  expect(withoutSecrets('https://me:secret@x.org/a b/?token=1#t')).toBe('https://x.org/a%20b/');
  expect(withoutSecrets('https://x.org/?')).toBe('https://x.org/?');
  for (const open of ['https://x.org/a b/', 'http://127.0.0.1:4301/x', 'owner/name@main', 'demo', 'a?b#c', './a?b']) {
    expect(withoutSecrets(open)).toBe(open);
  }
});

test('an address of the web is open without user and password', () => {
  expect(['https://x.org/a?b=1', 'http://127.0.0.1:1/'].map(isOpenAddress)).toEqual([true, true]);
  const others = ['https://me@x.org/', 'https://:secret@x.org/', 'data:image/png;base64,AA', 'file:///a', './a', ''];
  for (const other of others) expect(isOpenAddress(other)).toBe(false);
});
