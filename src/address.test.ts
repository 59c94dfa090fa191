import { expect, test } from 'vitest';
import { decodePart, nameOfAddress } from './address.ts';

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
