import { describe, expect, test } from 'vitest';
import { createTokenGrid, publishedGrid } from '#tensor/grid.ts';
import { promptCallerOf, promptCallers, promptPosition, promptTokenOf } from './prompt-layout.ts';

describe('the prompt of InternVL', () => {
  test('opens with <img>, then has 256 places a tile', () => {
    const image = { caller: 'internvl', tiles: 13, grid: publishedGrid } as const;
    expect(promptPosition(image, { tile: 0, token: 0 })).toBe(1);
    expect(promptPosition(image, { tile: 0, token: 255 })).toBe(256);
    expect(promptPosition(image, { tile: 1, token: 0 })).toBe(257);
    expect(promptPosition(image, { tile: 12, token: 255 })).toBe(13 * 256);
    expect(promptPosition({ ...image, textTokensBefore: 40 }, { tile: 2, token: 7 })).toBe(40 + 1 + 512 + 7);
  });
});

describe('the prompt of VITA', () => {
  test('marks no image: its tiles begin where the text ends', () => {
    const image = { caller: 'vita', tiles: 13, grid: publishedGrid } as const;
    expect(promptPosition(image, { tile: 0, token: 0 })).toBe(0);
    expect(promptPosition(image, { tile: 12, token: 255 })).toBe(13 * 256 - 1);
    expect(promptPosition({ ...image, textTokensBefore: 40 }, { tile: 2, token: 7 })).toBe(40 + 512 + 7);
  });
});

test.each(promptCallers)('no two tokens of %s stand in one place', (caller) => {
  const tiles = 3;
  const positions = Array.from({ length: tiles * 256 }, (_, index) =>
    promptPosition({ caller, tiles, grid: publishedGrid }, { tile: Math.floor(index / 256), token: index % 256 }),
  );
  const first = positions[0] ?? Number.NaN;
  expect(positions).toEqual(positions.map((_, index) => first + index));
});

test('a tile or token that does not exist has no position', () => {
  const image = { caller: 'vita', tiles: 2, grid: publishedGrid } as const;
  expect(promptPosition(image, { tile: 1, token: 255 })).toBe(511);
  for (const [name, place] of [
    ['tile', { tile: 2, token: 0 }],
    ['tile', { tile: -1, token: 0 }],
    ['tile', { tile: 0.5, token: 0 }],
    ['token', { tile: 0, token: 256 }],
    ['token', { tile: 0, token: -1 }],
    ['token', { tile: 0, token: Number.NaN }],
  ] as const) {
    expect(() => promptPosition(image, place)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', details: expect.objectContaining({ name }) }),
    );
  }
});

test('a selection becomes a token in the connector’s order', () => {
  // Shuffled token 18 is row 1, column 2; exchanged, row 2, column 1.
  expect(promptTokenOf({ kind: 'shuffled', tile: 3, index: 18 }, { psVersion: 'v2', grid: publishedGrid })).toEqual({
    tile: 3,
    token: 18,
  });
  expect(promptTokenOf({ kind: 'shuffled', tile: 3, index: 18 }, { psVersion: 'v1', grid: publishedGrid })).toEqual({
    tile: 3,
    token: 33,
  });
  // Patch row 3, column 5 of 32 is folded into row 1, column 2.
  expect(
    promptTokenOf({ kind: 'patch', tile: 0, index: 3 * 32 + 5 }, { psVersion: 'v2', grid: publishedGrid }),
  ).toEqual({ tile: 0, token: 18 });
  expect(promptTokenOf({ kind: 'class', tile: 0 }, { psVersion: 'v2', grid: publishedGrid })).toBeNull();
});

test('the layout of a checkpoint says whose prompt it is', () => {
  expect(promptCallerOf('internvl-chat')).toBe('internvl');
  expect(promptCallerOf('internvl-hf')).toBe('internvl');
  expect(promptCallerOf('vita')).toBe('vita');
  expect(promptCallerOf('internvit')).toBeNull();
  expect(promptCallerOf('onnx')).toBeNull();
});

test('a tile of another grid takes as many places as it has tokens', () => {
  const grid = createTokenGrid({ imageSize: 224, patchSize: 14, shuffleFactor: 2 });
  const image = { caller: 'internvl', tiles: 2, grid } as const;
  expect(promptPosition(image, { tile: 1, token: 63 })).toBe(1 + 64 + 63);
  expect(() => promptPosition(image, { tile: 1, token: 64 })).toThrow('from 0 to 63');
  // Patch row 2, column 1 of 16 is folded into row 1, column 0 of 8; exchanged, row 0, column 1.
  const patch = { kind: 'patch', tile: 1, index: 33 } as const;
  expect(promptTokenOf(patch, { psVersion: 'v2', grid })).toEqual({ tile: 1, token: 8 });
  expect(promptTokenOf(patch, { psVersion: 'v1', grid })).toEqual({ tile: 1, token: 1 });
});
