import { describe, expect, it } from 'vitest';
import { formatModelName, type HubModelName, isHubRepository, parseModelName } from './hub-id.ts';

describe('parseModelName', () => {
  it.each(['demo', ' demo ', 'my-model_2'])('takes %j for a bundled name', (text) => {
    expect(parseModelName(text)).toEqual({ kind: 'bundled', name: text.trim() });
  });

  it.each([
    ['OpenGVLab/InternVL2_5-1B', 'OpenGVLab/InternVL2_5-1B', null],
    [' VITA-MLLM/VITA-1.5 ', 'VITA-MLLM/VITA-1.5', null],
    ['OpenGVLab/InternVL2_5-1B@v1.0', 'OpenGVLab/InternVL2_5-1B', 'v1.0'],
    ['a/b@refs/pr/3', 'a/b', 'refs/pr/3'],
    ['https://huggingface.co/OpenGVLab/InternVL2-1B', 'OpenGVLab/InternVL2-1B', null],
    ['https://huggingface.co/OpenGVLab/InternVL2-1B/', 'OpenGVLab/InternVL2-1B', null],
    ['https://hf.co/a/b/tree/refs%2Fpr%2F3', 'a/b', 'refs/pr/3'],
    ['https://huggingface.co/a/b/tree/main?not-for-all-audiences=true', 'a/b', 'main'],
  ])('takes %j for a repository', (text, repository, revision) => {
    expect(parseModelName(text)).toEqual({ kind: 'hub', repository, revision, folder: '' });
  });

  it.each([
    ['VITA-MLLM/VITA/VITA_ckpt', 'VITA_ckpt', null],
    ['VITA-MLLM/VITA/VITA_ckpt/', 'VITA_ckpt', null],
    ['VITA-MLLM/VITA/a/b c/d@v1.0', 'a/b c/d', 'v1.0'],
    ['VITA-MLLM/VITA/a%40b@refs/pr/3', 'a@b', 'refs/pr/3'],
    ['VITA-MLLM/VITA/100%', '100%', null],
    ['https://huggingface.co/VITA-MLLM/VITA/tree/main/VITA_ckpt', 'VITA_ckpt', 'main'],
    ['https://hf.co/VITA-MLLM/VITA/tree/refs%2Fpr%2F3/a/b%20c/?x=1#y', 'a/b c', 'refs/pr/3'],
  ])('takes %j for a folder of a repository', (text, folder, revision) => {
    expect(parseModelName(text)).toEqual({ kind: 'hub', repository: 'VITA-MLLM/VITA', revision, folder });
  });

  it.each([
    'https://example.org/a/b',
    'http://localhost:5173/models/x',
    'https://huggingface.co/a/b/resolve/main',
    'https://huggingface.co/a/b/tree/main/%2e%2e/c',
    'https://example.org/a/b/tree/main/folder',
    './models/x',
    '../models/x',
    '/models/x',
    'models/x/',
    './a/b/c',
    '/a/b/c',
    'a/b/../c',
    'a/b//c',
    'a/b/c:d',
    'a/b/c?token=x',
    'a/b/c@',
    'a/b..c',
    'a/../b',
    'a/b?token=x',
  ])('takes %j for a URL', (text) => {
    expect(parseModelName(text)).toEqual({ kind: 'url', url: text });
  });
});

describe('formatModelName', () => {
  const name: HubModelName = { kind: 'hub', repository: 'a/b', revision: null, folder: '' };

  it.each([
    [{}, undefined, 'a/b'],
    [{ revision: 'v1' }, undefined, 'a/b@v1'],
    [{ revision: 'main' }, '0123abc', 'a/b@0123abc'],
    [{ folder: 'c/d e' }, undefined, 'a/b/c/d e'],
    [{ folder: 'c', revision: 'refs/pr/3' }, undefined, 'a/b/c@refs/pr/3'],
    [{ folder: 'c@d?e#f%20 ', revision: 'v@1%2' }, undefined, 'a/b/c%40d%3Fe%23f%2520%20@v@1%252'],
  ])('writes %o at %s as %s, which is read as the same', (changes, revision, text) => {
    const written = { ...name, ...changes };
    expect(formatModelName(written, revision)).toBe(text);
    expect(parseModelName(text)).toEqual({ ...written, revision: revision ?? written.revision });
  });
});

describe('isHubRepository', () => {
  it('wants an owner and a name', () => {
    expect(isHubRepository('VITA-MLLM/VITA-1.5')).toBe(true);
    for (const text of ['VITA', 'a/b/c', '/a', 'a/', 'a b/c', '.a/b', 'a/b@main'])
      expect(isHubRepository(text)).toBe(false);
  });
});
