import { describe, expect, test } from 'vitest';
import type { RunReport } from '#engine/protocol.ts';
import { placeOfTile } from './place-of-tile.ts';

const preprocessing = { mode: 'tiles', minTiles: 1, maxTiles: 12, thumbnail: true } as const;

function createRun(columns: number, rows: number, count: number, seconds: readonly number[] = []) {
  const sampled = seconds.map((at, index) => ({ index, seconds: at }));
  const video = { codec: 'vp8', durationSeconds: 9, framesPerSecond: 24, frames: 216, sampled };
  const tiles = { preprocessing, isDefault: true, columns, rows, count, hasThumbnail: count > columns * rows };
  return { tiles, video: seconds.length > 0 ? video : null } satisfies Pick<RunReport, 'tiles' | 'video'>;
}

describe('placeOfTile', () => {
  test('counts the tiles of the grid row by row, the thumbnail apart', () => {
    const run = createRun(3, 2, 7);
    expect(placeOfTile(run, 0)).toEqual({ kind: 'grid', row: 0, column: 0, count: 6 });
    expect(placeOfTile(run, 5)).toEqual({ kind: 'grid', row: 1, column: 2, count: 6 });
    expect(placeOfTile(run, 6)).toEqual({ kind: 'thumbnail' });
  });

  test('a frame has its time', () => {
    expect(placeOfTile(createRun(1, 1, 4, [0, 2, 4, 6]), 2)).toEqual({ kind: 'frame', seconds: 4 });
  });

  test('a tile alone has no place among others, nor has one that the run lacks', () => {
    expect(placeOfTile(createRun(1, 1, 1), 0)).toBeNull();
    expect(placeOfTile(createRun(3, 2, 7), 7)).toBeNull();
  });
});
