import { expect, test } from 'vitest';
import { TokenLensError } from '#errors.ts';
import { encoderToTry, foldersToTry, needsOtherFile, needsToken } from './ways-out.ts';

const needsEncoder = (suggestion: string) =>
  new TokenLensError('checkpoint-needs-encoder', 'checkpoint', { folder: 'x', suggestion }).toReport();

test('a connector alone is tried with the encoder that the error names', () => {
  const error = needsEncoder('OpenGVLab/InternViT-300M-448px');
  expect(encoderToTry(error, { model: 'VITA-MLLM/VITA-1.5', hub: 'https://hub.example.org' })).toEqual({
    model: 'OpenGVLab/InternViT-300M-448px',
    connector: 'VITA-MLLM/VITA-1.5',
    hub: 'https://hub.example.org',
  });
  expect(encoderToTry(error, null)).toBeNull();
  expect(encoderToTry(error, { model: [] })).toBeNull();
});

test('an encoder that is only described is none to try, nor is one of another error', () => {
  const asked = { model: 'a/b' };
  expect(encoderToTry(needsEncoder('the encoder it was trained with (/mnt/x/y)'), asked)).toBeNull();
  expect(encoderToTry(needsEncoder('/mnt/models'), asked)).toBeNull();
  const other = new TokenLensError('file-not-found', 'checkpoint', { url: 'x', suggestion: 'a/b' }).toReport();
  expect(encoderToTry(other, asked)).toBeNull();
});

test('a folder is tried in place of the repository that has no checkpoint at its root', () => {
  const details = { folder: 'https://hub.example.org/a/b/resolve/0/', folders: 'a/b/one@main, a/b/two@main' };
  const error = new TokenLensError('checkpoint-in-folder', 'checkpoint', details).toReport();
  const names = ['a/b/one@main', 'a/b/two@main'];
  expect(foldersToTry(error, { model: 'a/b@main', hub: 'https://hub.example.org' })).toEqual(
    names.map((name) => ({ name, request: { model: name, hub: 'https://hub.example.org' } })),
  );
  expect(foldersToTry(error, { model: 'c/d', connector: 'a/b@main' })).toEqual(
    names.map((name) => ({ name, request: { model: 'c/d', connector: name } })),
  );
  const request = { model: [], config: 'a/b@main' };
  expect(foldersToTry(error, request)[0]?.request).toEqual({ model: [], config: 'a/b/one@main' });
  expect(foldersToTry(error, null)).toEqual([]);
  expect(foldersToTry(needsEncoder('a/b'), { model: 'a/b' })).toEqual([]);
});

test('a file that cannot be used is not tried again, an address that was not reached is', () => {
  const codes = ['image-undecodable', 'video-damaged', 'fetch-failed', 'engine-stalled'] as const;
  expect(codes.filter((code) => needsOtherFile(new TokenLensError(code, 'image').toReport()))).toEqual([
    'image-undecodable',
    'video-damaged',
  ]);
});

test('a token helps where the hub wants one', () => {
  const codes = ['hub-unauthorized', 'hub-forbidden', 'hub-repository-not-found', 'fetch-failed'] as const;
  expect(codes.filter((code) => needsToken(new TokenLensError(code, 'checkpoint').toReport()))).toEqual([
    'hub-unauthorized',
    'hub-forbidden',
  ]);
});
