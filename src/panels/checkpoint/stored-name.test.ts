import { expect, test } from 'vitest';
import { parseStoredKey } from './stored-name.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';

test.each([
  [
    `https://huggingface.co/OpenGVLab/InternVL2-1B/resolve/${commit}/`,
    { endpoint: 'https://huggingface.co', repository: 'OpenGVLab/InternVL2-1B', folder: '', commit },
  ],
  [
    `http://127.0.0.1:4301/x-slow/VITA-MLLM/VITA/resolve/${commit}/VITA_ckpt/a%20b/`,
    { endpoint: 'http://127.0.0.1:4301/x-slow', repository: 'VITA-MLLM/VITA', folder: 'VITA_ckpt/a b', commit },
  ],
  [
    `https://hub.example.org/a/b/resolve/${commit}/c/d/resolve/${commit}/`,
    { endpoint: 'https://hub.example.org', repository: 'a/b', folder: `c/d/resolve/${commit}`, commit },
  ],
])('%s is taken apart', (key, name) => {
  expect(parseStoredKey(key)).toEqual(name);
});

test.each([
  '',
  'https://huggingface.co/a/b/resolve/main/',
  `https://huggingface.co/a/b/resolve/${commit}`,
  `https://huggingface.co/b/resolve/${commit}/`,
  `https://huggingface.co/a/b/resolve/${commit.slice(1)}/`,
  `https://huggingface.co/a/b/resolve/${commit}/%/`,
  `file:///a/b/resolve/${commit}/`,
])('%j is no key', (key) => {
  expect(parseStoredKey(key)).toBeNull();
});
