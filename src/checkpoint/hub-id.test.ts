import { describe, expect, it } from 'vitest';
import { isHubRepository, parseModelName } from './hub-id.ts';

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
    expect(parseModelName(text)).toEqual({ kind: 'hub', repository, revision });
  });

  it.each([
    'https://example.org/a/b',
    'http://localhost:5173/models/x',
    'https://huggingface.co/a/b/resolve/main',
    'https://huggingface.co/a/b/tree/main/folder',
    './models/x',
    '../models/x',
    '/models/x',
    'models/x/',
    'models/x/y',
    'a/b..c',
    'a/../b',
    'a/b?token=x',
  ])('takes %j for a URL', (text) => {
    expect(parseModelName(text)).toEqual({ kind: 'url', url: text });
  });
});

describe('isHubRepository', () => {
  it('wants an owner and a name', () => {
    expect(isHubRepository('VITA-MLLM/VITA-1.5')).toBe(true);
    for (const text of ['VITA', 'a/b/c', '/a', 'a/', 'a b/c', '.a/b', 'a/b@main'])
      expect(isHubRepository(text)).toBe(false);
  });
});
