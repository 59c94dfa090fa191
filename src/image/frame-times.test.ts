import { expect, test } from 'vitest';
import { sampleFrames } from './frame-times.ts';

test.each([
  { of: 'one frame, four times', frames: 1, framesPerSecond: 30, sampled: [0, 0, 0, 0] },
  { of: 'one second and a frame', frames: 31, framesPerSecond: 30, sampled: [0, 0, 0, 30] },
  { of: 'three seconds', frames: 90, framesPerSecond: 30, sampled: [0, 0, 30, 60] },
  { of: 'four seconds', frames: 120, framesPerSecond: 30, sampled: [0, 30, 60, 90] },
  { of: 'five seconds of NTSC', frames: 150, framesPerSecond: 30_000 / 1001, sampled: [0, 30, 60, 90, 120] },
  { of: '2.5 a second: the half goes to 2', frames: 9, framesPerSecond: 2.5, sampled: [0, 2, 4, 6, 8] },
  { of: '3.5 a second: the half goes to 4', frames: 17, framesPerSecond: 3.5, sampled: [0, 4, 8, 12, 16] },
  { of: '0.4 a second: every frame', frames: 5, framesPerSecond: 0.4, sampled: [0, 1, 2, 3, 4] },
])('$of', ({ frames, framesPerSecond, sampled }) => {
  expect(sampleFrames({ frames, framesPerSecond })).toEqual(sampled);
});

test('sixteen seconds are taken one by one, a seventeenth leaves one out', () => {
  const seconds = Array.from({ length: 16 }, (_, second) => second * 30);
  expect(sampleFrames({ frames: 480, framesPerSecond: 30 })).toEqual(seconds);
  expect(sampleFrames({ frames: 481, framesPerSecond: 30 })).toEqual([...seconds.slice(0, 15), 480]);
});

test('a minute gives sixteen, four seconds apart but for the first', () => {
  const later = Array.from({ length: 15 }, (_, index) => 90 + index * 120);
  expect(sampleFrames({ frames: 1800, framesPerSecond: 30 })).toEqual([0, ...later]);
});
