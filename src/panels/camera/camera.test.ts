import { expect, test } from 'vitest';
import { cameraFailureOf, nameOfPhotograph } from './camera.ts';

test('every rejection of getUserMedia is told apart', () => {
  const failures = ['NotAllowedError', 'SecurityError', 'NotFoundError', 'OverconstrainedError', 'NotReadableError'];
  expect(failures.map((name) => cameraFailureOf(new DOMException('', name)))).toEqual([
    'refused',
    'refused',
    'missing',
    'missing',
    'busy',
  ]);
  expect(cameraFailureOf(new DOMException('', 'AbortError'))).toBe('busy');
  expect(cameraFailureOf(new TypeError('no constraints'))).toBe('unknown');
  expect(cameraFailureOf('NotAllowedError')).toBe('unknown');
});

test('pictures are named by the time they were taken', () => {
  expect(nameOfPhotograph(new Date(2025, 0, 2, 14, 3, 9))).toBe('camera-14-03-09.png');
});
