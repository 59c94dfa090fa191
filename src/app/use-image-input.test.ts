import { expect, test } from 'vitest';
import { firstAddress, webAddress } from './use-image-input.ts';

test('of a list of addresses the first that is no comment counts', () => {
  expect(firstAddress('# from a page\r\nhttps://x.org/a.png\r\nhttps://x.org/b.png')).toBe('https://x.org/a.png');
  expect(firstAddress('# nothing')).toBeNull();
  expect(firstAddress('')).toBeNull();
});

test('pasted text is opened only if it is one web address and nothing else', () => {
  expect(webAddress(' https://x.org/a.png\n')).toBe('https://x.org/a.png');
  expect(webAddress('HTTP://x.org')).toBe('HTTP://x.org');
  expect(webAddress('see https://x.org/a.png')).toBeNull();
  expect(webAddress('https://x.org/a.png https://x.org/b.png')).toBeNull();
  expect(webAddress('file:///etc/passwd')).toBeNull();
  expect(webAddress('https://')).toBeNull();
});
